"""Steps in which a model talks: what keeps them from being published."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import (
    VOICE,
    ask,
    choice,
    finding,
    line,
    lint,
    load,
    load_steps,
    words,
)
from voicegather.models import Menu

pytestmark = pytest.mark.django_db

AGE = {"name": "age", "type": "integer", "description": "The age"}
PLAN = {"name": "plan", "type": "choice", "description": "The plan", "choices": ["gold", "silver"]}
ASSISTANT = "assistant-0c9d5c9e"


def form(*choices: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """An AI gather for age and plan; the exits but done are the menu's."""
    step = {"kind": "ai_gather", "fields": [AGE, PLAN]}
    return step | settings | {"choices": [*choices, choice(exit="done")]}


def helper(**settings: Any) -> dict[str, Any]:
    step = {"kind": "assistant", "assistant": ASSISTANT, "choices": [choice(exit="done")]}
    return step | settings


def menu(entry: dict[str, Any], **steps: Any) -> Menu:
    """A menu that begins with this step; `spoken` is a prompt in it."""
    shared = [choice(exit=name) for name in ("no_input", "invalid", "failure")]
    prompts = {"question": words("Press 1."), "spoken": words("Hello."), **steps.pop("prompts", {})}
    return load_steps({"ask": entry, **steps}, choices=shared, prompts=prompts)


def only(found: Menu, code: str, field: str) -> str:
    """The message of the one error, which is of this code at this field of the entry."""
    errors = {each for each in lint(found) if each[0] == "error"}
    assert errors == {("error", "ask", field, code)}
    return finding(found, code).message


def errors(found: Menu) -> set[tuple[str, str]]:
    return {(step, code) for severity, step, _, code in lint(found) if severity == "error"}


def test_steps_with_what_they_need_have_no_findings() -> None:
    found = menu(
        form(
            choice("help", field="plan=gold"),
            choice("bye", field="age=29"),
            greeting="spoken",
            transcription_model="deepgram/nova-3",
            voice=VOICE,
            voice_settings={"type": "aws"},
        ),
        help=helper(
            instructions="The plan is {{ plan }}.",
            dynamic_variables={"plan": "{{ plan }}"},
            greeting="spoken",
        ),
    )

    assert {each for each in lint(found) if each[3] != "never_taken"} == set()


# -- fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ({**PLAN, "choices": []}, "fields.0.choices", "field_choices"),
        ({**PLAN, "choices": [" gold"]}, "fields.0.choices", "field_choices"),
        ({**AGE, "choices": ["1"]}, "fields.0.choices", "field_choices"),
        ({**AGE, "description": " "}, "fields.0.description", "field_description"),
        ({**AGE, "name": "the age"}, "fields", "variable_name"),
        ({**AGE, "name": "9th"}, "fields", "variable_name"),
    ],
)
def test_a_field_that_cannot_be_asked_for_is_refused(
    row: dict[str, Any], field: str, code: str
) -> None:
    only(menu(form(fields=[row])), code, field)


def test_a_validator_that_the_site_does_not_have_is_refused() -> None:
    found = menu(form(fields=[{**AGE, "validator": "nobodys_validator"}]))

    message = only(found, "validator_unknown", "fields.0.validator")
    assert message.startswith("this site has no validator “nobodys_validator”: register it; ")


def test_two_fields_of_one_name_are_refused() -> None:
    found = menu(form(fields=[AGE, PLAN, AGE]))

    assert only(found, "field_twice", "fields") == (
        "“age” stands here 2 times: give each field a name of its own"
    )


def test_a_field_that_hides_what_prompts_know_is_doubted() -> None:
    found = menu(form(fields=[{**AGE, "name": "caller"}]))

    assert ("warning", "ask", "fields", "variable_hides") in lint(found)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("plan=bronze", "“plan” is never “bronze”: it is one of gold, silver"),
        ("age=old", "“age” is never kept as “old”, it is of type integer"),
        ("age=029", "“age” is never kept as “029”, it is of type integer"),
        ("size=5", "the step has no field “size”: name one of its own, age, plan"),
    ],
)
def test_a_choice_that_no_answer_takes_is_refused(value: str, message: str) -> None:
    found = menu(form(choice(field=value)))

    assert only(found, "never_taken", "choices[0]") == message


def test_choices_on_keys_are_not_for_models_nor_those_on_fields_for_gathers() -> None:
    assert errors(menu(form(choice(digits="1")))) == {("ask", "never_taken")}
    assert errors(load_steps({"ask": ask(choice(any=True), choice(field="a=b"))})) == {
        ("ask", "never_taken")
    }


# -- what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["greeting", "retry_prompt", "closing"])
def test_a_model_speaks_no_recordings(field: str) -> None:
    sound = {"en-US": {"audio_url": "https://cdn.example.com/hello.wav"}}
    found = menu(form(**{field: "spoken"}), prompts={"spoken": sound})

    assert only(found, "model_words", field) == (
        "prompt “spoken” in en-US is a recording: a model can only speak words"
    )


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, set()),
        ({"voice": "AWS.Polly.Joanna"}, set()),
        ({"voice": "Azure.en-US-AvaNeural"}, {("ask", "model_words")}),
    ],
)
def test_ssml_is_for_aws_polly_voices(settings: dict[str, Any], found: set[Any]) -> None:
    ssml = {"en-US": {"ssml": "<speak>Hi</speak>", "voice": VOICE}}

    assert errors(menu(form(greeting="spoken", **settings), prompts={"spoken": ssml})) == found


