"""Plain HTTP, for requests that the SDK would never send."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from voicegather.simulator import FakeTelnyx


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["errors"][0]["code"]


def request(
    telnyx: FakeTelnyx,
    path: str,
    body: object = None,
    *,
    method: str = "POST",
    key: str | None = None,
) -> Reply:
    """One request to `path` under /v2; a body that is not bytes is sent as JSON."""
    connection = http.client.HTTPConnection(urlsplit(telnyx.base_url).netloc, timeout=5)
    payload = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    authorization = {"Authorization": f"Bearer {telnyx.api_key if key is None else key}"}
    try:
        connection.request(method, f"/v2{path}", payload, authorization)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read())
    finally:
        connection.close()


def command(telnyx: FakeTelnyx, call: str, action: str, params: object = None) -> Reply:
    """One command on a leg."""
    method = "PUT" if action == "client_state_update" else "POST"
    return request(telnyx, f"/calls/{call}/actions/{action}", params, method=method)
