"""Real sockets: brokers that take, refuse, hang, and come back."""

from __future__ import annotations

import json
import os
import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from celery.exceptions import AlwaysEagerIgnored
from celery.signals import before_task_publish
from kombu.transport.redis import Channel
from redis import Redis

from tests.services.dispatch.scripts import run
from voicegather import conf
from voicegather.services import dispatch
from voicegather.services.dispatch import broker
from voicegather.services.dispatch.stencil import Stencil
from voicegather.tasks import process_call_task

SECONDS = 10
SCHEMES = {"redis": "redis://127.0.0.1:{}/9", "amqp": "amqp://guest:guest@127.0.0.1:{}//"}

pytestmark = [pytest.mark.usefixtures("celery"), pytest.mark.timeout(30)]


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Says where the broker is."""

    def place(url: str) -> None:
        monkeypatch.setenv("CELERY_BROKER_URL", url)

    return place


@pytest.fixture
def refusing_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def hanging_port() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def messages(broker_at: Callable[[str], None]) -> Callable[[], list[Any]]:
    """Reads what lies in the queue of a broker within this process."""
    broker_at("memory://")

    def read() -> list[Any]:
        with current_app.connection_for_read() as connection:
            queue = connection.SimpleQueue(conf.get("QUEUE_CALLS"))
            found = []
            while queue.qsize():
                message = queue.get_nowait()
                message.ack()
                found.append(message)
            queue.close()
        return found

    read()
    return read


def test_the_worker_s_task_has_the_name_that_is_sent() -> None:
    assert process_call_task.name == broker.TASK


def test_a_call_goes_to_the_broker_by_its_id_alone(
    messages: Callable[[], list[Any]], processed: list[str]
) -> None:
    dispatch.enqueue("v3:a")
    (message,) = messages()
    assert message.headers["task"] == "voicegather.process_call"
    assert message.payload[:2] == [["v3:a"], {}]
    assert processed == []


@pytest.fixture
def eager() -> Iterator[None]:
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def test_a_site_s_eager_mode_does_not_process_inside_the_request(
    messages: Callable[[], list[Any]],
    processed: list[str],
    eager: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process_call_task, "run", processed.append)
    with pytest.warns(AlwaysEagerIgnored):
        dispatch.enqueue("v3:a")
    assert processed == []
    assert len(messages()) == 1


@pytest.mark.parametrize("url", SCHEMES.values(), ids=SCHEMES)
def test_when_the_broker_refuses_this_process_does_the_work(
    broker_at: Callable[[str], None],
    refusing_port: int,
    processed: list[str],
    caplog: pytest.LogCaptureFixture,
    url: str,
) -> None:
    broker_at(url.format(refusing_port))
    dispatch.enqueue("v3:a")
    dispatch.enqueue("v3:b")
    assert dispatch.wait_until_idle(SECONDS)
    assert sorted(processed) == ["v3:a", "v3:b"]
    assert caplog.text.count("The broker does not take calls") == 1


@pytest.mark.parametrize("url", SCHEMES.values(), ids=SCHEMES)
def test_when_the_broker_hangs_this_process_does_the_work(
    broker_at: Callable[[str], None], hanging_port: int, processed: list[str], url: str
) -> None:
    broker_at(url.format(hanging_port))
    dispatch.enqueue("v3:a")
    assert dispatch.wait_until_idle(SECONDS)
    assert processed == ["v3:a"]


def test_of_several_brokers_one_that_refuses_is_passed_over(
    messages: Callable[[], list[Any]],
    broker_at: Callable[[str], None],
    refusing_port: int,
    processed: list[str],
) -> None:
    broker_at(f"redis://127.0.0.1:{refusing_port}/9;memory://")
    dispatch.enqueue("v3:a")
    broker_at("memory://")
    assert [message.payload[0] for message in messages()] == [["v3:a"]]
    assert processed == []


def test_a_broker_that_failed_is_left_alone_then_asked_once_and_used_again(
    broker_at: Callable[[str], None],
    refusing_port: int,
    messages: Callable[[], list[Any]],
    processed: list[str],
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker_at(f"redis://127.0.0.1:{refusing_port}/9")
    dispatch.enqueue("v3:a")
    broker_at("memory://")
    dispatch.enqueue("v3:b")
    assert dispatch.wait_until_idle(SECONDS)
    assert sorted(processed) == ["v3:a", "v3:b"]
    processed.clear()

    broker._breaker.failed(0)
    dispatch.enqueue("v3:c")
    assert [message.payload[0] for message in messages()] == [["v3:c"]]
    assert processed == []
    assert "The broker takes calls again" in caplog.text


def test_a_broker_that_cannot_be_named_leaves_the_work_here(
    broker_at: Callable[[str], None], processed: list[str]
) -> None:
    broker_at("carrier-pigeon://127.0.0.1")
    dispatch.enqueue("v3:a")
    assert dispatch.wait_until_idle(SECONDS)
    assert processed == ["v3:a"]


def test_whether_it_answers(
    broker_at: Callable[[str], None], refusing_port: int, hanging_port: int
) -> None:
    broker_at("memory://")
    assert broker.answers() is True
    broker_at(f"redis://127.0.0.1:{refusing_port}/0")
    assert broker.answers() is False
    broker_at(f"amqp://127.0.0.1:{hanging_port}//")
    assert broker.answers() is False


class Relay:
    """Stands before a real broker; once `stalled`, it takes bytes and passes none on."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = (host, port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open = ExitStack()
        self.port = int(self._server.getsockname()[1])
        self.connections = 0
        self.stalled = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(self._upstream)
            for each in (near, far):
                self._open.callback(each.close)
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self.stalled.is_set():
                    target.sendall(data)
        except OSError:
            pass

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._open.close()