def test_an_assistants_own_voice_is_not_known_to_read_ssml() -> None:
    ssml = {"en-US": {"ssml": "<speak>Hi</speak>", "voice": VOICE}}
    steps = {"prompts": {"spoken": ssml}}

    only(menu(helper(greeting="spoken"), **steps), "model_words", "greeting")
    assert errors(menu(helper(greeting="spoken", voice="AWS.Polly.Joanna"), **steps)) == set()


def test_a_greeting_that_is_never_said_is_refused() -> None:
    only(menu(helper(greeting="spoken", speaks_first="caller")), "greeting_unsaid", "greeting")


def test_a_prompt_that_is_missing_is_refused() -> None:
    only(menu(form(greeting="nowhere")), "prompt_missing", "greeting")


# -- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["support", "assistant-", "Assistant-1", "assistant-a b"])
def test_an_assistant_is_named_by_its_id(name: str) -> None:
    only(menu(helper(assistant=name)), "assistant_id", "assistant")


@pytest.mark.parametrize(
    ("step", "code", "field"),
    [
        (form(language="english"), "language", "language"),
        (form(voice="Joanna"), "voice", "voice"),
        (form(voice_settings={"type": "aws"}), "voice_settings", "voice_settings"),
        (form(voice=VOICE, voice_settings={"speed": "2"}), "voice_settings", "voice_settings"),
        (form(instructions="Be {{ kind"), "braces", "instructions"),
        (helper(instructions="{{ caller|shout }}"), "unknown_filter", "instructions"),
        (
            helper(dynamic_variables={"telnyx_time": "now"}),
            "dynamic_variable",
            "dynamic_variables.telnyx_time",
        ),
        (helper(dynamic_variables={"a b": ""}), "dynamic_variable", "dynamic_variables.a b"),
        (helper(dynamic_variables={"a": "}}"}), "braces", "dynamic_variables.a"),
    ],
)
def test_a_setting_that_telnyx_would_refuse_is_refused(
    step: dict[str, Any], code: str, field: str
) -> None:
    only(menu(step), code, field)


def test_a_transcription_model_that_telnyx_does_not_list_is_doubted() -> None:
    found = menu(form(transcription_model="deepgram/nova-9"))

    assert ("warning", "ask", "transcription_model", "transcription_model") in lint(found)


# -- consent -----------------------------------------------------------------------------------


def test_a_step_that_asks_for_consent_needs_a_way_on_without_it() -> None:
    found = menu(form(consent_prompt="spoken"))

    assert only(found, "exit_missing", "choices") == (
        "nothing leads on from “no_consent”: add a choice on exit no_consent"
    )
    assert errors(menu(form(choice(exit="no_consent"), consent_prompt="spoken"))) == set()
    assert errors(menu(form(choice(exit="no_consent")))) == {("ask", "never_taken")}


def test_consent_is_given_by_one_key() -> None:
    step = form(choice(exit="no_consent"), consent_prompt="spoken", consent_key="11")

    only(menu(step), "consent_key", "consent_key")


# -- variables ---------------------------------------------------------------------------------


SECRET = {"sensitivity": "secret"}


@pytest.mark.parametrize(
    "step",
    [
        helper(instructions="Their age is {{ age }}."),
        helper(dynamic_variables={"age": "{{ age }}"}),
        helper(greeting="spoken"),
        form(greeting="spoken", fields=[{**AGE, "name": "size"}]),
        form(instructions="{{ age|digits }}", fields=[{**AGE, "name": "size"}]),
    ],
)
def test_what_is_secret_is_told_to_no_model(step: dict[str, Any]) -> None:
    steps = {"ask": form() | SECRET, "tell": step}
    steps["ask"]["choices"] = [choice("tell", exit="done")]
    document = line(
        steps={**steps, "bye": {"kind": "hangup"}}, prompts={"spoken": words("Age: {{ age }}")}
    )

    assert errors(load(document)) == {("tell", "secret_spoken")}
    steps["ask"]["speak_secret"] = True
    assert errors(load(document)) == set()


def test_a_field_is_known_for_certain_where_the_step_is_done() -> None:
    steps = {
        "ask": form(fields=[AGE, {**PLAN, "required": False}]),
        "tell": {"kind": "hangup", "prompt": "spoken"},
    }
    steps["ask"]["choices"] = [choice("tell", exit="done")]
    warned = {("warning", "tell", "prompt", "variable_uncollected")}

    def findings(spoken: str) -> set[Any]:
        return lint(load_steps(steps, prompts={"spoken": words(spoken)}))

    assert findings("{{ age }}") == set()
    assert findings("{{ plan }}") == warned
    steps["ask"]["choices"] += [choice("tell", exit="invalid")]
    assert findings("{{ age }}") == warned
