"""An AI gather: the command it sends, and where each end of it leads."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import audio, menu, ssml, text
from tests.engine.steps.talks import (
    AGE,
    NAME,
    accepted,
    ask_ai,
    asked,
    ended,
    fields,
    messages,
    newest,
    partial,
    result,
    said,
    start_seq,
    variables,
)
from voicegather.engine.commands import Entry, GatherByAi, RunValidators, StopAssistant, Voice
from voicegather.engine.events import (
    AiGatherStatus,
    EntriesJudged,
    FoldingFailed,
    HandlerFailed,
    Verdict,
)
from voicegather.engine.facts import AttemptBegan, AttemptOutcome, CallOutcome, HandlerNoted
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR, HANGUP = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR, AttemptOutcome.HANGUP
BOTH = {"age": 29, "name": "Ada"}
CHECKED = {**NAME, "validator": "account_number"}


def field_choice(value: str, target: str) -> dict[str, str]:
    return {"match": "field", "value": value, "target": target}


# -- the command -------------------------------------------------------------------------------


def test_the_command_says_everything_that_is_set():
    line = asked(
        greeting="hello",
        closing="thanks",
        instructions="Call them {{ caller }}.",
        model="openai/gpt-4o",
        language="es",
        transcription_model="deepgram/nova-3",
        transcription_language="multi",
        interruptible=False,
        response_timeout_ms=7_000,
        partial_results=False,
        history_updates=False,
        prompts={
            "hello": text("Hi.", voice_settings={"type": "aws"}),
            "thanks": text("Thank you."),
        },
    )
    assert line.last == GatherByAi(
        schema={
            "type": "object",
            "properties": {
                "age": {"type": "integer", "description": "The caller’s age"},
                "name": {"type": "string", "description": "The caller’s name"},
            },
            "required": ["age", "name"],
        },
        greeting="Hi.",
        closing="Thank you.",
        voice=Voice("AWS.Polly.Joanna-Neural", (("type", "aws"),)),
        language="es",
        instructions="Call them +13125550101.",
        model="openai/gpt-4o",
        transcription_model="deepgram/nova-3",
        transcription_language="multi",
        interruptible=False,
        response_timeout_ms=7_000,
        partial_results=False,
        history_updates=False,
    )


def test_the_least_that_is_set_leaves_the_rest_to_telnyx():
    line = asked()
    assert isinstance(line.last, GatherByAi)
    assert (line.last.greeting, line.last.voice, line.last.language) == ("", Voice(), "en")
    assert line.last.interruptible
    assert line.last.partial_results


def test_a_voice_of_its_own_comes_before_that_of_the_greeting():
    settings = {"type": "telnyx", "voice_speed": "1.2", "language": "5"}
    line = asked(
        greeting="hello",
        voice="Telnyx.NaturalHD.astra",
        voice_settings=settings,
        prompts={"hello": text("Hi.")},
    )
    assert newest(line, GatherByAi).voice == Voice(
        "Telnyx.NaturalHD.astra", (("language", "5"), ("type", "telnyx"), ("voice_speed", 1.2))
    )


def test_the_language_is_that_of_the_call_where_telnyx_knows_it():
    menu_of = menu({"ask": ask_ai()}, languages=("es-US", "arb"))
    assert newest(Line(menu_of).answer(), GatherByAi).language == "es"
    assert newest(Line(menu_of, language="arb").answer(), GatherByAi).language == ""


def test_a_recording_is_no_greeting_but_ssml_is_one():
    line = asked(greeting="hello", prompts={"hello": audio("https://cdn.example.com/hi.wav")})
    assert newest(line, GatherByAi).greeting == ""
    line = asked(greeting="hello", prompts={"hello": ssml("<speak>Hi</speak>")})
    assert newest(line, GatherByAi).greeting == "<speak>Hi</speak>"


# -- valid -------------------------------------------------------------------------------------


def test_valid_answers_become_variables_and_results():
    line = asked()
    result(line, BOTH)
    assert line.step == "taken"
    assert line.exits == ["done"]
    assert fields(line) == [
        ("age", "valid", "29", "29", ""),
        ("name", "valid", "Ada", "Ada", ""),
    ]
    assert variables(line) == {"age": "29", "name": "Ada"}
    assert line.attempts == [(VALID, None)]


def test_a_choice_on_a_field_comes_before_done():
    line = asked(field_choice("name=Bob", "silent"), field_choice("age=29", "wrong"))
    result(line, BOTH)
    assert line.exits == ["age=29"]
    assert line.step == "wrong"
    assert fields(line) == [
        ("name", "valid", "Ada", "Ada", ""),
        ("age", "valid", "29", "29", "age=29"),
    ]


def test_the_ledger_does_not_name_the_value_that_a_sensitive_step_goes_by():
    line = asked(field_choice("age=29", "wrong"), sensitivity="secret")
    result(line, BOTH)
    assert line.step == "wrong"
    assert line.exits == ["field"]


def test_an_optional_field_may_be_missing():
    line = asked(fields=[AGE, {**NAME, "required": False}])
    result(line, {"age": 29, "name": None})
    assert line.exits == ["done"]
    assert fields(line) == [("age", "valid", "29", "29", "")]


def test_an_optional_field_that_is_wrong_does_not_hold_the_caller():
    line = asked(fields=[{**AGE, "required": False}, NAME])
    result(line, {"age": "old", "name": "Ada"})
    assert line.exits == ["done"]
    assert fields(line)[0] == ("age", "invalid", "old", None, "")
    assert variables(line) == {"name": "Ada"}


# -- asked again -------------------------------------------------------------------------------


def test_only_what_is_not_valid_is_asked_again_with_its_own_words():
    line = asked(
        field_choice("age=29", "wrong"),
        greeting="hello",
        retry_prompt="again",
        prompts={"hello": text("Hi."), "again": text("Once more.")},
    )
    result(line, {"age": 29, "name": 5}, AiGatherStatus.INVALID)
    ended(line, "c-1")
    command = newest(line, GatherByAi)
    assert command.greeting == "Once more."
    assert list(command.schema["properties"]) == ["name"]
    assert command.schema["required"] == ["name"]
    result(line, {"name": "Ada", "age": 77})
    assert line.exits == ["age=29"]
    assert fields(line) == [
        ("age", "valid", "29", "29", ""),
        ("name", "invalid", "5", None, ""),
        ("name", "valid", "Ada", "Ada", ""),
        ("age", "valid", "29", "29", "age=29"),
    ]
    assert line.attempts == [(INVALID, None), (VALID, None)]
    assert [(each.attempt, each.prompt) for each in line.found(AttemptBegan)] == [
        (1, "hello"),
        (2, "again"),
    ]


def test_the_second_gather_waits_for_the_end_of_the_first_conversation():
    line = asked()
    result(line, {"age": 29})
    assert line.just_sent == []
    ended(line, "c-1")
    assert isinstance(line.last, GatherByAi)
    assert len(line.outgoing) == 3


def test_an_end_that_never_comes_is_waited_for_ten_seconds():
    line = asked()
    result(line, {"age": 29})
    assert line.state.wake_at == line.now + 10_000
    line.let_deadline_pass()
    assert isinstance(line.last, GatherByAi)
    assert len(line.outgoing) == 3


def test_too_many_answers_that_are_none_leave_by_invalid():
    line = asked(attempts=1)
    said(line, ("assistant", "How old are you?"), ("user", "Old."))
    result(line, {"name": ""})
    assert line.exits == ["invalid"]
    assert fields(line) == [
        ("age", "no_input", None, None, ""),
        ("name", "no_input", None, None, ""),
    ]


def test_a_caller_who_says_nothing_leaves_by_no_input():
    line = asked(attempts=2)
    said(line, ("assistant", "How old are you?"))
    result(line, None, AiGatherStatus.INVALID)
    assert line.attempts == [(NO_INPUT, None)]
    ended(line, "c-1")
    result(line, None, AiGatherStatus.INVALID, said=messages(("assistant", "How old?")))
    assert line.exits == ["no_input"]
    assert line.step == "silent"


def test_words_told_with_the_result_are_heard_too():
    line = asked(attempts=1)
    result(line, None, AiGatherStatus.INVALID, said=messages(("user", "What?")))
    assert line.exits == ["invalid"]


def test_a_result_that_is_no_object_has_no_answers():
    for rubbish in ("[1]", "not json", "7", "{" * 3_000, '"x"', "[" * 90_000):
        line = asked(attempts=1)
        partial(line, {"age": 1})
        result(line, rubbish)
        assert line.exits == ["invalid"]
        assert variables(line) == {}


# -- validators --------------------------------------------------------------------------------


def test_the_hosts_validators_judge_what_fits_its_type():
    line = asked(fields=[AGE, CHECKED])
    result(line, BOTH)
    assert line.last == RunValidators((Entry("name", "account_number", Secret("Ada")),), "en")
    assert line.state.wake_at == line.now + 15_000
    seq = line.outgoing[-1].seq
    line.feed(EntriesJudged(line.tick(), seq, {"name": Verdict(True, Secret("ADA"))}))
    assert line.exits == ["done"]
    assert variables(line) == {"age": "29", "name": "ADA"}
    assert fields(line)[1] == ("name", "valid", "Ada", "ADA", "")


def test_what_a_validator_refuses_is_not_valid():
    for verdicts in (
        {"name": Verdict(False, Secret("Ada"), "unknown")},
        {"name": Verdict(True, Secret(""))},
        {"name": Verdict(True, Secret("x" * 1_001))},
        {},
    ):
        line = asked(fields=[AGE, CHECKED], attempts=1)
        result(line, BOTH)
        line.feed(EntriesJudged(line.tick(), line.outgoing[-1].seq, verdicts))
        assert line.exits == ["invalid"]
        assert fields(line) == [
            ("age", "valid", "29", "29", ""),
            ("name", "invalid", "Ada", None, ""),
        ]


def test_nobody_is_asked_about_an_answer_of_the_wrong_type():
    line = asked(fields=[{**AGE, "validator": "adult"}, NAME], attempts=1)
    result(line, {"age": "old", "name": "Ada"})
    assert line.exits == ["invalid"]


def test_a_validator_that_fails_leaves_by_failure_and_loses_nothing():
    line = asked(fields=[AGE, CHECKED])
    result(line, BOTH)
    seq = line.outgoing[-1].seq
    line.feed(HandlerFailed(line.tick(), seq, "raised ValueError"))
    assert line.exits == ["failure"]
    assert [each.reason for each in line.found(HandlerNoted)] == ["raised ValueError"]
    assert fields(line) == [
        ("age", "error", "29", None, ""),
        ("name", "error", "Ada", None, ""),
    ]
    assert StopAssistant() not in line.sent


def test_a_validator_that_never_answers_leaves_by_failure():
    line = asked(fields=[AGE, CHECKED])
    result(line, BOTH)
    line.let_deadline_pass()
    assert line.exits == ["failure"]


# -- failures ----------------------------------------------------------------------------------


def test_a_gather_that_fails_leaves_by_failure():
    for status in (AiGatherStatus.ERROR, AiGatherStatus.UNKNOWN):
        line = asked()
        partial(line, {"age": 29})
        result(line, None, status)
        assert line.exits == ["failure"]
        assert line.attempts == [(ERROR, None)]
        assert fields(line) == [("age", "error", "29", None, "")]
        assert StopAssistant() not in line.sent


def test_a_refused_gather_leaves_by_failure():
    line = asked()
    line.refuse(422, "90061")
    assert line.exits == ["failure"]
    assert line.attempts == [(ERROR, None)]
    assert StopAssistant() not in line.sent


def test_a_gather_without_an_end_is_stopped_at_its_deadline():
    line = asked(deadline_seconds=60)
    partial(line, {"age": 29})
    assert line.state.wake_at == line.now - 10 + 60_000
    line.let_deadline_pass()
    assert line.just_sent[0] == StopAssistant()
    assert line.new[0].unconditional
    assert line.exits == ["failure"]
    assert fields(line) == [("age", "error", "29", None, "")]


def test_an_event_that_cannot_be_folded_leaves_no_model_talking():
    line = asked()
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent[0] == StopAssistant()
    assert line.exits == ["failure"]


def test_events_of_another_gather_change_nothing():
    line = asked()
    before = line.state
    result(line, BOTH, seq=1)
    result(line, BOTH, seq=99)
    partial(line, {"age": 29}, seq=1)
    line.feed(EntriesJudged(line.tick(), 2, {}))
    assert line.state == before
    assert line.exits == []


def test_a_result_without_a_token_is_that_of_the_gather_under_way():
    line = asked()
    result(line, BOTH, seq=None)
    assert line.exits == ["done"]


def test_a_result_that_comes_twice_counts_once():
    line = asked()
    result(line, {"age": 29})
    result(line, BOTH)
    assert line.exits == []
    assert line.attempts == [(INVALID, None)]


# -- hanging up --------------------------------------------------------------------------------


def test_what_was_heard_before_the_hang_up_is_kept_as_it_came():
    line = asked()
    partial(line, {"age": 29})
    line.hang_up()
    assert line.attempts == [(HANGUP, None)]
    assert fields(line) == [("age", "hangup", "29", None, "")]
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
    assert line.just_sent == []


def test_a_gather_that_says_the_caller_hung_up_waits_for_that_news():
    line = asked()
    result(line, {"age": 29}, AiGatherStatus.CALL_HANGUP)
    assert line.state.wake_at == line.now + 5_000
    assert fields(line) == [("age", "hangup", "29", None, "")]
    line.feed(FoldingFailed(line.tick()))
    assert line.exits == []
    line.let_deadline_pass()
    assert line.is_over
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
    assert line.attempts == [(HANGUP, None)]


def test_answers_whose_news_is_slower_than_the_hang_up_are_kept():
    line = asked(fields=[AGE, CHECKED])
    line.hang_up()
    partial(line, {"age": 29})
    assert fields(line) == [("age", "hangup", "29", None, "")]
    result(line, BOTH)
    assert fields(line)[1:] == [
        ("age", "valid", "29", "29", ""),
        ("name", "hangup", "Ada", None, ""),
    ]
    result(line, {"age": 30})
    assert len(fields(line)) == 3
    assert line.state.phase is Phase.ENDED


def test_a_whole_result_that_comes_after_the_hang_up_is_valid():
    line = asked()
    line.hang_up()
    result(line, BOTH)
    assert line.attempts == [(HANGUP, None), (VALID, None)]
    assert [each[1] for each in fields(line)] == ["valid", "valid"]
    assert line.just_sent == []


def test_answers_of_an_unfinished_gather_count_alike_before_and_after_the_hang_up():
    first, second = asked(attempts=1), asked(attempts=1)
    result(first, {"age": 29}, AiGatherStatus.INVALID)
    second.hang_up()
    result(second, {"age": 29}, AiGatherStatus.INVALID)
    assert fields(first)[0] == fields(second)[0] == ("age", "valid", "29", "29", "")


def test_a_hang_up_while_validators_work_keeps_what_they_were_asked():
    line = asked(fields=[AGE, CHECKED])
    result(line, BOTH)
    line.hang_up()
    assert fields(line) == [
        ("age", "hangup", "29", None, ""),
        ("name", "hangup", "Ada", None, ""),
    ]


def test_keys_pressed_while_a_model_asks_are_not_kept_for_the_next_question():
    line = asked()
    accepted(line, "c-1")
    line.press("12", seq=start_seq(line))
    assert line.state.typed_ahead == ()
    assert line.state.keys_counted_to == line.now
