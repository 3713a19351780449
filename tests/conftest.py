"""What every test stands on: nothing of the developer's own environment, no network, no leftovers.

Keys are made for each session; see also voicegather.testing for whole calls.
"""

from __future__ import annotations

import base64
import gc
import ipaddress
import os
import secrets
import socket
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.db import connection
from nacl.signing import SigningKey

from tests.run import ALONE, REQUIRE_VARIABLE
from tests.wheel import build_wheel

IDLE_SECONDS = 10

# What CI says is of the change that it judges, not of what was drawn this time.
hypothesis.settings.register_profile("repeatable", derandomize=True)
if os.environ.get(REQUIRE_VARIABLE) == "1":
    hypothesis.settings.load_profile("repeatable")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Raises UsageError for a test marked ``alone`` where the run of those would not look."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if item.get_closest_marker("alone") and folder not in ALONE:
        raise pytest.UsageError(f"{item.nodeid} is marked alone: name its folder in tests/run.py.")


class NetworkRefusedError(Exception):
    """A test tried to leave this machine."""


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse every connection and every look-up of a name beyond loopback."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_by_deleting() -> Iterator[None]:
    """After a test with transactions of its own PostgreSQL deletes what few rows there are.

    Django truncates: a new file for each table and index, which takes some hundred times as long.
    """

    quote = connection.ops.quote_name

    def delete_all(style: object, tables: Sequence[str], **options: object) -> list[str]:
        return [";".join(f"DELETE FROM {quote(table)}" for table in tables)] if tables else []

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(connection.ops, "sql_flush", delete_all)
        yield


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """The key with which this session's webhooks are signed."""
    return SigningKey.generate()


@pytest.fixture(scope="session")
def public_key(signing_key: SigningKey) -> str:
    """Base64 of the 32 raw bytes, as TELNYX_PUBLIC_KEY takes it."""
    return base64.b64encode(bytes(signing_key.verify_key)).decode()


@pytest.fixture(scope="session", autouse=True)
def own_keys(public_key: str) -> Iterator[None]:
    """Keys of this session in place of the developer's; child processes inherit them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELNYX_PUBLIC_KEY", public_key)
        patch.setenv("TELNYX_API_KEY", f"KEY_fake_{secrets.token_hex(8)}")
        patch.delenv("TELNYX_BASE_URL", raising=False)
        sealing_key = base64.b64encode(secrets.token_bytes(32)).decode()
        patch.setenv("VOICEGATHER_ENCRYPTION_KEYS", sealing_key)
        yield


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as others install it, built once."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Before the test database is dropped, the local pool's threads give up their connections."""
    yield
    dispatch = sys.modules.get("voicegather.services.dispatch")
    if dispatch is not None:
        dispatch.shutdown()


def pytest_collection_finish() -> None:
    """What was imported and collected stays: it is not looked at for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Let the local pool finish while the test's database is still there."""
    try:
        dispatch = sys.modules.get("voicegather.services.dispatch")
        assert dispatch is None or dispatch.wait_until_idle(IDLE_SECONDS), (
            f"The local pool is still at work {IDLE_SECONDS} s after the test."
        )
    finally:
        yield


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _require_near(address[0])
        return connect(self, address)

    return guarded


def _guarded_lookup(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _require_near(host)
        return getaddrinfo(host, *args, **kwargs)

    return guarded


def _require_near(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name in _named_hosts():
        return
    try:
        near = ipaddress.ip_address(name).is_loopback
    except ValueError:
        near = False
    if not near and name != "0.0.0.0":
        raise NetworkRefusedError(f"Tests stay on this machine: {name} is not loopback.")


def _named_hosts() -> set[str]:
    """This machine's names, and where the services are that the tests were told of."""
    urls = (
        os.environ.get("VOICEGATHER_TEST_DATABASE_URL", ""),
        os.environ.get("VOICEGATHER_TEST_BROKER_URL", ""),
    )
    return {"localhost", *(urlsplit(url).hostname or "localhost" for url in urls)}
