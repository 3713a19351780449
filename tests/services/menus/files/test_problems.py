from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import as_text, ask, choice, line, problems_of, say, words
from voicegather.engine.kinds import all_kinds
from voicegather.models import Menu, Prompt
from voicegather.services.menus import MenuFileError, load_menu

pytestmark = pytest.mark.django_db

KINDS = ", ".join(kind.name for kind in all_kinds())


def test_every_problem_comes_at_once_with_its_line_and_path() -> None:
    text = """\
format: 2
menu: a line
languages: [en-US, en-US, english]
entry: nowhere
steps:
  ask:
    kind: gather
    promt: question
    minimum_digits: many
    choices:
      - on: {digits: 1x}
        go: gone
      - on: {range: 9-1}
        action: jump
prompts:
  question:
    en-US: {text: Hi, sound: loud}
"""
    with pytest.raises(MenuFileError) as raised:
        load_menu(text=text)

    assert raised.value.problems == (
        "line 1: “name” is missing: add it",
        "line 1, format: must be 1, the format that this release reads",
        "line 2, menu: “a line” is not written like clinic",
        "line 3, languages[1]: en-US stands here twice: keep one of the two",
        "line 3, languages[2]: “english” is not written like en-US",
        "line 4, entry: “nowhere” is not one of ask",
        "line 8, steps.ask.promt: “promt” is not known here: did you mean “prompt”?",
        "line 9, steps.ask.minimum_digits: must be a whole number",
        "line 11, steps.ask.choices[0].on.digits: “1x” is not 1 to 128 keys of 0-9, * and #",
        "line 12, steps.ask.choices[0].go: there is no step “gone” in this file: add it, or "
        "lead elsewhere",
        "line 13, steps.ask.choices[1].on.range: “9-1” runs backwards: write the lower end first",
        "line 14, steps.ask.choices[1].action: “jump” is not one of repeat, back, return",
        "line 17, prompts.question.en-US.sound: “sound” is not known here; known here: text, ssml, "
        "audio_file, audio_url, media_name, kind, voice, voice_language, voice_settings, "
        "duration_ms",
    )
    assert str(raised.value).startswith("The menu file has 13 problems; nothing was changed.\n")
    assert not Menu.objects.exists()
    assert not Prompt.objects.exists()


def test_every_problem_of_a_row_comes_with_its_line_and_path() -> None:
    text = """\
format: 1
menu: line
name: Line
languages: [en-US]
entry: ask
steps:
  ask:
    kind: ai_gather
    fields:
      - name: age
        type: number?
        descripton: The age
      - name:
        description: The plan
        required: maybe
        choices: [gold, [silver]]
      - nothing
    choices:
      - on: {field: plan}
        go: ask
  help:
    kind: assistant
    assistant: assistant-1
    dynamic_variables:
      plan: [gold]
      size: 012
  form:
    kind: ai_gather
    fields: []
  bare:
    kind: ai_gather
"""
    with pytest.raises(MenuFileError) as raised:
        load_menu(text=text)

    assert raised.value.problems == (
        "line 10, steps.ask.fields[0]: “description” is required: add it",
        "line 11, steps.ask.fields[0].type: must be one of string, integer, number, boolean, "
        "date, choice",
        "line 12, steps.ask.fields[0].descripton: “descripton” is not known here: did you mean "
        "“description”?",
        "line 13, steps.ask.fields[1].name: has no value: write one, or remove the line",
        "line 15, steps.ask.fields[1].required: must be true or false",
        "line 16, steps.ask.fields[1].choices[1]: must be text",
        "line 17, steps.ask.fields[2]: must be a mapping of names to values",
        "line 19, steps.ask.choices[0].on.field: must be a field and its value, such as "
        "department=sales",
        "line 25, steps.help.dynamic_variables.plan: must be text",
        "line 29, steps.form.fields: needs at least one row",
        "line 31, steps.bare: “fields” is required: add it",
    )


def test_a_bad_file_leaves_a_loaded_menu_as_it_was() -> None:
    load_menu(text=as_text(line()))

    with pytest.raises(MenuFileError):
        load_menu(text=as_text(line(name="Other", entry="gone")))

    menu = Menu.objects.get()
    assert (menu.name, menu.steps.count()) == ("Line", 2)


