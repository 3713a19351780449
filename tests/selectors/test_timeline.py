"""What happened in a call, told in order and once, however late and odd it came."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_conversation,
    make_result,
    make_turn,
    make_visit,
)
from tests.line import document, publish_by_hand
from voicegather.models import Call, CallCommand, CallEvent, CallLeg, Consent, StepVisit
from voicegather.sealing import seal
from voicegather.selectors.entries import EntryKind, Sight, TimelineEntry
from voicegather.selectors.labels import LABELS
from voicegather.selectors.timeline import CursorError, timeline_of

pytestmark = pytest.mark.django_db

numbers = itertools.count(1)


def published_call(**step: Any) -> Call:
    """A call of a menu whose step ``ask`` has this besides."""
    compiled = document()
    compiled["steps"]["ask"] |= {"name": "Which desk?", **step}
    return make_call(version=publish_by_hand(compiled))


def add_event(call: Call, event_type: str = "call.answered", **fields: Any) -> CallEvent:
    defaults = {
        "source": "telnyx",
        "external_id": f"event-{next(numbers)}",
        "call_control_id": "v3:a",
        "occurred_at": STARTED,
        "received_at": STARTED,
        "status": "processed",
    }
    return CallEvent.objects.create(call=call, event_type=event_type, **defaults | fields)


def add_command(call: Call, action: str = "answer", **fields: Any) -> CallCommand:
    number = next(numbers)
    defaults = {
        "seq": call.commands.count() + 1,
        "command_id": UUID(int=number),
        "sealed_params": seal({"payload": "Your number is 4711."}),
        "created_at": STARTED,
        "status": "accepted",
    }
    return CallCommand.objects.create(call=call, action=action, **defaults | fields)


def entries_of(call: Call, sight: Sight = Sight.MASKED) -> list[TimelineEntry]:
    return list(timeline_of(call, sight=sight).entries)


def entry_of(call: Call, kind: EntryKind, sight: Sight = Sight.MASKED) -> TimelineEntry:
    (found,) = [entry for entry in entries_of(call, sight) if entry.kind is kind]
    return found


# -- what is told ----------------------------------------------------------------------------------


def test_everything_is_told_in_order_of_time():
    call = published_call()
    visit = make_visit(call, "ask", entered_at=STARTED + timedelta(seconds=1))
    make_attempt(visit, "1", began_at=STARTED + timedelta(seconds=2))
    make_result(visit, "1", gathered_at=STARTED + timedelta(seconds=4))
    add_event(call, "call.gather.ended", occurred_at=STARTED + timedelta(seconds=3))
    add_event(call, "call.initiated", occurred_at=STARTED)
    add_command(call, created_at=STARTED + timedelta(milliseconds=500))
    told = [(str(entry.kind), entry.title) for entry in entries_of(call)]
    assert told == [
        ("event", "The call begins"),
        ("command", "Answer"),
        ("visit", "Step “Which desk?”"),
        ("attempt", "Attempt 1 at “Which desk?”"),
        ("event", "The gather ends"),
        ("result", "Gathered at “Which desk?”"),
    ]


def test_an_event_tells_what_people_look_for_and_nothing_that_is_sealed():
    call = published_call()
    payload = {"hangup_cause": "user_busy", "hangup_source": "callee", "sip_headers": []}
    event = add_event(call, "call.hangup", payload=payload, sealed=seal([[["digits"], "4711"]]))
    entry = entry_of(call, EntryKind.EVENT)
    assert (entry.key, entry.title, entry.moment) == (
        f"event-{event.pk}",
        "A leg hangs up",
        STARTED,
    )
    assert entry.details == {
        "type": "call.hangup",
        "source": "Telnyx",
        "status": "Processed",
        "hangup_cause": "user_busy",
        "hangup_source": "callee",
    }
    assert not entry.is_trouble


def test_an_event_that_nobody_has_named_is_told_as_telnyx_calls_it():
    call = published_call()
    add_event(call, "call.invented.tomorrow")
    assert entry_of(call, EntryKind.EVENT).title == "call.invented.tomorrow"


@pytest.mark.parametrize(
    ("event_type", "status"),
    [("call.cost", "dead"), ("handler.failed", "processed"), ("command.failed", "processed")],
)
def test_trouble_is_marked(event_type, status):
    call = published_call()
    add_event(call, event_type, status=status)
    assert entry_of(call, EntryKind.EVENT).is_trouble


def test_who_answered_is_told_although_it_is_sealed():
    call = published_call()
    add_event(call, "call.machine.detection.ended", sealed=seal([[["result"], "machine"]]))
    assert entry_of(call, EntryKind.EVENT).details["result"] == "machine"


def test_a_command_tells_telnyxs_answer_its_latency_and_its_author():
    user = get_user_model().objects.create_user("dana")
    call = published_call()
    add_command(
        call,
        "ai_assistant_start",
        author=user,
        status="failed",
        attempts=2,
        milliseconds=83,
        http_status=422,
        code="90061",
        detail="Assistant already running",
    )
    entry = entry_of(call, EntryKind.COMMAND)
    assert entry.title == "Start an assistant"
    assert entry.is_trouble
    assert entry.details == {
        "number": 1,
        "action": "ai_assistant_start",
        "status": "Failed",
        "attempts": 2,
        "milliseconds": 83,
        "http_status": 422,
        "code": "90061",
        "detail": "Assistant already running",
        "author": "dana",
    }


def test_an_operators_act_tells_who_acted():
    user = get_user_model().objects.create_user("dana")
    call = published_call()
    payload = {"act": "add_message", "target": "", "answer_now": True, "author": user.pk}
    add_event(
        call,
        "operator.acted",
        source="operator",
        payload=payload,
        sealed=seal({"text": "The caller is 29."}),
    )
    masked = entry_of(call, EntryKind.EVENT)
    assert (masked.title, masked.details["author"]) == ("Add a message", "dana")
    assert masked.details["answer_now"] is True
    assert "message" not in masked.details
    assert masked.is_masked
    revealed = entry_of(call, EntryKind.EVENT, Sight.REVEALED)
    assert revealed.details["message"] == "The caller is 29."
    assert not revealed.is_masked


def test_whether_to_answer_at_once_is_told_of_messages_alone():
    call = published_call()
    payload = {"act": "repeat_step", "target": "", "answer_now": False, "author": 1}
    add_event(call, "operator.acted", source="operator", payload=payload)
    assert "answer_now" not in entry_of(call, EntryKind.EVENT).details


def test_the_act_of_a_user_who_is_gone_is_still_told():
    call = published_call()
    add_event(call, "operator.acted", payload={"act": "hang_up", "author": 4711})
    entry = entry_of(call, EntryKind.EVENT)
    assert (entry.title, entry.details["author"]) == ("Hang up", "")


@pytest.mark.parametrize(
    ("step", "digits", "is_masked"),
    [
        ({}, "142", False),
        ({"sensitivity": "masked", "shown_last": 2}, "•••42", True),
        ({"sensitivity": "masked", "shown_last": 0}, "•••", True),
        ({"sensitivity": "secret"}, "•••", True),
    ],
)
def test_what_was_entered_shows_as_its_step_says(step, digits, is_masked):
    call = published_call(**step)
    make_attempt(make_visit(call, "ask"), "142")
    entry = entry_of(call, EntryKind.ATTEMPT)
    assert (entry.details["digits"], entry.is_masked) == (digits, is_masked)
    revealed = entry_of(call, EntryKind.ATTEMPT, Sight.REVEALED)
    assert (revealed.details["digits"], revealed.is_masked) == ("142", False)


def test_what_was_entered_in_a_step_that_no_version_knows_is_hidden():
    call = make_call()
    make_attempt(make_visit(call, "gone"), "142")
    assert entry_of(call, EntryKind.ATTEMPT).details["digits"] == "•••"


def test_a_secret_result_is_revealed_to_those_who_may_see_it():
    call = published_call(sensitivity="secret")
    sealed = seal({"raw": "04711", "value": "4711"})
    make_result(make_visit(call, "ask"), "", sensitivity="secret", sealed=sealed)
    masked = entry_of(call, EntryKind.RESULT)
    assert "value" not in masked.details
    assert masked.is_masked
    revealed = entry_of(call, EntryKind.RESULT, Sight.REVEALED)
    assert (revealed.details["value"], revealed.details["raw"]) == ("4711", "04711")


def test_a_long_result_of_a_normal_step_is_told_whole():
    call = published_call()
    whole = "a" * 400
    sealed = seal({"raw": whole, "value": whole})
    make_result(make_visit(call, "ask"), whole[:254] + "…", sealed=sealed)
    entry = entry_of(call, EntryKind.RESULT)
    assert (entry.details["value"], entry.is_masked) == (whole, False)


def test_turns_are_told_as_they_were_said():
    call = published_call()
    conversation = make_conversation(make_visit(call, "ask"))
    make_turn(conversation, "<b>How old are you?</b>", "assistant")
    make_turn(conversation, "29")
    turns = [entry for entry in entries_of(call) if entry.kind is EntryKind.TURN]
    assert [(turn.title, turn.details["text"]) for turn in turns] == [
        ("Assistant", "<b>How old are you?</b>"),
        ("Caller", "29"),
    ]
    assert [turn.key for turn in turns] == ["turn-1-1", "turn-1-2"]


@pytest.mark.parametrize("sensitivity", ["masked", "secret"])
def test_turns_of_a_sensitive_step_are_for_those_who_may_see_them(sensitivity):
    call = published_call()
    conversation = make_conversation(make_visit(call, "ask"), sensitivity=sensitivity)
    make_turn(conversation, "My number is 4711.")
    masked = entry_of(call, EntryKind.TURN)
    assert (masked.details["text"], masked.is_masked) == ("•••", True)
    revealed = entry_of(call, EntryKind.TURN, Sight.REVEALED)
    assert revealed.details["text"] == "My number is 4711."


def test_words_whose_key_is_gone_say_so():
    call = published_call()
    turn = make_turn(make_conversation(make_visit(call, "ask")), "Hello.")
    turn.sealed_content = b"\x01gone" + bytes(40)
    turn.save()
    assert "No configured key" in entry_of(call, EntryKind.TURN).details["text"]


def test_consents_and_legs_are_told():
    call = published_call()
    CallLeg.objects.create(call=call, call_control_id="v3:a", role="caller", fate="")
    Consent.objects.create(
        call=call,
        visit=make_visit(call, "ask"),
        prompt="may_we",
        words="May a machine listen?",
        key="1",
        given=True,
        answered_at=STARTED,
    )
    assert entry_of(call, EntryKind.CONSENT).title == "Consent given"
    assert entry_of(call, EntryKind.CONSENT).details["words"] == "May a machine listen?"
    assert entry_of(call, EntryKind.LEG).details == {"call_control_id": "v3:a"}


def test_every_detail_has_a_label():
    call = busy_call(20)
    details = {name for entry in entries_of(call, Sight.REVEALED) for name in entry.details}
    assert details >= {"digits", "value", "text", "author", "step", "visit"}
    assert details <= LABELS.keys()


def test_titles_are_in_the_viewers_language(monkeypatch):
    from voicegather.selectors import labels

    call = published_call()
    add_event(call, "call.answered")
    lazy = translation.gettext_lazy("Yes")
    monkeypatch.setitem(labels.EVENTS, "call.answered", lazy)
    with translation.override("de"):
        assert entry_of(call, EntryKind.EVENT).title == "Ja"


# -- what is new -----------------------------------------------------------------------------------


def keys_after(call: Call, cursor: str) -> list[str]:
    return [entry.key for entry in timeline_of(call, sight=Sight.MASKED, after=cursor).entries]


def test_after_a_cursor_nothing_is_told_twice():
    call = busy_call(40)
    assert keys_after(call, timeline_of(call, sight=Sight.MASKED).cursor) == []


def test_after_a_cursor_what_is_new_is_told():
    call = busy_call(40)
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    event = add_event(call)
    assert keys_after(call, cursor) == [f"event-{event.pk}"]


def test_an_event_that_happened_long_ago_and_comes_late_is_told():
    call = busy_call(40)
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    late = add_event(call, occurred_at=STARTED - timedelta(minutes=5))
    assert keys_after(call, cursor) == [f"event-{late.pk}"]


@pytest.mark.parametrize("place", [0, 5, 39])
def test_an_event_that_becomes_visible_behind_later_ones_is_told(place):
    call = busy_call(40)
    pks = list(call.events.order_by("pk").values_list("pk", flat=True))
    hidden = CallEvent.objects.get(pk=pks[place])
    hidden.delete()
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    hidden.pk = pks[place]
    hidden.save(force_insert=True)
    assert f"event-{pks[place]}" in keys_after(call, cursor)


def test_what_changed_lately_is_told_again_alone():
    call = busy_call(40)
    command = add_command(call, status="pending")
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    CallCommand.objects.filter(pk=command.pk).update(status="accepted", milliseconds=12)
    assert keys_after(call, cursor) == [f"command-{command.pk}"]


def test_what_changed_of_long_ago_is_told_again_with_its_neighbours_at_most():
    call = busy_call(100)
    visit = call.visits.earliest("pk")
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    StepVisit.objects.filter(pk=visit.pk).update(exit="done")
    again = keys_after(call, cursor)
    assert f"visit-{visit.pk}" in again
    assert len(again) <= 16


def test_a_turn_that_was_rewritten_takes_the_place_of_the_earlier():
    call = published_call()
    conversation = make_conversation(make_visit(call, "ask"))
    make_turn(conversation, "We are open from nine")
    first = timeline_of(call, sight=Sight.MASKED)
    conversation.turns.all().delete()
    make_turn(conversation, "We are")
    (again,) = timeline_of(call, sight=Sight.MASKED, after=first.cursor).entries
    assert again.key == "turn-1-1"
    assert again.details["text"] == "We are"


def test_following_a_call_step_by_step_tells_as_much_as_looking_at_its_end():
    call = published_call()
    seen: dict[str, TimelineEntry] = {}
    cursor = ""
    for number in range(60):
        add_event(call, occurred_at=STARTED + timedelta(seconds=number % 7))
        if number % 3 == 0:
            make_attempt(make_visit(call, "ask"), str(number))
        told = timeline_of(call, sight=Sight.MASKED, after=cursor)
        seen |= {entry.key: entry for entry in told.entries}
        cursor = told.cursor
    whole = {entry.key: entry for entry in entries_of(call)}
    assert seen == whole


def test_a_cursor_of_a_long_call_is_short():
    call = busy_call(500)
    assert len(timeline_of(call, sight=Sight.MASKED).cursor) < 1_500


@pytest.mark.parametrize("cursor", ["x", "0_", "1", "٣_", "0_abc" + ".0_" * 8, "9_" + ".0_" * 8])
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(CursorError, match="ask without one"):
        timeline_of(published_call(), sight=Sight.MASKED, after=cursor)


# -- what it costs ---------------------------------------------------------------------------------


def busy_call(events: int) -> Call:
    """A call with so many events, and half as many of everything else."""
    call = published_call()
    user = get_user_model().objects.create_user(f"user-{next(numbers)}")
    for number in range(events):
        author = {"act": "hang_up", "author": user.pk}
        add_event(call, "operator.acted" if number % 9 == 0 else "call.answered", payload=author)
        if number % 2:
            add_command(call, author=user)
            visit = make_visit(call, "ask", number=number)
            make_attempt(visit, "1")
            make_result(visit, "1")
    visit = make_visit(call, "ask", number=events + 1)
    conversation = make_conversation(visit)
    for number in range(events // 2):
        make_turn(conversation, f"turn {number}")
    return call


def busy_call_more(call: Call) -> set[str]:
    """What comes to a busy call meanwhile; the keys of its entries."""
    user = get_user_model().objects.create_user(f"user-{next(numbers)}")
    event = add_event(call, "operator.acted", payload={"act": "hang_up", "author": user.pk})
    command = add_command(call, author=user, seq=1_000)
    visit = make_visit(call, "ask", number=1_000)
    attempt, result = make_attempt(visit, "1"), make_result(visit, "1")
    turn = make_turn(call.conversations.get(), "Goodbye.")
    return {
        f"event-{event.pk}",
        f"command-{command.pk}",
        f"visit-{visit.pk}",
        f"attempt-{attempt.pk}",
        f"result-{result.pk}",
        f"turn-1-{turn.number}",
    }


@pytest.mark.parametrize("sight", list(Sight))
def test_a_call_of_five_hundred_events_takes_as_many_queries_as_a_short_one(
    django_assert_num_queries, sight
):
    short, long = busy_call_in_turn(3), busy_call_in_turn(500)
    timeline_of(short, sight=sight)
    for call in (short, long):
        with django_assert_num_queries(13 if sight is Sight.REVEALED else 12):
            timeline_of(call, sight=sight)


def test_a_poll_with_news_of_every_kind_takes_a_fixed_number_of_queries(django_assert_num_queries):
    call = busy_call(40)
    cursor = timeline_of(call, sight=Sight.REVEALED).cursor
    call.visits.update(exit="done")
    call.conversations.update(reason="ended")
    more = busy_call_more(call)
    with django_assert_num_queries(10 + 7 + 3):
        told = timeline_of(call, sight=Sight.REVEALED, after=cursor)
    assert more <= {entry.key for entry in told.entries}


def test_news_of_an_earlier_visit_are_told_with_its_name_and_sensitivity():
    call = published_call(sensitivity="masked", shown_last=2)
    visit = make_visit(call, "ask")
    conversation = make_conversation(visit, sensitivity="secret")
    cursor = timeline_of(call, sight=Sight.MASKED).cursor
    make_attempt(visit, "142")
    make_turn(conversation, "My number is 4711.")
    attempt, turn = sorted(
        timeline_of(call, sight=Sight.MASKED, after=cursor).entries, key=lambda entry: entry.key
    )
    assert (attempt.title, attempt.details["digits"]) == ("Attempt 1 at “Which desk?”", "•••42")
    assert turn.details["text"] == "•••"


def test_a_poll_without_news_reads_nothing_that_is_sealed(django_assert_num_queries):
    call = busy_call(40)
    cursor = timeline_of(call, sight=Sight.REVEALED).cursor
    with django_assert_num_queries(10):
        timeline_of(call, sight=Sight.REVEALED, after=cursor)


def busy_call_in_turn(events: int) -> Call:
    call = busy_call(events)
    call.version.menu.numbers.all().delete()
    call.version.menu.slug = f"desk-{events}"
    call.version.menu.save()
    return call
