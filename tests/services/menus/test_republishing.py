"""Publishing what was looked at, and an earlier version once more."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from tests.services.menus.building import ask, choice, line, load, words
from voicegather import handlers, signals
from voicegather.models import Menu, MenuVersion, Prompt, PromptVariant, Step
from voicegather.selectors.unpublished import with_unpublished_changes
from voicegather.services.menus import (
    DraftChangedError,
    LiveVersionChangedError,
    MenuLintError,
    compile_menu,
    content_sha256,
    publish_menu,
    republish_version,
)
from voicegather.services.menus.lint import lint_document

pytestmark = pytest.mark.django_db


def two_versions() -> tuple[MenuVersion, MenuVersion]:
    """Of the same menu, the second live and the draft as it is."""
    first = publish_menu(menu=load(line()))
    second = publish_menu(menu=load(line(prompts={"question": words("Press one.")})))
    return first, second


def test_a_draft_that_somebody_changed_meanwhile_is_not_published() -> None:
    menu = load(line())
    seen = content_sha256(compile_menu(menu))
    PromptVariant.objects.update(text="Press 2.")

    with pytest.raises(DraftChangedError, match="look at what is new"):
        publish_menu(menu=menu, expected_sha256=seen)

    assert not MenuVersion.objects.exists()
    assert Menu.objects.get().live_version is None


def test_the_draft_that_was_looked_at_is_published() -> None:
    menu = load(line())
    seen = content_sha256(compile_menu(menu))

    assert publish_menu(menu=menu, expected_sha256=seen).sha256 == seen


def test_an_earlier_version_goes_live_again_and_the_draft_stays(
    django_capture_on_commit_callbacks: Any,
) -> None:
    first, second = two_versions()
    menu = Menu.objects.get()
    draft = compile_menu(menu)
    author = User.objects.create(username="manager")
    told: list[signals.MenuPublished] = []

    def receiver(**facts: Any) -> None:
        told.append(facts["told"])

    signals.menu_published.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            republish_version(
                version=first, author=author, note="Wrong hours.", expected_live=second.pk
            )
    finally:
        signals.menu_published.disconnect(receiver)

    menu.refresh_from_db()
    assert menu.live_version == first
    assert compile_menu(menu) == draft
    assert MenuVersion.objects.count() == 2
    assert LogEntry.objects.get(user=author).change_message == ("Made version 1 live. Wrong hours.")
    assert [(each.version, each.author_id) for each in told] == [(1, author.pk)]


def test_after_going_back_the_draft_has_unpublished_changes_and_can_go_live_again() -> None:
    first, second = two_versions()
    republish_version(version=first)
    menu = Menu.objects.select_related("live_version").get()

    assert with_unpublished_changes([menu]) == {menu.pk}
    assert publish_menu(menu=menu) == second
    assert with_unpublished_changes([Menu.objects.get()]) == set()


def test_nothing_goes_back_where_another_version_went_live_meanwhile() -> None:
    first, second = two_versions()

    with pytest.raises(LiveVersionChangedError, match="look at the differences again"):
        republish_version(version=first, expected_live=first.pk)

    assert Menu.objects.get().live_version == second


def test_a_version_that_needs_a_handler_which_is_gone_stays_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handler = {
        "kind": "handler",
        "handler": "look_up",
        "choices": [choice(exit="done"), choice(exit="failure")],
    }
    site = "voicegather.services.menus.lint.site_checks.known"
    monkeypatch.setattr(site, lambda: frozenset({"look_up"}))
    steps = {"ask": ask(choice("find", digits="1")), "find": handler, "bye": {"kind": "hangup"}}
    first = publish_menu(menu=load(line(steps=steps)))
    second = publish_menu(menu=load(line()))
    assert lint_document(first.menu, first.document) == ()
    monkeypatch.setattr(site, handlers.known)

    with pytest.raises(MenuLintError, match="no handler “look_up”"):
        republish_version(version=first)

    assert Menu.objects.get().live_version == second


def test_the_draft_does_not_count_when_a_version_goes_back() -> None:
    first, _second = two_versions()
    Step.objects.update(config={"odd": 1})
    Prompt.objects.all().delete()

    assert lint_document(first.menu, first.document) == ()
    assert republish_version(version=first) == first


def test_a_version_that_this_release_cannot_read_is_refused() -> None:
    first, _second = two_versions()
    MenuVersion.objects.filter(pk=first.pk).update(document={"format": 99})
    first.refresh_from_db()

    with pytest.raises(MenuLintError, match="cannot read the version"):
        republish_version(version=first)
