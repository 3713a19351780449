"""The deployment under test: what its containers run, in an environment of the test's own."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.wheel import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
HEARTBEAT = "VOICEGATHER_HEARTBEAT_FILE"

#: A production site's variables, with secrets of this session.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "project.settings.production",
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
    "DJANGO_ALLOWED_HOSTS": "ivr.example.com",
    "DJANGO_PROXY_SSL_HEADER": "X-Forwarded-Proto",
    "DATABASE_URL": f"postgres://ivr:{secrets.token_urlsafe(12)}@127.0.0.1:5432/ivr",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "TELNYX_API_KEY": f"KEY_fake_{secrets.token_hex(8)}",
    "TELNYX_PUBLIC_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    "VOICEGATHER_ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
}

#: ${NAME}, ${NAME:-default}, ${NAME:?message}, and $$ for a dollar.
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\})")


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """`text` of the compose file as docker compose reads it."""

    def value(found: re.Match[str]) -> str:
        if found["name"] is None:
            return "$"
        given = variables.get(found["name"], "")
        assert given or found["sign"] == "-", f"{found['name']} is not set"
        return given or found["rest"]

    return _VARIABLE.sub(value, text)


def interpolated_names() -> set[str]:
    """The variables that docker compose itself puts into the compose file."""
    text = (ROOT / "docker-compose.yml").read_text()
    return {found["name"] for found in _VARIABLE.finditer(text) if found["name"]}


def command_of(service: str, variables: Mapping[str, str]) -> list[str]:
    """What the container of a service runs."""
    return shlex.split(interpolated(COMPOSE["services"][service]["command"], variables))


def health_check_of(service: str, variables: Mapping[str, str]) -> list[str]:
    """What says whether the container of a service is well."""
    kind, *words = COMPOSE["services"][service]["healthcheck"]["test"]
    words = [interpolated(word, variables) for word in words]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words


def own_variables_of(service: str) -> dict[str, str]:
    """What the compose file itself puts into the environment of a service."""
    return {name: str(v) for name, v in COMPOSE["services"][service].get("environment", {}).items()}


@dataclass
class Deployment:
    """Services of the compose file as processes of this machine, until it is left.

    `variables` stand for .env; ports and paths are this machine's, and nothing else differs.
    """

    folder: Path
    variables: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment_of(self, service: str) -> dict[str, str]:
        own = own_variables_of(service)
        if HEARTBEAT in own:
            own[HEARTBEAT] = str(self.folder / f"{service}.heartbeat")
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            # Containers have names of their own, by which Celery tells workers apart.
            "CELERY_WORKER_HOSTNAME": service,
            **self.variables,
            **own,
        }

    def run(self, *command: str, service: str = "migrate") -> None:
        """Run a command in the environment of a service; it must succeed."""
        ran = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment_of(service),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def start(self, service: str) -> None:
        with self.log_of(service).open("wb") as log, self.output_of(service).open("wb") as output:
            self.processes[service] = subprocess.Popen(
                command_of(service, self.variables),
                cwd=ROOT,
                env=self.environment_of(service),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self, service: str) -> bool:
        """Whether the container's health check succeeds now."""
        checked = subprocess.run(
            health_check_of(service, self.variables),
            cwd=ROOT,
            env=self.environment_of(service),
            capture_output=True,
            check=False,
        )
        return checked.returncode == 0

    def wait_until_healthy(self, *services: str, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        waiting = set(services)
        while waiting:
            waiting = {service for service in waiting if not self.is_healthy(service)}
            for service in waiting:
                assert self.processes[service].poll() is None, self.log_of(service).read_text()
                assert time.monotonic() < deadline, f"{service} is not healthy"
            time.sleep(0.1)

    def ask_to_stop(self, service: str) -> None:
        """As docker does, once: a second SIGTERM ends Celery at once."""
        self.processes[service].terminate()

    def status_of(self, service: str) -> int:
        """With what the service ended, or will in a moment."""
        return self.processes[service].wait(timeout=20)

    def let_ten_seconds_pass(self, service: str) -> None:
        """Make the service's last heartbeat as old as it would be then, if it has one."""
        heartbeat = Path(self.environment_of(service).get(HEARTBEAT, "/none"))
        if heartbeat.exists():
            long_ago = time.time() - 10.5
            os.utime(heartbeat, (long_ago, long_ago))

    def log_of(self, service: str) -> Path:
        """What the service writes to stderr."""
        return self.folder / f"{service}.log"

    def output_of(self, service: str) -> Path:
        """What the service writes to stdout."""
        return self.folder / f"{service}.out"

    def __enter__(self) -> Deployment:
        return self

    def __exit__(self, *problem: object) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
