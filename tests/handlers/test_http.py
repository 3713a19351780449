"""The handler ``http`` asks a listed host, within its time, and nothing else."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.serving import Service, redirects, says, serving
from voicegather import handlers
from voicegather.handlers import HandlerCall, HandlerError, http
from voicegather.handlers.http import addresses, fetching

VARIABLES = {"account": "4711", "town": "Köln"}
Answers = Callable[..., Any]


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that the site lists, on this machine; waits between tries are short."""
    monkeypatch.setattr(fetching, "WAITS", (0.02, 0.04))
    with serving() as service:
        settings.VOICEGATHER = {
            "HTTP_HANDLER_HOSTS": [service.origin],
            "HTTP_HANDLER_ALLOW_PRIVATE": True,
        }
        service.answers.append(says({"balance": 7}))
        yield service


def ask(service: Service, **options: str) -> dict[str, Any]:
    """What the handler sets of the service's answer."""
    return ask_url(f"{service.origin}/look", **options)


def ask_url(url: str, **options: str) -> dict[str, Any]:
    function = handlers.handler_named("http")
    assert function is not None
    call = HandlerCall(
        "t", "+13125550101", "+13125550100", "en-US", VARIABLES, {"url": url} | options
    )
    result = function(call)
    assert isinstance(result, handlers.Result)
    return dict(result.variables)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(HandlerError) as refused:
        act()
    return str(refused.value)


def test_variables_are_posted_as_json(service: Service) -> None:
    assert ask(service) == {"balance": 7}
    (seen,) = service.seen
    assert (seen.method, seen.path, seen.json) == ("POST", "/look", VARIABLES)
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["host"] == f"localhost:{service.port}"
    assert len(seen.headers["idempotency-key"]) == 36
    assert "authorization" not in seen.headers


def test_only_those_that_are_named_are_posted(service: Service) -> None:
    ask(service, send="town, street")
    assert service.seen[0].json == {"town": "Köln"}


def test_a_get_has_those_that_are_named_in_its_query(service: Service) -> None:
    ask(service, method="get", send="town,account")
    ask(service, method="GET")
    ask_url(f"{service.origin}/look?size=1", method="GET", send="account")
    assert [(seen.method, seen.path, seen.body) for seen in service.seen] == [
        ("GET", "/look?town=K%C3%B6ln&account=4711", b""),
        ("GET", "/look", b""),
        ("GET", "/look?size=1&account=4711", b""),
    ]


def test_a_host_gets_its_own_token_alone(service: Service, settings: Any) -> None:
    settings.VOICEGATHER |= {
        "HTTP_HANDLER_TOKENS": {f"localhost:{service.port}": "fake", "localhost": "another"}
    }
    ask(service)
    assert service.seen[0].headers["authorization"] == "Bearer fake"


ORDER = {"order": {"status": "sent", "lines": [{"name": "rye"}, {"name": None}]}, "n": 1.5}


@pytest.mark.parametrize(
    ("take", "variables"),
    [
        ("status=order.status", {"status": "sent"}),
        ("n", {"n": 1.5}),
        (
            "first=order.lines.0.name, second = order.lines.1.name",
            {"first": "rye", "second": ""},
        ),
        ("", {"n": 1.5}),
    ],
)
def test_variables_are_taken_from_the_answer(
    service: Service, take: str, variables: dict[str, Any]
) -> None:
    service.answers = [says(ORDER)]
    assert ask(service, take=take) == variables


def test_without_a_choice_all_simple_values_at_the_top_are_taken(service: Service) -> None:
    service.answers = [says({"a": "x", "b": True, "c": None, "d": [1], "e f": 1, "g": {"h": 1}})]
    assert ask(service) == {"a": "x", "b": True}


