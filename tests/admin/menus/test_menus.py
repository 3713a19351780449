from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_menu, make_version
from voicegather.admin.publishing.many import publish_many_url
from voicegather.models import Choice, Menu, MenuVersion, PhoneNumber, Step
from voicegather.services import menus as menu_services

LIST = reverse("admin:voicegather_menu_changelist")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Takes the place of publishing: notes which menu was published by whom."""
    seen: list[tuple[str, str]] = []

    def publish_menu(*, menu: Menu, author: Any) -> MenuVersion:
        seen.append((menu.slug, author.get_username()))
        return make_version(menu)

    monkeypatch.setattr(menu_services, "publish_menu", publish_menu)
    return seen


def change_url(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_change", args=[menu.pk])


def form_of(menu: Menu, **fields: str) -> dict[str, str]:
    management = {
        f"{prefix}-{name}_FORMS": "0"
        for prefix in ("steps", "choices")
        for name in ("TOTAL", "INITIAL")
    }
    plain = {"name": menu.name, "slug": menu.slug, "languages": "en-US"}
    return {**management, **plain, **fields}


def test_publishing_selected_menus_leads_to_the_page_that_shows_what_each_would_change(
    admin_client: Client, published: list[tuple[str, str]]
) -> None:
    menus = [make_menu(), make_menu("bank")]

    response = admin_client.post(
        LIST, {"action": "publish", "_selected_action": [menu.pk for menu in menus]}
    )

    assert response.status_code == 302
    assert response["Location"] == publish_many_url(menu.pk for menu in menus)
    assert published == []


def test_who_may_not_publish_has_neither_action_nor_button(
    as_staff: Callable[..., Client], published: list[tuple[str, str]]
) -> None:
    menu = make_menu()
    client = as_staff("view_menu", "change_menu", "view_step", "view_choice")

    assert 'value="publish"' not in client.get(LIST).content.decode()
    assert "_publish" not in client.get(change_url(menu)).content.decode()
    client.post(LIST, {"action": "publish", "_selected_action": [menu.pk]})
    client.post(change_url(menu), form_of(menu, _publish="1"))

    assert published == []


def test_saving_and_publishing_leads_to_the_page_that_publishes(
    admin_client: Client, published: list[tuple[str, str]]
) -> None:
    menu = make_menu()

    response = admin_client.post(change_url(menu), form_of(menu, name="Line", _publish="1"))

    assert response["Location"] == reverse("admin:voicegather_menu_publish", args=[menu.pk])
    assert published == []
    assert Menu.objects.get().name == "Line"


def test_the_real_linter_says_what_is_wrong_and_nothing_goes_live(admin_client: Client) -> None:
    menu = make_menu()

    page = admin_client.post(
        change_url(menu), form_of(menu, _publish="1"), follow=True
    ).content.decode()

    assert "no step is the entry" in page
    assert not MenuVersion.objects.exists()


def test_the_list_shows_the_live_version_and_the_numbers(admin_client: Client) -> None:
    menu = make_menu()
    make_version(menu)
    make_version(menu)
    PhoneNumber.objects.create(number="+13125550100", menu=menu)
    make_menu("draft")

    page = admin_client.get(LIST).content.decode()

    assert ">v2</a>" in page
    assert 'title="+13125550100">+1 312-555-0100</span></td>' in page
    assert "not published" in page


def test_the_page_shows_steps_with_links_and_global_choices(admin_client: Client) -> None:
    menu = make_menu()
    step = Step.objects.create(menu=menu, key="account", kind="gather", is_entry=True)
    Choice.objects.create(menu=menu, match="digits", value="0", target=step)
    Choice.objects.create(menu=menu, step=step, match="digits", value="789", target=step)

    page = admin_client.get(change_url(menu)).content.decode()

    assert reverse("admin:voicegather_step_change", args=[step.pk]) in page
    assert 'name="choices-0-value" value="0"' in page
    assert 'value="789"' not in page


def test_a_second_global_choice_for_the_same_key_is_refused_at_its_field(
    admin_client: Client,
) -> None:
    menu = make_menu()
    step = Step.objects.create(menu=menu, key="account", kind="gather")
    row = {"match": "digits", "value": "0", "action": "goto", "target": step.pk, "position": "0"}
    rows = {f"choices-{i}-{name}": str(row[name]) for i in (0, 1) for name in row}
    form = form_of(menu) | rows | {"choices-TOTAL_FORMS": "2"}

    page = admin_client.post(change_url(menu), form).content.decode()

    assert "There is a choice for this already." in page
    assert not Choice.objects.exists()


@pytest.mark.parametrize(
    ("languages", "complaint"),
    [
        ("", "required"),
        (" , ", "required"),
        ("english", "“english” is not a language such as en-US."),
        ('["en-US"]', "is not a language such as en-US."),
        ("en-US, en-US", "Each language stands in the list once."),
    ],
)
def test_languages_that_cannot_be_are_refused(
    languages: str, complaint: str, admin_client: Client
) -> None:
    menu = make_menu()

    page = admin_client.post(change_url(menu), form_of(menu, languages=languages)).content.decode()

    assert complaint in page


@pytest.mark.parametrize("written", ["en-US, es-US", "en-US es-US", " en-US,es-US; "])
def test_languages_are_written_with_anything_between_them(
    written: str, admin_client: Client
) -> None:
    menu = make_menu()

    admin_client.post(change_url(menu), form_of(menu, languages=written))

    menu.refresh_from_db()
    assert menu.languages == ["en-US", "es-US"]


def test_languages_are_shown_as_they_are_written(admin_client: Client) -> None:
    menu = make_menu(languages=["en-US", "es-US"])

    page = admin_client.get(change_url(menu)).content.decode()

    assert 'value="en-US, es-US"' in page
