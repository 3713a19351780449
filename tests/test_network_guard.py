"""The suite's own guard: tests stay on this machine."""

from __future__ import annotations

import socket
import urllib.request

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("2001:db8::1", 443)])
def test_a_connection_beyond_loopback_is_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(Exception, match="not loopback"):
        client.connect(address)


def test_a_name_beyond_loopback_is_not_looked_up() -> None:
    with pytest.raises(Exception, match=r"www\.example\.com is not loopback"):
        urllib.request.urlopen("http://www.example.com/")


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as peer,
    ):
        client.sendall(b"hello")
        assert peer.recv(5) == b"hello"
