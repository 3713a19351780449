"""Versions of a menu: listed, compared, and published once more."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.menus.test_menu_page import ODD
from tests.factories import make_call
from tests.services.menus.building import ask, choice, line, load, words
from voicegather.models import Menu, MenuVersion, PromptVariant
from voicegather.services.menus import publish_menu

AsStaff = Callable[..., Client]
LIST = reverse("admin:voicegather_menuversion_changelist")


@pytest.fixture
def versions(db: None) -> list[MenuVersion]:
    """Three of one menu, the last live."""
    return [
        publish_menu(menu=load(line(prompts={"question": words(text)})), note=f"Says {text}")
        for text in ("One here.", "Two here.", "Three here.")
    ]


@pytest.fixture
def manager(as_staff: AsStaff) -> Client:
    return as_staff("view_menuversion", "publish_menu")


def url_of(version: MenuVersion, view: str = "publish") -> str:
    return reverse(f"admin:voicegather_menuversion_{view}", args=[version.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def live() -> int:
    version = Menu.objects.get().live_version
    assert version is not None
    return version.number


# ---- the list -----------------------------------------------------------------------------


def test_the_list_has_notes_calls_and_what_can_be_done(
    versions: list[MenuVersion], manager: Client
) -> None:
    for is_test in (False, False, True):
        make_call(version=versions[0], is_test=is_test)

    page = manager.get(LIST)

    taken = {each.number: each.taken for each in page.context["cl"].result_list}
    assert taken == {1: 2, 2: 0, 3: 0}
    assert "Says One here." in text_of(page)
    assert page.content.decode().count("Publish again") == 2
    assert url_of(versions[0], "compare") in page.content.decode()


def test_the_list_takes_as_many_queries_for_many_versions(
    versions: list[MenuVersion], manager: Client
) -> None:
    counts = []
    for more in (0, 0, 20):
        for number in range(more):
            load(line(prompts={"question": words(f"Number {number}.")}))
            make_call(version=publish_menu(menu=Menu.objects.get()))
        with CaptureQueriesContext(connection) as captured:
            manager.get(LIST)
        counts.append(len(captured))

    assert counts[2] == counts[1]


def test_a_version_has_its_calls_and_buttons(
    versions: list[MenuVersion], manager: Client, as_staff: AsStaff
) -> None:
    make_call(version=versions[0])

    page = manager.get(url_of(versions[0], "change"))
    reader = as_staff("view_menuversion").get(url_of(versions[0], "change"))

    assert '<div class="readonly">1</div>' in text_of(page)
    assert url_of(versions[0]) in page.content.decode()
    assert url_of(versions[0]) not in reader.content.decode()
    assert url_of(versions[0], "compare") in reader.content.decode()
    assert url_of(versions[2]) not in manager.get(url_of(versions[2], "change")).content.decode()


# ---- comparing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "asked", "title", "words_of"),
    [
        (1, None, "From version 3 to version 1", "<del>Three </del> <ins>One </ins>"),
        (3, None, "From version 2 to version 3", "<del>Two </del> <ins>Three </ins>"),
        (1, 2, "From version 2 to version 1", "<del>Two </del> <ins>One </ins>"),
    ],
)
def test_a_version_is_compared_with_the_live_one_or_any_other(
    number: int,
    asked: int | None,
    title: str,
    words_of: str,
    versions: list[MenuVersion],
    manager: Client,
) -> None:
    query = {"with": versions[asked - 1].pk} if asked else {}

    page = text_of(manager.get(url_of(versions[number - 1], "compare"), query))

    assert title in page
    assert words_of in page


def test_the_only_version_is_all_new(manager: Client) -> None:
    version = publish_menu(menu=load(line()))

    page = text_of(manager.get(url_of(version, "compare")))

    assert "The first version: everything is new" in page
    assert "2 steps added" in page


@pytest.mark.parametrize("asked", ["0", "x", "9" * 40, "\0", "²", "-1"])
def test_a_version_to_compare_with_that_is_not_there_is_not_found(
    asked: str, versions: list[MenuVersion], manager: Client
) -> None:
    assert manager.get(url_of(versions[0], "compare"), {"with": asked}).status_code == 404


def test_another_menus_version_is_not_compared_with(
    versions: list[MenuVersion], manager: Client
) -> None:
    other = publish_menu(menu=load(line(menu="other")))

    assert manager.get(url_of(versions[0], "compare"), {"with": other.pk}).status_code == 404


def test_versions_that_cannot_be_read_are_told(
    versions: list[MenuVersion], manager: Client
) -> None:
    MenuVersion.objects.filter(number=1).update(document={"format": 99})

    assert "cannot be compared" in text_of(manager.get(url_of(versions[0], "compare")))
    assert "cannot read the version" in text_of(manager.get(url_of(versions[0])))


def test_notes_and_words_with_markup_are_shown_as_text(manager: Client) -> None:
    first = publish_menu(menu=load(line()), note=ODD)
    PromptVariant.objects.update(text=ODD)
    second = publish_menu(menu=Menu.objects.get(), note=ODD)

    for url in (url_of(first), url_of(first, "compare"), url_of(second, "compare"), LIST):
        page = manager.get(url).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


# ---- publishing again ---------------------------------------------------------------------


def test_an_earlier_version_is_published_again_and_noted(
    versions: list[MenuVersion], manager: Client
) -> None:
    make_call(version=versions[2], phase="running")
    page = manager.get(url_of(versions[0]))
    assert "1 call is in progress on version 3" in text_of(page)
    assert "<del>Three </del> <ins>One </ins>" in text_of(page)
    assert "The draft stays as it is." in text_of(page)

    done = manager.post(
        url_of(versions[0]), {"live": page.context["live"].pk, "note": "Too long."}, follow=True
    )

    assert live() == 1
    assert "Version 1 of “Line” is live again; the draft is as it was." in text_of(done)
    assert LogEntry.objects.filter(change_message="Made version 1 live. Too long.").exists()
    assert PromptVariant.objects.get().text == "Three here."


def test_nothing_is_published_again_where_another_went_live_meanwhile(
    versions: list[MenuVersion], manager: Client
) -> None:
    form = {"live": versions[1].pk, "note": "Too long."}

    refused = manager.post(url_of(versions[0]), form)

    assert refused.status_code == 409
    assert "Another version went live since you opened this page" in text_of(refused)
    assert "Too long.</textarea>" in text_of(refused)
    assert live() == 3
    again = manager.post(url_of(versions[0]), {"live": refused.context["live"].pk})
    assert again.status_code == 302
    assert live() == 1


@pytest.mark.parametrize("marks", ["", "x", "9" * 40, "\0", "²"])
def test_a_form_without_its_mark_publishes_nothing(
    marks: str, versions: list[MenuVersion], manager: Client
) -> None:
    assert manager.post(url_of(versions[0]), {"live": marks}).status_code == 409
    assert live() == 3


def test_a_version_of_a_menu_of_which_none_is_live_goes_live(
    versions: list[MenuVersion], manager: Client
) -> None:
    Menu.objects.update(live_version=None)

    page = manager.get(url_of(versions[0]))
    done = manager.post(url_of(versions[0]), {"live": ""})

    assert "nothing is published yet" in text_of(page)
    assert done.status_code == 302
    assert live() == 1


def test_what_the_site_lacks_today_is_shown_and_refused(
    versions: list[MenuVersion], manager: Client
) -> None:
    document = versions[0].document
    document["steps"]["ask"]["kind"] = "handler"
    document["steps"]["ask"]["config"] = {"handler": "look_up"}
    MenuVersion.objects.filter(pk=versions[0].pk).update(document=document)

    page = manager.get(url_of(versions[0]))
    refused = manager.post(url_of(versions[0]), {"live": versions[2].pk})

    assert "no handler “look_up”" in text_of(page)
    assert "mend the site, or choose another version" in text_of(page)
    assert refused.status_code == 409
    assert live() == 3


def test_the_live_version_is_not_published_again(
    versions: list[MenuVersion], manager: Client
) -> None:
    page = text_of(manager.get(url_of(versions[2])))

    assert "callers hear this version already" in page
    assert 'name="note"' not in page


def test_who_may_not_publish_compares_only(versions: list[MenuVersion], as_staff: AsStaff) -> None:
    reader, stranger = as_staff("view_menuversion"), as_staff("publish_menu", "view_menu")

    assert reader.get(url_of(versions[0], "compare")).status_code == 200
    assert reader.post(url_of(versions[0]), {"live": versions[2].pk}).status_code == 403
    for view in ("compare", "publish"):
        assert stranger.get(url_of(versions[0], view)).status_code == 403
    assert live() == 3


def test_another_teams_versions_are_not_found(versions: list[MenuVersion], manager: Client) -> None:
    Menu.objects.update(team=Group.objects.create(name="theirs"))

    for view in ("compare", "publish"):
        assert manager.get(url_of(versions[0], view)).status_code == 404
    assert manager.post(url_of(versions[0]), {"live": versions[2].pk}).status_code == 404


def test_a_draft_that_staff_called_themselves_with_is_no_version(
    versions: list[MenuVersion], manager: Client
) -> None:
    MenuVersion.objects.filter(pk=versions[0].pk).update(number=0)

    assert manager.get(url_of(versions[0])).status_code == 404
    chosen = {"with": versions[0].pk}
    assert manager.get(url_of(versions[1], "compare"), chosen).status_code == 404


@pytest.mark.parametrize("view", ["compare", "publish"])
def test_pages_of_many_steps_and_versions_take_as_many_queries(view: str, manager: Client) -> None:
    counts = []
    for slug, size, texts in (
        ("few", 1, ("One.", "Two.")),
        ("many", 40, ("One.", "Two.", "Three.")),
    ):
        keys = [*(f"s{number}" for number in range(size)), "bye"]
        steps = {key: ask(choice(after, any=True)) for key, after in pairwise(keys)}
        steps["bye"] = {"kind": "hangup"}
        for text in texts:
            prompts = {"question": words(text)}
            publish_menu(menu=load(line(menu=slug, entry="s0", steps=steps, prompts=prompts)))
        first = MenuVersion.objects.get(menu__slug=slug, number=1)
        manager.get(url_of(first, view))
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(url_of(first, view)).status_code == 200
        counts.append(len(captured))

    assert counts[1] == counts[0] <= 13
