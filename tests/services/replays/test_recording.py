"""Past calls in a step that records, replayed: however a message ended, the draft hears of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests import line as wire
from tests.services.menus.building import ask, choice, words
from tests.services.replays.callers import configure, groups, lead, open_line, replay
from voicegather.models import Call, Menu
from voicegather.services import moments

pytestmark = pytest.mark.django_db

_legs = itertools.count(1)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> wire.Wire:
    return wire.connect(monkeypatch)


def mailbox(**settings: Any) -> Menu:
    """Takes a message, asks what shall become of it, and then for a topic."""
    exits = {"done": "topic", "no_input": "empty", "failure": "topic", "no_consent": "bye"}
    if "consent_prompt" not in settings:
        del exits["no_consent"]
    message = {
        "kind": "record",
        "prompt": "question",
        "review_prompt": "question",
        "choices": [choice(step, exit=name) for name, step in exits.items()],
        **settings,
    }
    ends = {name: {"kind": "hangup"} for name in ("empty", "bye")}
    steps = {"message": message, "topic": ask(choice(digits="1")), **ends}
    return open_line(entry="message", steps=steps, prompts={"question": words("Now.")})


class Caller:
    """A caller by webhooks, as Telnyx sends them."""

    def __init__(self) -> None:
        self.leg = f"v3:{next(_legs)}"
        self.call = wire.ring(self.leg)

    def heard(self) -> Caller:
        """The prompt is over."""
        seq = self._seq()
        wire.feed(
            self.leg,
            "call.speak.ended",
            status="completed",
            client_state=wire.token(self.call, seq),
        )
        return self

    def saved(self, seconds: int = 7) -> Caller:
        """Telnyx saves the message that runs."""
        began = moments.now()
        seq = self.call.commands.filter(action="record_start").latest("seq").seq
        wire.feed(
            self.leg,
            "call.recording.saved",
            recording_id=f"rec-{seq}",
            channels="single",
            format="mp3",
            recording_started_at=began.isoformat(),
            recording_ended_at=(began + timedelta(seconds=seconds)).isoformat(),
            recording_urls={"mp3": "https://recordings.example.com/one.mp3"},
            public_recording_urls={},
            client_state=wire.token(self.call, seq),
        )
        return self

    def answers(self, key: str | None) -> Caller:
        wire.enter(self.call, key, "valid" if key else "timeout")
        return self

    def hangs_up(self) -> Call:
        wire.feed(self.leg, "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
        self.call.refresh_from_db()
        return self.call

    def _seq(self) -> int:
        return self.call.commands.latest("seq").seq


def keeping() -> Call:
    """Keeps the first take, and chooses a topic."""
    return Caller().heard().saved().answers("1").answers("1").hangs_up()


def recording_again() -> Call:
    caller = Caller().heard().saved().answers("3").heard().saved(4)
    return caller.answers("1").answers("1").hangs_up()


def silent() -> Call:
    """Says nothing for so long that it counts as nothing."""
    return Caller().heard().saved(0).hangs_up()


def silent_and_told_late() -> Call:
    """As long as a message may be, until Telnyx says that there is none."""
    caller = Caller().heard()
    with time_machine.travel(moments.now() + timedelta(seconds=30)):
        return caller.saved(0).hangs_up()


def silent_in_the_second_take() -> Call:
    return Caller().heard().saved().answers("3").heard().saved(0).hangs_up()


def hanging_up() -> Call:
    return Caller().heard().hangs_up()


def hanging_up_at_the_review() -> Call:
    return Caller().heard().saved().hangs_up()


def hanging_up_in_the_second_take() -> Call:
    return Caller().heard().saved().answers("3").heard().hangs_up()


def silent_at_the_review() -> Call:
    caller = Caller().heard().saved()
    return caller.answers(None).answers(None).answers(None).answers("1").hangs_up()


def listening() -> Call:
    caller = Caller().heard().saved().answers("2")
    seq = caller.call.commands.latest("seq").seq
    assert caller.call.commands.latest("seq").action == "playback_start"
    wire.feed(
        caller.leg,
        "call.playback.ended",
        status="completed",
        client_state=wire.token(caller.call, seq),
    )
    return caller.answers("1").answers("1").hangs_up()


def failing() -> Call:
    """Telnyx records nothing."""
    caller = Caller().heard()
    seq = caller.call.commands.latest("seq").seq
    token = wire.token(caller.call, seq)
    wire.feed(caller.leg, "call.recording.error", reason="Internal error", client_state=token)
    return caller.hangs_up()


DEEDS = (
    keeping,
    recording_again,
    silent,
    silent_and_told_late,
    silent_in_the_second_take,
    hanging_up,
    hanging_up_at_the_review,
    hanging_up_in_the_second_take,
    silent_at_the_review,
    listening,
    failing,
)


def exits(call: Call) -> list[tuple[str, str]]:
    return list(call.visits.order_by("number").values_list("step_key", "exit"))


def test_the_calls_are_what_they_are_meant_to_be() -> None:
    mailbox()
    ended = [("message", "done"), ("topic", "1"), ("bye", "hangup")]

    assert [exits(each()) for each in (keeping, recording_again, listening)] == [ended] * 3
    assert exits(silent_at_the_review()) == ended
    for says_nothing in (silent, silent_and_told_late, silent_in_the_second_take):
        assert exits(says_nothing()) == [("message", "no_input"), ("empty", "hangup")]
    assert exits(failing()) == [("message", "failure"), ("topic", "")]
    for hangs_up in (hanging_up, hanging_up_at_the_review, hanging_up_in_the_second_take):
        assert exits(hangs_up()) == [("message", "")]


@pytest.mark.parametrize("deed", DEEDS)
def test_on_the_version_that_it_ran_on_a_call_goes_its_own_way(deed: Callable[[], Call]) -> None:
    menu = mailbox()
    deed()

    found = replay(menu)

    assert (found.same, found.total) == (1, 1), (groups(found), found.unreplayable)


def test_messages_go_where_the_draft_leads_them() -> None:
    menu = mailbox()
    for deed in (keeping, recording_again, silent, hanging_up):
        deed()
    lead(menu, "message", "done", "empty")

    found = replay(menu)

    assert groups(found) == [("message", "done", "topic", "done", "empty", None, 2)]
    assert found.same == 2


def test_a_draft_without_the_review_takes_the_same_way() -> None:
    menu = mailbox()
    keeping()
    recording_again()
    configure(menu, "message", review_prompt="", listen_key="4")

    assert replay(menu).same == 2


def test_a_review_that_was_never_asked_is_new() -> None:
    menu = mailbox(review_prompt="")
    Caller().heard().saved().answers("1").hangs_up()
    configure(menu, "message", review_prompt="question")

    found = replay(menu)

    assert (found.asking, found.same) == (1, 0)
    assert groups(found)[0][-2] == "caller"


def test_a_keep_key_that_is_another_one_now_asks_again() -> None:
    menu = mailbox()
    keeping()
    configure(menu, "message", keep_key="4")

    found = replay(menu)

    assert (found.asking, found.same) == (1, 0)


def test_consent_is_given_again() -> None:
    menu = mailbox(consent_prompt="question")
    Caller().answers("1").heard().saved().answers("1").answers("1").hangs_up()
    Caller().answers("2").hangs_up()

    assert replay(menu).same == 2
