from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from project.site import SiteError, first_free_port
from tests.wheel import ROOT


@dataclass(frozen=True)
class Served:
    """A running `make serve`, and what it printed once it was up."""

    process: subprocess.Popen[str]
    printed: str

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.printed)
        assert found is not None, self.printed
        return found[0]

    @property
    def password(self) -> str:
        found = re.search(r"with the password (\S+)", self.printed)
        return found[1] if found else ""

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in path.read_text().split()]


@contextmanager
def serving(database: Path, **variables: str) -> Iterator[Served]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
        "DATABASE_URL": f"sqlite:///{database}",
        "PYTHONWARNINGS": "error",
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "project.serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    try:
        for line in process.stdout:
            printed += line
            if line.startswith("Ctrl-C stops"):
                break
        yield Served(process, printed)
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database that was served before, and the password that was printed then."""
    database = tmp_path_factory.mktemp("served") / "db.sqlite3"
    with serving(database) as served:
        password = served.password
    return database, password


@pytest.fixture
def database(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    """One of the test's own, served before."""
    return Path(shutil.copy(first_run[0], tmp_path))


def log_in(address: str, password: str) -> str:
    """The address of the page behind the log-in form."""
    cookies = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    form = f"{address}/admin/login/?next=/admin/"
    browser.open(form).close()
    (token,) = (cookie.value for cookie in cookies if cookie.name == "csrftoken")
    fields = {"username": "admin", "password": password, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(form, urlencode(fields).encode(), {"Referer": form})
    with browser.open(request) as page:
        return page.url


def test_the_first_run_prints_a_password_that_opens_the_admin(tmp_path: Path) -> None:
    with serving(tmp_path / "db.sqlite3") as served:
        assert log_in(served.address, served.password) == f"{served.address}/admin/"
        with urllib.request.urlopen(f"{served.address}/static/admin/css/base.css") as style:
            assert style.headers.get_content_type() == "text/css"
        with urllib.request.urlopen(f"{served.address}/voicegather/health/ready/") as health:
            assert health.status == 200

    assert served.process.returncode == 0


def test_a_later_run_keeps_the_password_until_a_new_one_is_asked_for(
    database: Path, first_run: tuple[Path, str]
) -> None:
    password = first_run[1]
    with serving(database) as second:
        assert second.password == ""
        assert log_in(second.address, password) == f"{second.address}/admin/"
    with serving(database, RESET_PASSWORD="1") as third:
        assert third.password not in ("", password)
        assert log_in(third.address, third.password) == f"{third.address}/admin/"


def test_when_a_part_dies_all_end_and_the_part_is_named(database: Path) -> None:
    with serving(database) as served:
        site, clock = served.children()
        os.kill(clock, signal.SIGKILL)
        printed = served.process.communicate(timeout=30)[0]

        assert printed.strip() == "The clock has ended (status -9): stopping all."
        assert served.process.returncode == 1
        with pytest.raises(ProcessLookupError):
            os.kill(site, 0)


def test_closing_the_terminal_ends_all(database: Path) -> None:
    with serving(database) as served:
        children = served.children()
        served.process.send_signal(signal.SIGHUP)
        served.process.communicate(timeout=30)

        assert served.process.returncode == 0
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)


def test_a_port_that_is_taken_gives_way_to_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert first_free_port(port) > port


def test_no_port_beyond_the_last_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 65535)), pytest.raises(SiteError, match="PORT="):
        first_free_port(65535)
