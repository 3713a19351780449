"""The page on which several menus are published at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.menu_tests.saved import bank, make_test
from tests.services.menus.building import line, load, words
from voicegather.admin.publishing import many as publishing_many
from voicegather.admin.publishing.many import publish_many_url
from voicegather.models import Menu, MenuVersion, PromptVariant, Step
from voicegather.services.menus import publish_menu

AsStaff = Callable[..., Client]
MAY = ("view_menu", "view_step", "publish_menu")


@pytest.fixture
def manager(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


@pytest.fixture
def menus(db: None) -> list[Menu]:
    """Two live menus that speak the same prompt, which says something else by now."""
    made = [load(line(menu=slug, name=slug.capitalize())) for slug in ("alpha", "beta")]
    for menu in made:
        publish_menu(menu=menu)
    PromptVariant.objects.update(text="Please press 1.")
    return made


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url_of(*menus: Menu) -> str:
    return publish_many_url(menu.pk for menu in menus)


def form_of(page: Any, *ticked: Menu, note: str = "") -> dict[str, Any]:
    """What the browser would send with these menus ticked."""
    seen = {f"sha256-{c.menu.pk}": c.publication.sha256 for c in page.context["candidates"]}
    return {"menu": [menu.pk for menu in ticked], "note": note, **seen}


def candidates(page: Any) -> dict[str, Any]:
    return {each.menu.slug: each for each in page.context["candidates"]}


def test_each_menu_shows_what_would_change(menus: list[Menu], manager: Client) -> None:
    page = manager.get(url_of(*menus))

    assert list(candidates(page)) == ["alpha", "beta"]
    assert text_of(page).count("1 prompt") == 2
    assert text_of(page).count("<del>Press </del> <ins>Please press </ins>") == 2
    assert MenuVersion.objects.count() == 2


def test_what_is_ticked_is_published_each_with_the_note(menus: list[Menu], manager: Client) -> None:
    page = manager.get(url_of(*menus))

    done = manager.post(url_of(*menus), form_of(page, *menus, note="Politer."))

    assert "2 menus published" in text_of(done)
    assert text_of(done).count("live as version 2") == 2
    live = [menu.live_version for menu in Menu.objects.select_related("live_version")]
    assert [(each.number, each.note) for each in live if each] == [(2, "Politer.")] * 2
    messages = LogEntry.objects.filter(change_message="Made version 2 live. Politer.")
    assert messages.count() == 2


def test_what_is_not_ticked_stays_as_it_is(menus: list[Menu], manager: Client) -> None:
    page = manager.get(url_of(*menus))

    done = manager.post(url_of(*menus), form_of(page, menus[0]))

    assert list(candidates(done)) == ["beta"]
    assert 'name="menu" value' in text_of(done)
    assert "checked" not in text_of(done)
    numbers = {
        menu.slug: menu.live_version.number for menu in Menu.objects.all() if menu.live_version
    }
    assert numbers == {"alpha": 2, "beta": 1}


def test_a_draft_that_changed_meanwhile_is_refused_and_stops_no_other(
    menus: list[Menu], manager: Client
) -> None:
    page = manager.get(url_of(*menus))
    Step.objects.filter(menu=menus[0], key="ask").update(name="Another name")

    done = manager.post(url_of(*menus), form_of(page, *menus, note="Kept."))

    assert "1 menu published, 1 refused" in text_of(done)
    assert "Somebody changed the draft since you opened this page" in text_of(done)
    assert list(candidates(done)) == ["alpha"]
    assert "Kept.</textarea>" in text_of(done)
    versions = MenuVersion.objects.filter(number=2)
    assert [each.menu.slug for each in versions] == ["beta"]


def test_a_menu_with_errors_cannot_be_ticked_and_is_refused_when_sent_all_the_same(
    menus: list[Menu], manager: Client
) -> None:
    step = Step.objects.get(menu=menus[0], key="ask")
    Step.objects.filter(pk=step.pk).update(config={"prompt": "gone"})

    page = manager.get(url_of(*menus))
    done = manager.post(url_of(*menus), form_of(page, *menus))

    assert candidates(page)["alpha"].is_blocked
    link = reverse("admin:voicegather_step_change", args=[step.pk])
    assert f'href="{link}#id_setting_prompt"' in page.content.decode()
    assert "1 menu published, 1 refused" in text_of(done)


def test_tests_that_fail_block_their_menu(manager: Client, db: None) -> None:
    menu = bank()
    Menu.objects.update(requires_tests=True)
    make_test(menu, "Goodbye", "2")
    step = Step.objects.get(key="department")
    step.choices.filter(value="2").update(target=Step.objects.get(key="account"))

    page = manager.get(url_of(menu))

    assert candidates(page)["bank"].is_blocked
    assert "1 test fails" in text_of(page)


def test_what_is_live_already_is_said_and_cannot_be_ticked(manager: Client, db: None) -> None:
    menu = load(line())
    publish_menu(menu=menu)

    page = text_of(manager.get(url_of(menu)))

    assert "Nothing to publish: callers hear this draft already." in page
    assert f'value="{menu.pk}" disabled' in page


def test_nothing_ticked_publishes_nothing_and_says_so(menus: list[Menu], manager: Client) -> None:
    page = manager.get(url_of(*menus))

    done = manager.post(url_of(*menus), form_of(page))

    assert "Nothing was published: tick the menus to publish." in text_of(done)
    assert MenuVersion.objects.count() == 2


def test_more_menus_than_fit_come_after_the_first_are_done(
    menus: list[Menu], manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing_many, "MOST_MENUS", 1)

    page = manager.get(url_of(*menus))
    done = manager.post(url_of(*menus), form_of(page, menus[0]))

    assert list(candidates(page)) == ["alpha"]
    assert "1 more menu comes when these are done." in text_of(page)
    assert list(candidates(done)) == ["beta"]


@pytest.mark.parametrize("asked", ["", "x", "1,\0", "9" * 40, "²", "-1"])
def test_addresses_that_name_no_menu_show_none(asked: str, manager: Client) -> None:
    page = manager.get(reverse("admin:voicegather_menu_publish_many"), {"menus": asked})

    assert page.status_code == 200
    assert page.context["candidates"] == []


def test_another_teams_menu_is_neither_shown_nor_published(
    menus: list[Menu], manager: Client
) -> None:
    page = manager.get(url_of(*menus))
    theirs = Group.objects.create(name="theirs")
    Menu.objects.filter(pk=menus[0].pk).update(team=theirs)

    again = manager.get(url_of(*menus))
    manager.post(url_of(*menus), form_of(page, *menus))

    assert list(candidates(again)) == ["beta"]
    assert "1 menu that was asked for does not exist" in text_of(again)
    assert [each.menu.slug for each in MenuVersion.objects.filter(number=2)] == ["beta"]


@pytest.mark.parametrize("permissions", [("view_menu", "change_menu"), ("publish_menu",)])
def test_who_may_not_publish_is_refused(
    permissions: tuple[str, ...], menus: list[Menu], as_staff: AsStaff
) -> None:
    client = as_staff(*permissions)

    assert client.get(url_of(*menus)).status_code == 403
    assert client.post(url_of(*menus), {}).status_code == 403


def test_who_may_not_see_steps_sees_how_much_changes_and_no_words(
    menus: list[Menu], as_staff: AsStaff
) -> None:
    page = text_of(as_staff("view_menu", "publish_menu").get(url_of(*menus)))

    assert "1 prompt" in page
    assert "Please press" not in page


def test_only_the_linter_asks_more_of_more_menus(manager: Client, db: None) -> None:
    menus = [
        load(line(menu=f"m{n}", name=f"M{n}", prompts={"question": words()})) for n in range(6)
    ]
    manager.get(url_of(menus[0]))
    counts = []
    for some in (menus[:1], menus[:2], menus):
        with CaptureQueriesContext(connection) as queries:
            manager.get(url_of(*some))
        counts.append(len(queries))

    one, two, six = counts
    assert (six - two) == 4 * (two - one)
    assert two - one <= 2