@pytest.mark.parametrize(
    ("take", "trouble"),
    [
        ("found=order.price", "the answer has no order.price"),
        ("found=order.lines.2.name", "the answer has no order.lines.2.name"),
        ("found=order.lines.x", "the answer has no order.lines.x"),
        ("found=order.status.code", "the answer has no order.status.code"),
        ("found=order.lines", "order.lines of the answer is not a single value"),
    ],
)
def test_what_the_answer_lacks_fails(service: Service, take: str, trouble: str) -> None:
    service.answers = [says(ORDER)]
    assert refusal(lambda: ask(service, take=take)) == trouble


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "the answer is not JSON"),
        (b"<html>4711</html>", "the answer is not JSON"),
        (b'{"balance": NaN}', "the answer is not JSON"),
        (b'{"balance": ' + b"9" * 5000 + b"}", "the answer is not JSON"),
        (b"[" * 60_000, "the answer is not JSON"),
        (b"\xff\xfe\xff", "the answer is not JSON"),
        (b"[4711]", "the answer is not a JSON object"),
        (b"null", "the answer is not a JSON object"),
    ],
)
def test_other_answers_than_json_objects_fail(service: Service, body: bytes, trouble: str) -> None:
    service.answers = [says(body)]
    assert refusal(lambda: ask(service)) == trouble
    assert len(service.seen) == 1


def test_an_answer_may_have_64_kib(service: Service) -> None:
    fits = b'{"a": 1}'.ljust(64 * 1024)
    service.answers = [says(fits), says(fits + b" ")]
    assert ask(service) == {"a": 1}
    assert refusal(lambda: ask(service)) == "the answer is longer than 64 KiB"


def test_an_answer_without_an_end_is_not_waited_for(service: Service) -> None:
    def pours(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    service.answers = [pours]
    assert refusal(lambda: ask(service)) == "the answer is longer than 64 KiB"


@pytest.mark.parametrize("status", [400, 401, 404, 422, 304])
def test_an_error_that_stays_is_not_tried_again(service: Service, status: int) -> None:
    service.answers = [says({"balance": 7}, status)]
    assert refusal(lambda: ask(service)) == f"the answer has the status {status}"
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_error_that_may_pass_is_tried_twice_more(service: Service, status: int) -> None:
    service.answers = [says(b"", status), says(b"", status), says({"balance": 8})]
    assert ask(service) == {"balance": 8}
    assert len({seen.headers["idempotency-key"] for seen in service.seen}) == 1
    service.answers = [says(b"", status)]
    service.seen.clear()
    assert refusal(lambda: ask(service)) == f"the answer has the status {status}"
    assert len(service.seen) == 3


def test_a_service_may_ask_for_a_longer_wait(service: Service) -> None:
    service.answers = [says(b"", 429, Retry_After="1"), says({"balance": 8})]
    began = time.monotonic()
    assert ask(service) == {"balance": 8}
    assert 1 <= time.monotonic() - began < 3


def test_a_wait_beyond_the_time_is_not_begun(service: Service) -> None:
    service.answers = [says(b"", 503, Retry_After="3600")]
    began = time.monotonic()
    assert refusal(lambda: ask(service)) == "the answer has the status 503"
    assert time.monotonic() - began < 2


def test_a_connection_that_is_lost_is_tried_again(service: Service) -> None:
    def hangs_up(request: BaseHTTPRequestHandler) -> None:
        request.connection.shutdown(socket.SHUT_RDWR)
        request.close_connection = True

    service.answers = [hangs_up, says({"balance": 8})]
    assert ask(service) == {"balance": 8}
    assert len(service.seen) == 2


def test_a_port_where_nobody_listens_fails(settings: Any, service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://localhost:{server.getsockname()[1]}"
    settings.VOICEGATHER |= {"HTTP_HANDLER_HOSTS": [url]}
    assert refusal(lambda: ask_url(url)) == "no answer came (ConnectError)"


@pytest.mark.parametrize("drip", [b"", b" "])
def test_a_slow_drip_ends_with_the_time(
    service: Service, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.8)
    over = threading.Event()

    def drips(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(drip)
            request.wfile.flush()

    service.answers = [drips]
    began = time.monotonic()
    assert refusal(lambda: ask(service)) == "no answer came (ReadTimeout)"
    over.set()
    assert 0.7 < time.monotonic() - began < 2
    assert len(service.seen) == 1


def test_redirects_on_the_same_host_are_followed(service: Service) -> None:
    service.answers = [
        redirects("/there", 308),
        redirects(f"{service.origin}/here?x=1"),
        redirects("./last#part"),
        says({"balance": 8}),
    ]
    assert ask(service) == {"balance": 8}
    assert [seen.path for seen in service.seen] == ["/look", "/there", "/here?x=1", "/last"]
    assert [seen.json for seen in service.seen] == [VARIABLES] * 4


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_may_turn_a_post_into_a_get(service: Service, status: int) -> None:
    service.answers = [redirects("/there", status), says({"balance": 8})]
    assert ask(service) == {"balance": 8}
    assert [(seen.method, seen.body) for seen in service.seen][1] == ("GET", b"")


def test_a_fourth_redirect_is_not_followed(service: Service) -> None:
    service.answers = [redirects("/look")]
    assert refusal(lambda: ask(service)) == "the answer is redirected more than 3 times"
    assert len(service.seen) == 4


LISTED = (
    "the URL's host, with its port, is not in VOICEGATHER['HTTP_HANDLER_HOSTS'] "
    "(as http://host when it is not asked over https)"
)
URL = "the URL must be like https://api.example.com/path, in plain ASCII"


@pytest.mark.parametrize(
    ("location", "trouble"),
    [
        ("http://169.254.169.254/latest/meta-data/", LISTED),
        ("//api.example.com/", "the answer is redirected to another host"),
        ("https://api.example.com/", LISTED),
        ("ftp://localhost/", URL),
        ("http://user:word@localhost/", URL),
        ("http://[::1", "the answer is redirected to what is no URL"),
    ],
)
def test_redirects_to_elsewhere_are_not_followed(
    service: Service, settings: Any, location: str, trouble: str
) -> None:
    hosts = [service.origin, "http://api.example.com"]
    settings.VOICEGATHER |= {"HTTP_HANDLER_HOSTS": hosts}
    service.answers = [redirects(location)]
    assert refusal(lambda: ask(service)) == trouble
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://api.example.com:8443/",
        "https://api.example.com./",
        "https://www.api.example.com/",
        "https://api.example.com.example.org/",
        "https://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "https://2130706433/",
    ],
)
def test_a_host_that_is_not_listed_is_not_asked(settings: Any, url: str) -> None:
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["api.example.com"]}
    assert refusal(lambda: ask_url(url)) == LISTED