@pytest.fixture
def relay(broker_at: Callable[[str], None]) -> Iterator[Relay]:
    url = urlsplit(os.environ["VOICEGATHER_TEST_BROKER_URL"])
    relay = Relay(url.hostname or "", url.port or 6379)
    broker_at(url._replace(netloc=f"127.0.0.1:{relay.port}").geturl())
    yield relay
    relay.close()


@pytest.fixture
def queue_of_its_own(settings: Any) -> Iterator[str]:
    """A queue that no worker listens to, empty before and gone after."""
    name = f"voicegather.test.{os.getpid()}"
    settings.VOICEGATHER = {**settings.VOICEGATHER, "QUEUE_CALLS": name}
    yield name
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        client.delete(name, *client.keys(f"*{name}*"))


@pytest.mark.services
def test_what_is_connected_once_serves_every_call(
    relay: Relay, queue_of_its_own: str, processed: list[str]
) -> None:
    dispatch.enqueue("v3:first")
    at_first = relay.connections
    for number in range(5):
        dispatch.enqueue(f"v3:{number}")
    assert relay.connections == at_first
    assert processed == []
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        assert client.llen(queue_of_its_own) == 6


@pytest.fixture
def lying(queue_of_its_own: str) -> Callable[[], list[dict[str, Any]]]:
    """Reads the messages that lie in the queue, the first one first, as Redis keeps them."""

    def read() -> list[dict[str, Any]]:
        with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
            return [json.loads(each) for each in reversed(client.lrange(queue_of_its_own, 0, -1))]

    return read


@pytest.fixture
def redis(broker_at: Callable[[str], None], queue_of_its_own: str) -> None:
    broker_at(os.environ["VOICEGATHER_TEST_BROKER_URL"])


#: What is another one for each message.
OWN = ("id", "root_id", "correlation_id", "delivery_tag", "argsrepr", "body")