def test_a_repeated_key_is_refused() -> None:
    text = "format: 1\nformat: 1\nmenu: line\nname: L\nlanguages: [en-US]\nentry:\nsteps: {}\n"

    with pytest.raises(MenuFileError) as raised:
        load_menu(text=text)

    assert raised.value.problems == (
        "line 2, format: “format” stands here twice: keep one of the two",
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "name: is empty: write a value"),
        ({"name": None}, "name: has no value: write one, or remove the line"),
        ({"name": "n" * 121}, "name: has 121 characters; the most is 120"),
        ({"menu": "m" * 61}, "menu: has 61 characters; the most is 60"),
        ({"name": ["Line"]}, "name: must be text"),
        ({"languages": []}, "languages: must name at least one language, such as [en-US]"),
        ({"languages": "en-US"}, "languages: must be a list"),
        ({"steps": []}, "steps: must be a mapping of names to values"),
        ({"variables": "plan"}, "variables: must be a list"),
        ({"variables": ["plan"]}, "variables[0]: must be a mapping of names to values"),
        ({"variables": [{"default": "basic"}]}, "variables[0]: “name” is required: add it"),
        ({"variables": [{"name": ""}]}, "variables[0].name: is required"),
        (
            {"variables": [{"name": "plan", "defualt": ""}]},
            "variables[0].defualt: “defualt” is not known here: did you mean “default”?",
        ),
        (
            {"variables": [{"name": "plan"}, {"name": "plan"}]},
            "variables[1].name: plan stands here twice: keep one of the two",
        ),
        (
            {"variables": [{"name": "1st"}]},
            "variables[0].name: “1st” cannot be a variable. Name variables with 1 to 50 letters, "
            "digits and underscores, not beginning with a digit.",
        ),
        (
            {"variables": [{"name": "plan", "default": "x" * 1_001}]},
            "variables[0].default: has 1001 characters; the most is 1000",
        ),
        (
            {"variables": [{"name": f"v{number}"} for number in range(51)]},
            "variables: lists 51 variables; the most is 50",
        ),
        (
            {"team": "Nobody"},
            "team: there is no group “Nobody”: create it first, or remove the line",
        ),
    ],
)
def test_faults_at_the_top_are_refused(changes: dict[str, Any], problem: str) -> None:
    assert problem in problems_of(line(**changes))


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("gather", "steps.ask: must be a mapping of names to values"),
        ({"name": "Ask"}, "steps.ask: “kind” is missing: add it"),
        (
            {"kind": "gahter"},
            f"steps.ask.kind: “gahter” is not one of {KINDS}: did you mean “gather”?",
        ),
        (ask(sensitivity="hidden"), "steps.ask.sensitivity: “hidden” is not one of normal, "),
        (ask(shown_last=129), "steps.ask.shown_last: is 129; it must be 0 to 128"),
        (ask(maximum_digits=129), "steps.ask.maximum_digits: is 129; the most is 128"),
        (ask(first_digit_timeout_ms=0), "steps.ask.first_digit_timeout_ms: is 0; the least is 1"),
        (ask(speak_secret="yes"), "steps.ask.speak_secret: must be true or false"),
        (ask(no_input_prompts="question"), "steps.ask.no_input_prompts: must be a list"),
        (ask(type_ahead="later"), "steps.ask.type_ahead: must be one of accept, flush"),
        ({"kind": "transfer"}, "steps.ask: “to” is required: add it"),
        (ask({"on": {"digits": "1"}}), "steps.ask.choices[0]: must say where it leads: "),
        (
            ask({"on": {"digits": "1"}, "go": "bye", "action": "back"}),
            "steps.ask.choices[0]: must say where it leads: ",
        ),
        (ask({"go": "bye"}), "steps.ask.choices[0]: “on” is missing: add it"),
        (ask(choice(digits="1", any=True)), "steps.ask.choices[0].on: must say one of digits, "),
        (ask(choice(any=False)), "steps.ask.choices[0].on.any: can only be true"),
        (ask(choice(value="")), "steps.ask.choices[0].on.value: is empty: write a value"),
        (ask(choice(pattern="[1")), "steps.ask.choices[0].on.pattern: “[1” has a [ without its ]"),
        (ask(choice(exit="e" * 129)), "steps.ask.choices[0].on.exit: has 129 characters; "),
        (
            ask(choice(digits="1"), choice(digits="1")),
            "steps.ask.choices[1]: another choice of this list is on digits 1, too: keep one",
        ),
    ],
)
def test_faults_of_a_step_are_refused(step: Any, problem: str) -> None:
    problems = problems_of(line(steps={"ask": step, "bye": {"kind": "hangup"}}))

    assert [each for each in problems if each.startswith(problem)], problems


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        ({"english": {"text": "Hi"}}, "prompts.question.english: “english” is not a language"),
        ({"en-US": {}}, "prompts.question.en-US: has no sound: give one of text, ssml, "),
        (
            {"en-US": {"text": "Hi", "audio_url": "https://example.com/a.wav"}},
            "prompts.question.en-US: has more than one of text, ssml, audio_file, audio_url, ",
        ),
        (
            {"en-US": {"text": "Hi", "ssml": "<speak>Hi</speak>"}},
            "prompts.question.en-US.ssml: stands beside text: keep one of the two",
        ),
        (
            {"en-US": {"text": "Hi", "voice_settings": {"speed": 10**400}}},
            "prompts.question.en-US.voice_settings.speed: is too large a number",
        ),
        ({"en-US": {"text": "Hi", "duration_ms": -1}}, "prompts.question.en-US.duration_ms: is -1"),
        ({"en-US": {"text": "Hi", "kind": "song"}}, "prompts.question.en-US.kind: “song” is not"),
        (
            {"en-US": {"audio_file": "voicegather/prompts/gone.wav"}},
            "prompts.question.en-US.audio_file: there is no uploaded file",
        ),
        (
            {"en-US": {"audio_file": "voicegather/prompts/../../secret"}},
            "prompts.question.en-US.audio_file: there is no uploaded file",
        ),
    ],
)
def test_faults_of_a_prompt_are_refused(prompt: dict[str, Any], problem: str) -> None:
    problems = problems_of(line(prompts={"question": prompt}))

    assert [each for each in problems if each.startswith(problem)], problems


@pytest.mark.parametrize("key", ["Ask", "1st", "a-b", "a" * 51, ""])
def test_a_key_that_cannot_name_a_step_or_a_prompt_is_refused(key: str) -> None:
    problems = problems_of(line(steps={key: say()}, entry=None, choices=[]))
    also = problems_of(line(prompts={key: words()}))

    assert any(f"“{key}” cannot be a key" in each for each in problems)
    assert any(f"“{key}” cannot be a key" in each for each in also)