def test_no_host_is_listed_unless_the_site_does() -> None:
    assert refusal(lambda: ask_url("https://api.example.com/")) == LISTED


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "ftp://api.example.com/",
        "file:///etc/passwd",
        "https://",
        "https://user@api.example.com/",
        "https://user:word@api.example.com/",
        "https://@api.example.com/",
        "https://api.example.com\\@example.org/",
        "https://api.example.com/a b",
        "https://api.exämple.com/",
        "https://api.example.com/\r\nX-Header: 1",
        "https://api.example.com:99999/",
        "https://api.example.com:0/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_what_is_no_url_or_may_be_read_as_two_is_refused(settings: Any, url: str) -> None:
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["api.example.com"]}
    assert refusal(lambda: ask_url(url)) == URL


@pytest.mark.parametrize(
    ("options", "trouble"),
    [
        ({"method": "PUT"}, "the option method is GET or POST"),
        (
            {"send": "account;town"},
            "the option send is names of variables, with commas between them",
        ),
        ({"take": "=order"}, "the option take is like: name=path.to.value, other=..."),
        ({"take": "a=b..c"}, "the option take is like: name=path.to.value, other=..."),
        ({"take": "a=b,"}, "the option take is like: name=path.to.value, other=..."),
        ({"take": "a=b, a=c"}, "the option take names a variable twice"),
        (
            {"token": "fake"},
            "http has no option 'token': it knows method, send, take, url",
        ),
    ],
)
def test_options_that_cannot_be_read_are_named(
    service: Service, options: dict[str, str], trouble: str
) -> None:
    assert refusal(lambda: ask(service, **options)) == trouble
    assert service.seen == []


PRIVATE = "the URL's host is at a private address, which is not allowed"


