"""An assistant: the command it sends, what ends it, and what does not."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import by, menu, text
from tests.engine.steps.talks import (
    ASSISTANT,
    REFUSED,
    accepted,
    ask_ai,
    assist,
    assisted,
    ended,
    messages,
    newest,
    result,
    said,
    start_seq,
    started,
)
from voicegather.engine.commands import GatherByAi, StartAssistant, StopAssistant, Voice
from voicegather.engine.events import ConversationFailed, FoldingFailed, Unknown
from voicegather.engine.facts import (
    ConversationBegan,
    ConversationHeard,
    ConversationKind,
    ConversationNamed,
    ConversationOver,
)
from voicegather.engine.secret import Secret


def after_gather() -> Line:
    """A caller whom an AI gather asked, and whose next step is an assistant."""
    steps = {"ask": ask_ai(attempts=1), "taken": assist(), "bye": {"kind": "hangup"}}
    steps["taken"]["edges"] = [by("done", "silent"), by("failure", "broken")]
    steps["bye"] = REFUSED["refused"]
    return Line(menu({**steps, **REFUSED})).answer()


# -- the command -------------------------------------------------------------------------------


def test_the_command_says_everything_that_is_set():
    line = assisted(
        instructions="The caller is {{ caller }}.",
        greeting="hello",
        dynamic_variables={"number": "{{ caller|digits }}", "plan": "gold"},
        voice="ElevenLabs.Default.Ann",
        voice_settings={"type": "elevenlabs", "api_key_ref": "voices"},
        transcription_model="deepgram/nova-3",
        transcription_language="en",
        interruptible=False,
        history_updates=False,
        prompts={"hello": text("Hi, {{ language }}.")},
    )
    assert line.last == StartAssistant(
        assistant=ASSISTANT,
        instructions="The caller is +13125550101.",
        greeting="Hi, en.",
        variables={
            "number": Secret("1, 3, 1, 2, 5, 5, 5, 0, 1, 0, 1"),
            "plan": Secret("gold"),
        },
        voice=Voice("ElevenLabs.Default.Ann", (("api_key_ref", "voices"), ("type", "elevenlabs"))),
        transcription_model="deepgram/nova-3",
        transcription_language="en",
        interruptible=False,
        history_updates=False,
    )


def test_the_assistant_keeps_its_own_ways_unless_told_otherwise():
    assert assisted().last == StartAssistant(ASSISTANT)


def test_who_speaks_first_is_said_by_the_greeting():
    assert newest(assisted(speaks_first="caller"), StartAssistant).greeting == ""
    model = newest(assisted(speaks_first="model"), StartAssistant)
    assert model.greeting == "<assistant-speaks-first-with-model-generated-message>"


def test_the_ledger_learns_of_the_conversation():
    line = assisted()
    assert line.found(ConversationBegan) == [
        ConversationBegan(line.now, 1, 2, ConversationKind.ASSISTANT, ASSISTANT)
    ]


# -- its end -----------------------------------------------------------------------------------


def test_it_ends_with_its_own_conversation():
    line = assisted()
    accepted(line, "c-1")
    talk = messages(("assistant", "Hello."), ("user", "Bye."))
    ended(line, "c-1", reason="assistant_hangup", seconds=30, model="openai/gpt-4o", messages=talk)
    assert line.exits == ["done"]
    at = line.now
    assert line.facts[-4:-2] == [
        ConversationHeard(at, 2, talk),
        ConversationOver(at, 2, "assistant_hangup", 30, "openai/gpt-4o"),
    ]


def test_it_ends_by_its_token_before_its_id_is_known():
    line = assisted()
    ended(line, "c-1")
    assert line.exits == ["done"]
    assert [each.conversation_id for each in line.found(ConversationNamed)] == ["c-1"]


def test_the_end_of_another_conversation_does_not_end_it():
    line = assisted()
    started(line, "c-2")
    ended(line, "c-1")
    ended(line, "c-1", seq=None)
    assert line.exits == []


def test_an_end_without_id_or_token_is_its_own_when_nothing_else_runs():
    line = assisted()
    ended(line, "", seq=None)
    assert line.exits == ["done"]


def test_other_news_does_not_end_it():
    line = assisted()
    said(line, ("user", "Hello?"))
    line.feed(Unknown(line.tick(), "call.speak.started"))
    result(line, {"age": 5})
    assert line.exits == []


# -- after an AI gather ------------------------------------------------------------------------


def test_it_waits_for_the_end_of_the_conversation_before():
    line = after_gather()
    accepted(line, "c-1")
    result(line, {"age": 29, "name": "Ada"})
    assert line.step == "taken"
    assert line.just_sent == []
    assert line.state.wake_at == line.now + 10_000
    ended(line, "c-1")
    assert line.last == StartAssistant(ASSISTANT)
    assert line.exits == ["done"]


def test_it_starts_all_the_same_when_that_end_never_comes():
    line = after_gather()
    accepted(line, "c-1")
    result(line, {"age": 29, "name": "Ada"})
    line.let_deadline_pass()
    assert line.last == StartAssistant(ASSISTANT)
    ended(line, "c-1", seq=start_seq(line))
    ended(line, "c-1", seq=None)
    assert line.exits == ["done"]
    accepted(line, "c-2")
    ended(line, "c-2")
    assert line.exits == ["done", "done"]


def test_a_late_end_whose_id_was_never_told_is_that_of_the_older_conversation():
    line = after_gather()
    result(line, {"age": 29, "name": "Ada"})
    line.let_deadline_pass()
    ended(line, "c-1", seq=None)
    assert line.exits == ["done"]
    ended(line, "c-2", seq=None)
    assert line.exits == ["done", "done"]


# -- failure -----------------------------------------------------------------------------------


def test_a_start_that_fails_leaves_by_failure():
    line = assisted()
    line.feed(ConversationFailed(line.tick(), "service_error", start_seq(line)))
    assert line.exits == ["failure"]
    assert [each.reason for each in line.found(ConversationOver)] == ["service_error"]


def test_a_refused_start_leaves_by_failure_and_runs_no_more():
    line = assisted()
    line.refuse(422, "90061")
    assert line.exits == ["failure"]
    assert [each.reason for each in line.found(ConversationOver)] == ["refused 90061"]
    assert StopAssistant() not in line.sent


def test_a_start_of_which_nobody_knows_whether_it_came_is_stopped():
    line = assisted()
    line.refuse(0, "")
    assert line.just_sent[0] == StopAssistant()
    assert line.exits == ["failure"]


def test_an_event_that_cannot_be_folded_leaves_no_assistant_talking():
    line = assisted()
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent[0] == StopAssistant()
    assert line.new[0].unconditional
    assert line.exits == ["failure"]


def test_a_refused_message_for_it_changes_nothing():
    line = assisted()
    line.refuse(422, "10032", seq=7)
    assert line.exits == []


# -- the time limit ----------------------------------------------------------------------------


def test_it_is_stopped_when_its_time_is_over():
    line = assisted(by("time_limit", "silent"), time_limit_seconds=60)
    assert line.state.wake_at == line.now + 60_000
    line.let_deadline_pass()
    assert line.just_sent == [StopAssistant()]
    assert line.exits == []
    assert line.state.wake_at == line.now + 10_000
    ended(line, "c-1", seq=line.outgoing[-1].seq)
    assert line.exits == ["time_limit"]


def test_without_a_choice_on_the_time_limit_the_step_is_done():
    line = assisted(time_limit_seconds=60)
    line.let_deadline_pass()
    ended(line, "c-1")
    assert line.exits == ["done"]


def test_a_stop_that_is_not_answered_or_refused_is_not_waited_for():
    for refuse in (True, False):
        line = assisted(by("time_limit", "silent"))
        line.let_deadline_pass()
        if refuse:
            line.refuse(422, "10015")
        else:
            line.let_deadline_pass()
        assert line.exits == ["time_limit"]
        assert line.sent.count(StopAssistant()) == 1


def test_a_hang_up_ends_the_call_and_asks_for_nothing():
    line = assisted()
    line.hang_up()
    assert line.is_over
    assert line.just_sent == []


def test_a_gather_waits_for_an_assistant_that_somebody_did_not_stop_in_time():
    steps = {"help": assist(time_limit_seconds=60), **REFUSED}
    steps["taken"] = ask_ai()
    steps["taken"]["edges"] = [by("done", "silent"), by("failure", "broken")]
    line = Line(menu(steps)).answer()
    accepted(line, "c-1")
    line.let_deadline_pass()
    line.let_deadline_pass()
    assert line.step == "taken"
    assert isinstance(line.last, StopAssistant)
    ended(line, "c-1")
    assert isinstance(line.last, GatherByAi)
