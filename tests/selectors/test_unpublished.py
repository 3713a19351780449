"""Which menus differ from what callers hear: those of which publishing would change that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_menu
from voicegather.models import Choice, Menu, MenuVersion, Prompt, PromptVariant, Step
from voicegather.selectors import unpublished
from voicegather.selectors.unpublished import content_of, with_unpublished_changes
from voicegather.services.menus import compile_menu, content_sha256, publish_menu


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    unpublished._memory_of.cache_clear()


def make_live(slug: str) -> Menu:
    """A published menu of two steps, with a prompt of its own and a global choice."""
    menu = make_menu(slug)
    prompt = Prompt.objects.create(key=f"{slug}_hello")
    words = {"text": "Hello", "voice": "AWS.Polly.Joanna-Neural"}
    PromptVariant.objects.create(prompt=prompt, language="en-US", **words)
    end = Step.objects.create(menu=menu, key="end", kind="hangup", position=1)
    first = Step.objects.create(
        menu=menu, key="hello", kind="message", is_entry=True, config={"prompt": prompt.key}
    )
    for value in ("done", "failure"):
        Choice.objects.create(menu=menu, step=first, match="exit", value=value, target=end)
    Choice.objects.create(menu=menu, match="digits", value="*", action="repeat")
    publish_menu(menu=menu)
    return menu


@pytest.fixture
def menu(db: None) -> Menu:
    return make_live("clinic")


def has_changes(menu: Menu) -> bool:
    return with_unpublished_changes([Menu.objects.get(pk=menu.pk)]) == {menu.pk}


def test_a_menu_just_published_has_none(menu: Menu) -> None:
    assert not has_changes(menu)
    assert not has_changes(menu)


CHANGES: dict[str, Callable[[], Any]] = {
    "a step's name": lambda: Step.objects.filter(key="end").update(name="The end"),
    "a step's settings": lambda: Step.objects.filter(key="hello").update(config={}),
    "a new step": lambda: Step.objects.create(
        menu=Menu.objects.get(), key="more", kind="hangup", position=9
    ),
    "a step that is gone": lambda: Step.objects.filter(key="end").delete(),
    "the entry": lambda: Step.objects.update(is_entry=False),
    "a choice's target": lambda: Choice.objects.filter(value="done").update(target=None),
    "a choice that is gone": lambda: Choice.objects.filter(value="done").delete(),
    "a global choice": lambda: Choice.objects.filter(step=None).update(value="#"),
    "a prompt's words": lambda: PromptVariant.objects.update(text="Good day"),
    "a prompt that is gone": lambda: Prompt.objects.all().delete(),
    "a prompt's key": lambda: Prompt.objects.update(key="other"),
    "the languages": lambda: Menu.objects.update(languages=["es-US"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_and_a_publication_of_it_too(
    change: Callable[[], Any], menu: Menu
) -> None:
    assert not has_changes(menu)

    change()

    assert has_changes(menu)
    document = compile_menu(Menu.objects.get())
    MenuVersion.objects.update(sha256=content_sha256(document))
    assert not has_changes(menu)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Menu.objects.update(description="For the front desk"),
        lambda: Step.objects.filter(key="end").update(position=7),
        lambda: Prompt.objects.create(key="of_no_step"),
    ],
    ids=["a description", "a position that leaves the order", "a prompt of no step"],
)
def test_what_callers_cannot_hear_is_no_change(change: Callable[[], Any], menu: Menu) -> None:
    change()

    assert not has_changes(menu)


def test_an_edit_that_is_taken_back_is_no_change(menu: Menu) -> None:
    PromptVariant.objects.update(text="Good day")
    assert has_changes(menu)
    PromptVariant.objects.update(text="Hello")

    assert not has_changes(menu)


def test_where_audio_is_fetched_from_counts(menu: Menu, settings: Any) -> None:
    PromptVariant.objects.update(kind="audio", audio_file="prompts/a.wav")
    before = content_of([menu])

    settings.VOICEGATHER = {**settings.VOICEGATHER, "PUBLIC_URL": "https://www.example.com"}

    assert content_of([menu]) != before


def test_a_menu_that_was_never_published_is_not_asked_about(db: None) -> None:
    assert with_unpublished_changes([make_menu()]) == set()


def test_many_menus_are_told_apart_in_as_many_queries_as_one(db: None) -> None:
    menus = [make_live(f"menu{number}") for number in range(12)]
    Step.objects.filter(menu=menus[7], key="end").update(name="The end")

    for some, found in ((menus[:1], set()), (menus, {menus[7].pk})):
        for expected in (9, 4):
            with CaptureQueriesContext(connection) as captured:
                assert with_unpublished_changes(some) == found
            assert len(captured) <= expected


def test_more_prompts_than_a_query_may_name_are_asked_for_in_turns(
    menu: Menu, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_live("other")
    monkeypatch.setattr("voicegather.services.menus.draft.MOST_NAMED", 1)

    assert with_unpublished_changes([menu, other]) == set()
    PromptVariant.objects.filter(prompt__key="other_hello").update(text="Good day")
    assert with_unpublished_changes([menu, other]) == {other.pk}
