"""One request of an ``http`` step: tried up to three times, redirected on its own host alone."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin
from uuid import uuid4

from voicegather.handlers.http.addresses import NoAddressError
from voicegather.handlers.http.options import Options
from voicegather.handlers.http.urls import Target, read_url, token_for
from voicegather.handlers.words import HandlerError

if TYPE_CHECKING:
    import httpcore

#: Waits before the second and the third try, in seconds.
WAITS = (0.2, 0.6)
MOST_REDIRECTS = 3
MOST_BYTES = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: Target
    body: bytes | None
    #: The same for all tries, so that a service can tell a repeat.
    key: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_worth_retrying(self) -> bool:
        return self.status >= 500 or self.status == 429


def fetch(options: Options, variables: Mapping[str, str], *, deadline: float) -> bytes:
    """The body of a good answer, before `deadline` (a moment of ``time.monotonic``).

    Raises HandlerError: nobody answers in time, an answer with an error status, one of more than
    64 KiB, a redirect to elsewhere, an address that is not allowed.
    """
    # Here, for it takes a while to load, and web processes never need it.
    import httpcore

    from voicegather.handlers.http.connecting import PinnedBackend

    request = _made(options, variables)
    with httpcore.ConnectionPool(network_backend=PinnedBackend(deadline)) as pool:
        for wait in (*WAITS, None):
            problem, pause = "", wait
            try:
                answer = _redirected(pool, request)
            except NoAddressError as error:
                problem = str(error)
            except (
                httpcore.TimeoutException,
                httpcore.NetworkError,
                httpcore.ProtocolError,
            ) as error:
                problem = f"no answer came ({type(error).__name__})"
                if isinstance(error.__context__, ssl.SSLCertVerificationError):
                    raise HandlerError("the host's certificate is not good") from None
            else:
                if answer.status < 300:
                    return answer.body
                problem = f"the answer has the status {answer.status}"
                pause = _asked_wait(answer, wait) if answer.is_worth_retrying else None
            if pause is None or time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
    raise HandlerError(problem)


def _made(options: Options, variables: Mapping[str, str]) -> _Request:
    names = tuple(variables) if options.send is None else options.send
    sent = {name: variables[name] for name in names if name in variables}
    target, body = options.target, None
    if options.method == "POST":
        body = json.dumps(sent).encode()
    elif sent:
        sign = "&" if "?" in target.path else "?"
        query = urlencode(sent, errors="surrogatepass")
        target = replace(target, path=f"{target.path}{sign}{query}")
    return _Request(options.method, target, body, str(uuid4()))


def _redirected(pool: httpcore.ConnectionPool, request: _Request) -> _Answer:
    for _ in range(MOST_REDIRECTS + 1):
        answer = _asked(pool, request)
        location = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not location:
            return answer
        request = _following(request, answer.status, location)
    raise HandlerError(f"the answer is redirected more than {MOST_REDIRECTS} times")


def _following(request: _Request, status: int, location: str) -> _Request:
    old = request.target
    try:
        new = read_url(urljoin(f"{old.scheme}://{old.named_host}{old.path}", location))
    except ValueError:
        raise HandlerError("the answer is redirected to what is no URL") from None
    is_upgrade = (old.scheme, new.scheme) == ("http", "https")
    if new.host != old.host or (new.origin != old.origin and not is_upgrade):
        raise HandlerError("the answer is redirected to another host")
    if status in (307, 308):
        return replace(request, target=new)
    return replace(request, target=new, method="GET", body=None)


def _asked(pool: httpcore.ConnectionPool, request: _Request) -> _Answer:
    target = request.target
    import httpcore

    # In parts, so that nobody reads the URL a second time, and otherwise.
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    sent = list(_headers(request).items())
    with pool.stream(request.method, url, headers=sent, content=request.body) as found:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in found.headers
        }
        body = b""
        if found.status < 300:
            for piece in found.iter_stream():
                body += piece
                if len(body) > MOST_BYTES:
                    raise HandlerError("the answer is longer than 64 KiB")
        return _Answer(found.status, headers, body)


def _headers(request: _Request) -> dict[str, str]:
    headers = {
        "Host": request.target.named_host,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "voicegather",
    }
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(request.body))
    if request.method == "POST":
        headers["Idempotency-Key"] = request.key
    token = token_for(request.target)
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _asked_wait(answer: _Answer, wait: float | None) -> float | None:
    """How long to wait before the next try: what the service asks for, if it is longer."""
    asked = answer.headers.get("retry-after", "")
    if wait is None or not (asked.isascii() and asked.isdigit()):
        return wait
    return max(wait, float(asked[:6]))
