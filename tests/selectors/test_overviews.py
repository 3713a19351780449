"""What a menu's page shows of its draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_menu
from voicegather.engine.edges import Action
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.selectors.overviews import FIRST_WORDS, Way, overview_of
from voicegather.services.menus import publish_menu


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu()


def step(menu: Menu, key: str, kind: str = "gather", **fields: Any) -> Step:
    return Step.objects.create(menu=menu, key=key, kind=kind, **fields)


def lead(source: Step | None, target: Step | None, menu: Menu, **fields: Any) -> None:
    defaults = {"match": "digits", "value": "1"}
    Choice.objects.create(menu=menu, step=source, target=target, **defaults | fields)


def prompt(key: str, text: str, team: Group | None = None, **fields: Any) -> None:
    made = Prompt.objects.create(key=key, team=team)
    PromptVariant.objects.create(
        prompt=made, **{"language": "en-US", "kind": "text", "text": text, **fields}
    )


def words(menu: Menu) -> list[str]:
    return [view.words for view in overview_of(menu).steps]


def test_a_step_shows_the_first_words_of_its_prompt_in_the_first_language(menu: Menu) -> None:
    prompt("hello", "Welcome to\nthe clinic.")
    variant = {"language": "es-US", "text": "Hola"}
    PromptVariant.objects.create(prompt=Prompt.objects.get(), **variant)
    step(menu, "a", "message", config={"prompt": "hello"})

    assert words(menu) == ["Welcome to the clinic."]


def test_long_words_are_cut_between_two(menu: Menu) -> None:
    prompt("long", "seven letters, " * 20)
    step(menu, "a", "message", config={"prompt": "long"})

    (shown,) = words(menu)
    assert shown == "seven letters, " * 5 + "seven letters…"
    assert len(shown) <= FIRST_WORDS


@pytest.mark.parametrize(
    ("variant", "shown"),
    [
        ({"kind": "ssml", "text": "<speak>Good <break/>day</speak>"}, "Good day"),
        ({"kind": "audio", "audio_url": "https://www.example.com/a/hello.wav"}, "♪ hello.wav"),
        ({"kind": "media", "media_name": "hello-media"}, "♪ hello-media"),
    ],
)
def test_prompts_that_are_not_plain_text_are_named(
    variant: dict[str, str], shown: str, menu: Menu
) -> None:
    prompt("hello", **{"text": "", **variant})
    step(menu, "a", "message", config={"prompt": "hello"})

    assert words(menu) == [shown]


def test_what_another_team_says_is_not_shown(menu: Menu) -> None:
    prompt("theirs", "Between us", team=Group.objects.create(name="theirs"))
    step(menu, "a", "message", config={"prompt": "theirs"})

    assert words(menu) == ["theirs"]


@pytest.mark.parametrize(
    ("kind", "config", "shown"),
    [
        ("transfer", {"to": "+13125550123"}, "+13125550123"),
        ("submenu", {"menu": "hours"}, "hours"),
        ("branch", {"variable": "account"}, "account"),
        ("handler", {"handler": "look_up"}, "look_up"),
        ("gather", {}, ""),
        ("gather", ["odd"], ""),
        ("nonsense", {"to": "x"}, ""),
    ],
)
def test_a_silent_step_shows_what_it_names(kind: str, config: Any, shown: str, menu: Menu) -> None:
    step(menu, "a", kind, config=config)

    assert words(menu) == [shown]


def test_choices_are_told_in_words(menu: Menu) -> None:
    first, second = step(menu, "a"), step(menu, "b")
    lead(first, second, menu, language="es-US")
    lead(first, None, menu, match="exit", value="no_input", action="repeat", position=1)
    lead(first, None, menu, match="any", value="", position=2)
    lead(first, second, menu, match="field", value="topic=bill", position=3)

    assert overview_of(menu).steps[0].ways == (
        Way("1", Action.GOTO, second.pk, "es-US"),
        Way("no input", Action.REPEAT, None),
        Way("any entry", Action.GOTO, None),
        Way("topic = bill", Action.GOTO, second.pk),
    )


def test_steps_in_flow_begin_at_the_entry_and_none_is_left_out(menu: Menu) -> None:
    lost, second, desk, first, third = (step(menu, key) for key in "lbdac")
    Step.objects.filter(pk=first.pk).update(is_entry=True)
    lead(first, third, menu)
    lead(third, second, menu)
    lead(second, first, menu)
    lead(None, desk, menu, value="0")

    overview = overview_of(menu)

    assert [view.step.key for view in overview.in_flow()] == ["a", "c", "b", "d", "l"]
    assert [view.step.key for view in overview.steps] == ["l", "b", "d", "a", "c"]
    assert lost.key == "l"


def test_what_is_wrong_stands_at_its_step_or_at_the_menu(menu: Menu) -> None:
    step(menu, "a", "message")

    overview = overview_of(menu)

    assert [each.code for each in overview.problems] == ["no_entry"]
    assert "is required" in [each.message for each in overview.steps[0].problems]
    assert overview.steps[0].has_errors
    assert len(overview.findings) == 1 + len(overview.steps[0].problems)


def test_the_hash_is_that_of_the_version_that_would_be_published(menu: Menu) -> None:
    step(menu, "a", "hangup", is_entry=True)

    before = overview_of(menu).sha256

    assert publish_menu(menu=menu).sha256 == before


def test_the_queries_do_not_grow_with_the_steps(menu: Menu) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            overview_of(menu)
        return len(captured)

    def grow(count: int) -> None:
        for number in range(count):
            key = f"p{Prompt.objects.count()}"
            prompt(key, f"Prompt {number}")
            made = step(menu, key, "message", config={"prompt": key})
            lead(made, made, menu)

    grow(2)
    few = queries()
    grow(20)
    assert queries() == few
