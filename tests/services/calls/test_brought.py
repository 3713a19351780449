"""What calls bring with them, from a menu file to what is heard on the telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.line import NUMBER
from tests.services.calls.test_placing_to_the_end import ANNA, ended, steps_of
from voicegather.models import Menu
from voicegather.services.calls.placing import place_call, place_test_call
from voicegather.services.menus import load_menu
from voicegather.simulator import Target, parse_script
from voicegather.testing import PhoneLine, phone_line

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["phone_line"]

GREETING = """\
format: 1
menu: greeting
name: Greeting
languages: [en-US]
variables:
  - name: customer_name
    default: there
    help: How we address them
  - name: plan
entry: greet
choices:
  - on: {exit: failure}
    go: bye
steps:
  greet:
    kind: message
    prompt: hello
    uninterrupted: true
    choices:
      - on: {exit: done}
        go: sort
  sort:
    kind: branch
    variable: plan
    choices:
      - on: {value: gold}
        go: thanks
      - on: {otherwise: true}
        go: bye
  thanks:
    kind: hangup
    prompt: thank_you
  bye:
    kind: hangup
    prompt: goodbye
prompts:
  hello:
    en-US: {text: "Hello {{ customer_name }}.", voice: AWS.Polly.Joanna-Neural}
  thank_you:
    en-US: {text: Thank you., voice: AWS.Polly.Joanna-Neural}
  goodbye:
    en-US: {text: Goodbye., voice: AWS.Polly.Joanna-Neural}
"""


@pytest.fixture
def greeting(phone_line: PhoneLine, tmp_path: Path) -> Menu:
    """The menu, published and answering."""
    path = tmp_path / "greeting.yaml"
    path.write_text(GREETING, encoding="utf-8")
    phone_line.publish(path, number=NUMBER)
    return Menu.objects.get()


def anna_hears(phone_line: PhoneLine, *words: str) -> None:
    script = parse_script([{"hear": each} for each in words])
    phone_line.answer_transfers({ANNA: Target(ring_seconds=1, script=script)})


def test_who_calls_in_hears_the_defaults(greeting: Menu, phone_line: PhoneLine) -> None:
    call = phone_line.call([{"hear": "Hello there."}, {"hear": "Goodbye."}])

    assert list(call.steps) == ["greet", "sort", "bye"]


def test_who_is_called_hears_what_the_call_brings(greeting: Menu, phone_line: PhoneLine) -> None:
    anna_hears(phone_line, "Hello Anna.", "Thank you.")

    brought = {"customer_name": "Anna", "plan": "gold"}
    call = ended(place_call(greeting, to=ANNA, from_=NUMBER, variables=brought))

    assert call.outcome == "completed"
    assert steps_of(call) == ["greet", "sort", "thanks"]


def test_who_is_called_with_one_of_them_hears_the_default_of_the_other(
    greeting: Menu, phone_line: PhoneLine
) -> None:
    anna_hears(phone_line, "Hello there.", "Thank you.")

    call = ended(place_call(greeting, to=ANNA, from_=NUMBER, variables={"plan": "gold"}))

    assert steps_of(call) == ["greet", "sort", "thanks"]


def test_a_call_with_the_draft_hears_the_defaults_of_the_draft(
    greeting: Menu, phone_line: PhoneLine
) -> None:
    draft = GREETING.replace("default: there", "default: tester")
    menu = load_menu(text=draft).menu
    anna_hears(phone_line, "Hello tester.", "Goodbye.")

    call = ended(
        place_test_call(menu, to=ANNA, from_=NUMBER, author=User.objects.create(username="ada"))
    )

    assert call.version is not None
    assert call.version.document["variables"][0]["default"] == "tester"
    assert call.version.sha256 != greeting.live_version.sha256  # type: ignore[union-attr]
    assert steps_of(call) == ["greet", "sort", "bye"]
