"""The commands of docker-compose.yml, each run by hand, on PostgreSQL and Redis."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from nacl.signing import SigningKey

from project.site import any_free_port
from tests import services_under_test as services
from tests.project.deployment import COMPOSE, ENVIRONMENT, Deployment, command_of, health_check_of
from tests.webhooks.posting import URL, envelope, signed

pytestmark = pytest.mark.services

WORKERS = {
    "worker-calls": "voicegather.calls",
    "worker-handlers": "voicegather.handlers",
    "worker-media": "voicegather.media",
    "worker-background": "voicegather.background",
}
RUNNING = ("web", *WORKERS, "clock")
SECONDS = 15
REFUSED = "v3:refused"
ORPHANS = "select call_control_id from voicegather_callevent where status = 'orphan'"


class Api(ThreadingHTTPServer):
    """In place of Telnyx's API: remembers whom commands were for, and refuses every key."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Refusing)
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v2"


class Refusing(BaseHTTPRequestHandler):
    server: Api

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of an empty database."""
    with services.new_database("deployed") as url:
        yield url


@pytest.fixture
def broker() -> Iterator[str]:
    """The URL of an empty database of Redis, which nobody else uses."""
    url = urlunsplit(urlsplit(services.redis().url)._replace(path="/6"))
    with redis.Redis.from_url(url) as client:
        assert client.dbsize() == 0, f"{url} is in use"
        yield url
        client.flushdb()


@pytest.fixture
def deployment(
    tmp_path: Path, database: str, broker: str, api: Api, public_key: str
) -> Iterator[Deployment]:
    port = any_free_port()
    here = {
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "TELNYX_BASE_URL": api.url,
        "TELNYX_PUBLIC_KEY": public_key,
        "WEB_THREADS": "2",
        "PORT": str(port),
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "DJANGO_STATIC_ROOT": str(tmp_path / "static"),
        "DJANGO_MEDIA_ROOT": str(tmp_path / "media"),
    }
    with Deployment(tmp_path, ENVIRONMENT | here) as deployment:
        yield deployment


def ask(deployment: Deployment, path: str, **headers: str) -> tuple[int, bytes, Any]:
    """What the site answers to a request over plain HTTP: status, body, headers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{deployment.variables['PORT']}{path}",
        headers={"Host": "ivr.example.com", **headers},
    )
    return _answer(request)


def post(deployment: Deployment, key: SigningKey, event: dict[str, Any], name: str) -> int:
    """Post a signed webhook through a proxy that ends TLS; the status."""
    body = json.dumps(event).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{deployment.variables['PORT']}{URL}",
        data=body,
        headers={
            "Host": "ivr.example.com",
            "X-Forwarded-Proto": "https",
            "X-Request-ID": name,
            **signed(key, body),
        },
    )
    return _answer(request)[0]


class Unfollowed(urllib.request.HTTPRedirectHandler):
    """Leaves redirects as they are."""

    def redirect_request(self, *request: Any) -> None:
        """Nowhere."""


def _answer(request: urllib.request.Request) -> tuple[int, bytes, Any]:
    try:
        with urllib.request.build_opener(Unfollowed).open(request, timeout=5) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(), refused.headers