@pytest.fixture
def names(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The addresses that look-ups of a name find, one after another; the last repeats."""
    found: dict[str, list[list[str]]] = {}

    def look_up(host: str, port: int) -> list[str]:
        answers = found[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(addresses, "look_up", look_up)
    return found


INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_names_that_lead_inside_are_not_asked(
    settings: Any, names: dict[str, list[list[str]]], address: str
) -> None:
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["http://api.example.com"]}
    names["api.example.com"] = [[address]]
    assert refusal(lambda: ask_url("http://api.example.com/")) == PRIVATE


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16", "fe80::1", "0.0.0.0"]
)
def test_where_machines_learn_secrets_is_never_asked(
    settings: Any, names: dict[str, list[list[str]]], address: str
) -> None:
    settings.VOICEGATHER = {
        "HTTP_HANDLER_HOSTS": ["http://api.example.com"],
        "HTTP_HANDLER_ALLOW_PRIVATE": True,
    }
    names["api.example.com"] = [[address]]
    assert refusal(lambda: ask_url("http://api.example.com/")) == PRIVATE


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_allowed(address: str) -> None:
    assert addresses.is_permitted(addresses.ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "fd12::1", "::ffff:10.0.0.1"])
def test_private_addresses_are_allowed_where_the_site_says_so(settings: Any, address: str) -> None:
    settings.VOICEGATHER = {"HTTP_HANDLER_ALLOW_PRIVATE": True}
    assert addresses.is_permitted(addresses.ip_address(address))


def test_a_name_is_looked_up_once_and_that_address_connected_to(
    settings: Any,
    service: Service,
    names: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is harmless when it is looked at, and this machine when it is connected to."""
    connected: list[Any] = []
    connect = socket.create_connection

    def spy(address: Any, *args: Any, **kwargs: Any) -> Any:
        connected.append(address)
        return connect(("127.0.0.1", service.port), *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", spy)
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["http://api.example.com"]}
    names["api.example.com"] = [["8.8.8.8"], ["127.0.0.1"]]
    assert ask_url("http://api.example.com/look") == {"balance": 7}
    assert connected == [("8.8.8.8", 80)]
    assert service.seen[0].headers["host"] == "api.example.com"


def test_of_several_addresses_the_permitted_ones_are_tried_in_turn(
    settings: Any,
    service: Service,
    names: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected: list[Any] = []
    connect = socket.create_connection

    def spy(address: Any, *args: Any, **kwargs: Any) -> Any:
        connected.append(address[0])
        if address[0] == "8.8.8.8":
            raise ConnectionRefusedError
        return connect(("127.0.0.1", service.port), *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", spy)
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["http://api.example.com"]}
    names["api.example.com"] = [["10.0.0.1", "8.8.8.8", "8.8.4.4"]]
    assert ask_url("http://api.example.com/look") == {"balance": 7}
    assert connected == ["8.8.8.8", "8.8.4.4"]


def test_a_name_without_an_address_fails(
    service: Service, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(addresses, "look_up", look_up)
    assert refusal(lambda: ask(service)) == "the URL's host has no address"
    assert asked == ["localhost"] * 3


def test_a_look_up_that_hangs_ends_with_the_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.3)
    over = threading.Event()
    monkeypatch.setattr(addresses, "look_up", lambda host, port: over.wait(10) and [])
    began = time.monotonic()
    assert refusal(lambda: ask(service)) == "the URL's host has no address"
    over.set()
    assert time.monotonic() - began < 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for api.example.com, made now, with its key in the same file."""
    pem = tmp_path / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=api.example.com"]
    command += ["-addext", "subjectAltName=DNS:api.example.com"]
    command += ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    pem.write_text((tmp_path / "key").read_text() + (tmp_path / "certificate").read_text())
    return pem


@pytest.fixture
def secure(
    certificate: Path,
    settings: Any,
    names: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Service]:
    """A service behind that certificate, under its name and another."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as service:
        settings.VOICEGATHER = {
            "HTTP_HANDLER_HOSTS": [f"{name}.example.com:{service.port}" for name in ("api", "www")],
            "HTTP_HANDLER_ALLOW_PRIVATE": True,
        }
        names["api.example.com"] = names["www.example.com"] = [["127.0.0.1"]]
        service.answers.append(says({"balance": 7}))
        yield service


def test_a_certificate_is_checked_against_the_name_of_the_url(
    secure: Service, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://{}.example.com:" + str(secure.port)
    bad = "the host's certificate is not good"
    assert refusal(lambda: ask_url(url.format("api"))) == bad, "nobody vouches for it"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ask_url(url.format("api")) == {"balance": 7}
    assert refusal(lambda: ask_url(url.format("www"))) == bad
    assert len(secure.seen) == 1


def test_nothing_of_the_caller_or_the_answer_is_in_a_reason(service: Service) -> None:
    answers = [
        says({"account": "4711"}, 500),
        says(b"4711"),
        says({"account": ["4711"]}),
        redirects("https://4711.example.com/"),
    ]
    for answer in answers:
        service.answers = [answer]
        reason = refusal(lambda: ask(service, take="found=account"))
        assert "4711" not in reason
    assert json.loads(service.seen[0].body)["account"] == "4711"
