from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from voicegather.provider.client import Account, CommandAnswer, send_action
from voicegather.simulator import FakeTelnyx, parse_script


@pytest.fixture
def telnyx():
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/nobody", time_scale=1.0) as fake:
        yield fake


@pytest.fixture
def account(telnyx):
    return Account(telnyx.api_key, telnyx.base_url, 2.0)


@pytest.fixture
def leg(telnyx):
    caller = telnyx.place_call(
        script=parse_script(["expect_end"]), from_="+13125550111", to="+13125550100"
    )
    return caller.call_control_id


def test_an_accepted_command_is_timed(account, leg):
    answer = send_action(account, leg, "answer", {"command_id": "one"})
    assert (answer.accepted, answer.http_status, answer.code) == (True, 200, "")
    assert answer.milliseconds >= 0


def test_a_refusal_has_telnyx_own_code(account, leg):
    answer = send_action(account, leg, "speak", {"payload": "Hi", "voice": "AWS.Polly.Joanna"})
    assert (answer.accepted, answer.http_status, answer.code) == (False, 422, "90034")
    assert not answer.is_worth_retrying


@pytest.mark.parametrize(
    ("status", "retrying"), [(500, True), (503, True), (429, True), (401, False)]
)
def test_only_what_may_pass_is_worth_retrying(telnyx, account, leg, status, retrying):
    telnyx.respond_next("answer", status=status)
    answer = send_action(account, leg, "answer", {"command_id": "one"})
    assert answer.http_status == status
    assert answer.is_worth_retrying is retrying
    assert len(telnyx.commands(leg)) == 1, "the SDK itself must not retry"


def test_too_many_requests_say_how_long_to_wait(telnyx, account, leg):
    telnyx.respond_next("answer", status=429)
    assert send_action(account, leg, "answer", {}).retry_after > 0


def test_a_telnyx_that_does_not_answer_in_time_is_worth_retrying(telnyx, leg):
    telnyx.respond_next("answer", status=200, delay_seconds=1.0)
    impatient = Account(telnyx.api_key, telnyx.base_url, 0.2)
    answer = send_action(impatient, leg, "answer", {"command_id": "one"})
    assert (answer.http_status, answer.is_worth_retrying) == (0, True)


def test_a_telnyx_that_is_not_there_is_worth_retrying():
    nobody = Account("KEY_fake", "http://127.0.0.1:9/v2", 0.5)
    answer = send_action(nobody, "v3:x", "answer", {})
    assert (answer.http_status, answer.is_worth_retrying) == (0, True)


def test_without_an_api_key_nothing_is_sent(telnyx, leg):
    answer = send_action(Account("", telnyx.base_url, 1.0), leg, "answer", {})
    assert answer == CommandAnswer(False, 401, 0, "no_key", "TELNYX_API_KEY is not set")
    assert telnyx.commands(leg) == []


def test_an_account_does_not_show_its_key():
    assert "KEY_fake" not in repr(Account("KEY_fake", "http://127.0.0.1:9/v2", 1.0))


@dataclass
class OneAnswer:
    """A Telnyx that answers one command with success and these words, and keeps what it got."""

    words: bytes
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)

    def to(self, action, params, leg="v3:x"):
        """What came of sending this command."""
        server = HTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        account = Account("KEY_fake", f"http://127.0.0.1:{server.server_port}/v2", 2.0)
        answer = send_action(account, leg, action, params)
        thread.join(5)
        server.server_close()
        return answer

    def _handler(self):
        story = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                story.path = self.path
                story.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(story.words)

            def log_message(self, *arguments):
                pass

        return Handler


def test_an_answer_that_is_no_json_is_an_acceptance():
    answer = OneAnswer(b"{nope").to("answer", {})
    assert (answer.accepted, answer.detail) == (True, "JSONDecodeError")


def test_a_dial_goes_to_calls_and_tells_the_leg_that_it_made():
    telnyx = OneAnswer(b'{"data": {"call_control_id": "v3:new", "is_alive": false}}')
    params = {"connection_id": "7", "from": "+13125550100", "to": "+13125550177", "command_id": "c"}
    answer = telnyx.to("dial", params, leg="")
    assert (answer.accepted, answer.call_control_id, answer.conversation_id) == (True, "v3:new", "")
    assert telnyx.path == "/v2/calls"
    assert telnyx.body == params


@pytest.mark.parametrize(
    "action",
    ["gather_using_ai", "ai_assistant_start", "ai_assistant_add_messages", "ai_assistant_stop"],
)
def test_commands_to_models_tell_the_conversation_that_they_began(action):
    telnyx = OneAnswer(b'{"data": {"result": "ok", "conversation_id": "c-1"}}')
    params = {"parameters": {}} if action == "gather_using_ai" else {}
    answer = telnyx.to(action, params | {"command_id": "c"})
    assert telnyx.path == f"/v2/calls/v3:x/actions/{action}"
    assert telnyx.body["command_id"] == "c"
    assert (answer.accepted, answer.conversation_id) == (True, "c-1")


@pytest.mark.parametrize(
    "words",
    [
        b"{}",
        b"[]",
        b'"ok"',
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": {"conversation_id": 7, "call_control_id": ["v3:x"]}}',
        b'{"data": {"call_control_id": "%s"}}' % (b"x" * 256),
    ],
)
@pytest.mark.parametrize("action", ["dial", "ai_assistant_start"])
def test_an_answer_of_another_form_is_an_acceptance_without_ids(words, action):
    params = {"connection_id": "7", "from": "a", "to": "b"} if action == "dial" else {}
    answer = OneAnswer(words).to(action, params)
    assert (answer.accepted, answer.conversation_id, answer.call_control_id) == (True, "", "")


@pytest.mark.parametrize("leg", ["", "."])
def test_a_leg_that_cannot_be_asked_for_is_refused_and_not_retried(telnyx, account, leg):
    answer = send_action(account, leg, "answer", {})
    assert (answer.accepted, answer.http_status) == (False, 400)
    assert not answer.is_worth_retrying