def wait_for(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come within {SECONDS} s"
        time.sleep(0.05)


def calling(leg: str) -> dict[str, Any]:
    """Somebody calls a number that nobody owns; the site refuses the call."""
    return envelope(
        "call.initiated",
        **{"from": "+13125550111", "to": "+13125550199"},
        call_control_id=leg,
        direction="incoming",
    )


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_the_services_of_the_compose_file_serve_calls_and_say_how_they_are(
    deployment: Deployment, api: Api, signing_key: SigningKey, database: str
) -> None:
    collect_files(deployment)
    deployment.run(*command_of("migrate", deployment.variables))
    assert not any(map(deployment.is_healthy, RUNNING))
    for service in RUNNING:
        deployment.start(service)
    deployment.wait_until_healthy(*RUNNING)

    the_site_is_ready(deployment)
    no_header_of_a_client_moves_the_site(deployment)
    pages_are_sent_to_tls_and_styled(deployment)
    a_call_is_worked_on(deployment, api, signing_key)
    each_worker_takes_its_queue(deployment, database)
    every_service_ends_when_asked_and_is_not_healthy_then(deployment)
    every_line_is_an_object_without_secrets(deployment)
    the_call_can_be_followed_through_the_logs(deployment)


def collect_files(deployment: Deployment) -> None:
    deployment.run("python", "manage.py", "collectstatic", "--no-input")


def the_site_is_ready(deployment: Deployment) -> None:
    def is_ready() -> bool:
        status, body, _ = ask(deployment, "/voicegather/health/ready/")
        assert status == 200
        return set(json.loads(body)["checks"].values()) == {"ok"}

    wait_for("a site in which all is well", is_ready)


def no_header_of_a_client_moves_the_site(deployment: Deployment) -> None:
    """Proxies that do not drop underscores, as nginx does, let such headers through."""
    for moved in ("/elsewhere", "/voicegather"):
        assert ask(deployment, "/voicegather/health/live/", SCRIPT_NAME=moved)[0] == 200


def pages_are_sent_to_tls_and_styled(deployment: Deployment) -> None:
    status, _, headers = ask(deployment, "/admin/login/")
    assert (status, headers["Location"]) == (301, "https://ivr.example.com/admin/login/")
    tls = {"X-Forwarded-Proto": "https"}
    status, page, _ = ask(deployment, "/admin/login/", **tls)
    assert status == 200
    style = page.decode().partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    status, _, headers = ask(deployment, style, **tls, **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"


def a_call_is_worked_on(deployment: Deployment, api: Api, key: SigningKey) -> None:
    assert post(deployment, key, calling(REFUSED), "the-first") == 200
    wait_for("the refusal", lambda: f"/v2/calls/{REFUSED}/actions/reject" in api.paths)


def each_worker_takes_its_queue(deployment: Deployment, database: str) -> None:
    """Events that nobody was told of, from an hour ahead, so that no clock finds them."""
    deployment.run(
        "python",
        "-c",
        f"""
import django; django.setup()
from datetime import timedelta
from celery import current_app
from voicegather.models import CallEvent
from voicegather.services import moments
later = moments.now() + timedelta(hours=1)
for queue in {list(WORKERS.values())}:
    CallEvent.objects.create(
        source="telnyx", external_id=queue, event_type="call.bridged", call_control_id=queue,
        occurred_at=later, received_at=later, payload={{}}, status="pending",
    )
    current_app.send_task("voicegather.process_call", (queue,), queue=queue)
""",
    )
    with psycopg.connect(database, autocommit=True) as connection:

        def worked_on() -> bool:
            return {leg for (leg,) in connection.execute(ORPHANS)} == set(WORKERS.values())

        wait_for("each queue's worker", worked_on)


def every_service_ends_when_asked_and_is_not_healthy_then(deployment: Deployment) -> None:
    for service in RUNNING:
        deployment.ask_to_stop(service)
    for service in RUNNING:
        assert deployment.status_of(service) == 0, deployment.log_of(service).read_text()
        deployment.let_ten_seconds_pass(service)
        assert not deployment.is_healthy(service), service


def every_line_is_an_object_without_secrets(deployment: Deployment) -> None:
    hidden = [
        deployment.variables[name]
        for name in ("DJANGO_SECRET_KEY", "TELNYX_API_KEY", "VOICEGATHER_ENCRYPTION_KEYS")
    ]
    for service in RUNNING:
        lines = lines_of(deployment.log_of(service))
        for line in lines:
            assert {"time", "level", "logger", "message", "process"} <= set(line), service
        written = deployment.log_of(service).read_text() + deployment.output_of(service).read_text()
        assert not any(secret in written for secret in hidden), service


def the_call_can_be_followed_through_the_logs(deployment: Deployment) -> None:
    (access,) = [
        line for line in lines_of(deployment.log_of("web")) if line.get("request_id") == "the-first"
    ]
    assert (access["method"], access["path"], access["status"]) == ("POST", URL, 200)
    (alert,) = [
        line
        for line in lines_of(deployment.log_of("worker-calls"))
        if line["logger"] == "voicegather.alerts"
    ]
    assert alert["call_control_id"] == REFUSED


@pytest.mark.skipif(not shutil.which("pg_isready"), reason="pg_isready is not installed")
def test_the_database_is_probed() -> None:
    parts = urlsplit(services.postgresql().url)
    here = {"PATH": os.environ["PATH"], "PGHOST": parts.hostname or "127.0.0.1"}
    probe = health_check_of("db", {})
    alive = here | {"PGPORT": str(parts.port or 5432)}
    dead = here | {"PGPORT": str(any_free_port())}

    assert subprocess.run(probe, env=alive, check=False).returncode == 0
    assert subprocess.run(probe, env=dead, check=False).returncode != 0


def test_every_service_of_the_site_is_tried() -> None:
    others = {"web-b", "migrate", "db", "redis"}

    assert set(RUNNING) | others == set(COMPOSE["services"])