def legible(message: dict[str, Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """The arguments, what is the message's own, and what all messages share."""
    fields = {**message, **message["headers"], **message["properties"]}
    del fields["headers"], fields["properties"]
    arguments = json.loads(b64decode(message["body"]))
    shared = {name: value for name, value in fields.items() if name not in OWN}
    return arguments, {name: fields[name] for name in OWN}, shared


@pytest.mark.services
def test_what_is_filled_in_is_the_message_that_celery_would_have_made(
    redis: None, lying: Callable[[], list[dict[str, Any]]]
) -> None:
    for leg in ("v3:a", 'v3:b % "quoted" é'):
        broker.publish(leg)
    current_app.send_task(broker.TASK, ("v3:c",), queue=conf.get("QUEUE_CALLS"), ignore_result=True)
    first, second, celery_s = map(legible, lying())
    assert [each[0][:2] for each in (first, second, celery_s)] == [
        [["v3:a"], {}],
        [['v3:b % "quoted" é'], {}],
        [["v3:c"], {}],
    ]
    assert first[0][2] == second[0][2] == celery_s[0][2]
    assert first[2] == second[2] == celery_s[2]
    assert second[1]["argsrepr"] == repr(('v3:b % "quoted" é',))
    assert first[1]["id"] == first[1]["root_id"] == first[1]["correlation_id"]
    assert len({each[1]["id"] for each in (first, second, celery_s)}) == 3
    assert len({each[1]["delivery_tag"] for each in (first, second, celery_s)}) == 3


@pytest.fixture
def without_its_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kombu whose Redis transport puts messages on queues by a method of another name."""
    genuine = Channel._put

    def publish(
        self: Channel, message: Any, exchange: str, routing_key: str, **options: Any
    ) -> Any:
        self._inplace_augment_message(message, exchange, routing_key)
        return genuine(self, routing_key, message)

    monkeypatch.setattr(Channel, "basic_publish", publish)


@pytest.fixture
def with_a_message_that_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stencil, "cut", lambda message, call_control_id: None)


@pytest.mark.services
@pytest.mark.parametrize("kombu", ["without_its_way_in", "with_a_message_that_is_not_understood"])
def test_where_kombu_is_not_what_it_was_celery_sends_every_message_once(
    kombu: str,
    request: pytest.FixtureRequest,
    redis: None,
    lying: Callable[[], list[dict[str, Any]]],
    processed: list[str],
) -> None:
    request.getfixturevalue(kombu)
    for leg in ("v3:a", "v3:b"):
        assert broker.publish(leg) is True
    assert [legible(message)[0][0] for message in lying()] == [["v3:a"], ["v3:b"]]
    assert processed == []


@pytest.fixture
def looked_on() -> Iterator[list[str]]:
    """What a tracing library saw, which it asked Celery to show it."""
    seen: list[str] = []

    def look(headers: dict[str, Any], **more: Any) -> None:
        headers["traced"] = "yes"
        seen.append(headers["argsrepr"])

    before_task_publish.connect(look)
    yield seen
    before_task_publish.disconnect(look)


@pytest.mark.services
def test_what_looks_on_sees_and_marks_every_message(
    redis: None, lying: Callable[[], list[dict[str, Any]]], looked_on: list[str]
) -> None:
    for leg in ("v3:a", "v3:b"):
        broker.publish(leg)
    assert looked_on == ["('v3:a',)", "('v3:b',)"]
    assert [message["headers"]["traced"] for message in lying()] == ["yes", "yes"]


@pytest.mark.services
def test_a_prefix_of_the_site_s_stands_before_the_queue_s_key(
    redis: None, queue_of_its_own: str
) -> None:
    current_app.conf.broker_transport_options = {"global_keyprefix": "site."}
    try:
        for leg in ("v3:a", "v3:b"):
            broker.publish(leg)
    finally:
        current_app.conf.broker_transport_options = {}
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        assert client.llen(f"site.{queue_of_its_own}") == 2
        assert client.llen(queue_of_its_own) == 0


@pytest.mark.services
def test_threads_at_the_same_time_lose_no_call(
    relay: Relay, queue_of_its_own: str, processed: list[str]
) -> None:
    together = threading.Barrier(4)

    def enqueue() -> None:
        together.wait(SECONDS)
        for number in range(20):
            dispatch.enqueue(f"v3:{number}")

    threads = [threading.Thread(target=enqueue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert processed == []
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        assert client.llen(queue_of_its_own) == 80


@pytest.mark.services
def test_a_connection_that_stalls_costs_one_time_out_and_no_call(
    relay: Relay, queue_of_its_own: str, processed: list[str]
) -> None:
    dispatch.enqueue("v3:a")
    relay.stalled.set()
    dispatch.enqueue("v3:b")
    dispatch.enqueue("v3:c")
    assert dispatch.wait_until_idle(SECONDS)
    assert sorted(processed) == ["v3:b", "v3:c"]


@pytest.mark.services
def test_a_forked_child_uses_none_of_its_parent_s_connections(
    relay: Relay, queue_of_its_own: str
) -> None:
    said = run(
        f"""
settings.VOICEGATHER = {{"DISPATCH": "celery", "QUEUE_CALLS": "{queue_of_its_own}"}}
print(broker.publish("v3:parent"), len(broker._idle), flush=True)
child = os.fork()
if child == 0:
    os.write(1, b"child had %d\\n" % len(broker._idle))
    os._exit(0 if broker.publish("v3:child") else 1)
print(os.waitpid(child, 0)[1], broker.publish("v3:parent again"))
broker.disconnect()
"""
    )
    assert said == "True 1\nchild had 0\n0 True\n"
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        assert client.llen(queue_of_its_own) == 3
