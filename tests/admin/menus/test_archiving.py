"""Menus put away: by a page, by an action, and out of sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import make_call, make_menu
from tests.services.menus.building import ask, choice, line, load
from voicegather.models import Call, Menu, MenuVersion, PhoneNumber
from voicegather.services.menus import publish_menu
from voicegather.services.menus.archiving import archive_menu

AsStaff = Callable[..., Client]
LIST = reverse("admin:voicegather_menu_changelist")


@pytest.fixture
def manager(as_staff: AsStaff) -> Client:
    return as_staff("view_menu", "change_menu", "delete_menu", "view_step", "publish_menu")


@pytest.fixture
def menu(db: None) -> Menu:
    """A live menu with a call."""
    menu = load(line())
    make_call(version=publish_menu(menu=menu))
    return menu


def url_of(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_archive", args=[menu.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def names_in(page: Any) -> list[str]:
    return [menu.name for menu in page.context["cl"].result_list]


def entering(slug: str) -> Menu:
    """A live menu that enters the menu with this slug."""
    steps = {
        "ask": ask(choice("enter", digits="1")),
        "enter": {"kind": "submenu", "menu": slug, "choices": [choice(exit="done")]},
        "bye": {"kind": "hangup"},
    }
    made = load(line(menu="front", name="Front", steps=steps))
    publish_menu(menu=made)
    return made


def test_archiving_loses_nothing_and_is_logged(menu: Menu, manager: Client) -> None:
    done = manager.post(url_of(menu), {"act": "archive"}, follow=True)

    assert "“Line” is archived. Its versions, calls and results stay." in text_of(done)
    menu.refresh_from_db()
    assert menu.archived_at is not None
    assert (Call.objects.count(), MenuVersion.objects.count()) == (1, 1)
    assert LogEntry.objects.latest("pk").change_message == "Archived."


def test_it_is_taken_out_again_as_it_was(menu: Menu, manager: Client) -> None:
    archive_menu(menu)

    done = manager.post(url_of(menu), {"act": "unarchive"}, follow=True)

    assert "is in use again" in text_of(done)
    assert Menu.objects.get().archived_at is None
    assert Menu.objects.get().live_version is not None


@pytest.mark.parametrize("is_active", [True, False])
def test_a_menu_that_a_number_leads_to_is_refused_with_a_link(
    is_active: bool, menu: Menu, manager: Client
) -> None:
    number = PhoneNumber.objects.create(number="+13125550100", menu=menu, is_active=is_active)

    page = manager.get(url_of(menu))
    refused = manager.post(url_of(menu), {"act": "archive"})

    link = reverse("admin:voicegather_phonenumber_change", args=[number.pk])
    assert f'href="{link}"' in text_of(page)
    assert "disabled" in text_of(page)
    assert refused.status_code == 409
    assert Menu.objects.get().archived_at is None


def test_a_menu_that_a_live_version_enters_is_refused_with_a_link(
    menu: Menu, manager: Client
) -> None:
    front = entering("line")

    refused = manager.post(url_of(menu), {"act": "archive"})

    assert refused.status_code == 409
    assert reverse("admin:voicegather_menu_change", args=[front.pk]) in text_of(refused)
    Menu.objects.filter(pk=front.pk).update(live_version=None)
    assert manager.post(url_of(menu), {"act": "archive"}).status_code == 302


def test_what_another_team_has_is_counted_and_not_named(menu: Menu, manager: Client) -> None:
    theirs = Group.objects.create(name="theirs")
    PhoneNumber.objects.create(number="+13125550100", menu=menu, team=theirs)

    page = text_of(manager.get(url_of(menu)))

    assert "1 number or menu of another team" in page
    assert "+13125550100" not in page


def test_lists_and_choices_leave_archived_menus_out_unless_asked(
    menu: Menu, admin_client: Client
) -> None:
    make_menu("other")
    archive_menu(menu)
    complete = reverse("admin:autocomplete") + (
        "?app_label=voicegather&model_name=phonenumber&field_name=menu&term="
    )

    assert names_in(admin_client.get(LIST)) == ["Other"]
    assert names_in(admin_client.get(LIST, {"archived": "yes"})) == ["Line"]
    assert names_in(admin_client.get(LIST, {"archived": "all"})) == ["Line", "Other"]
    assert [each["text"] for each in admin_client.get(complete).json()["results"]] == ["Other"]


def test_no_number_can_lead_to_an_archived_menu(menu: Menu, admin_client: Client) -> None:
    archive_menu(menu)

    refused = admin_client.post(
        reverse("admin:voicegather_phonenumber_add"),
        {"number": "+13125550100", "menu": menu.pk, "connection": "default", "is_active": "on"},
    )

    assert refused.status_code == 200
    assert not PhoneNumber.objects.exists()


def test_an_archived_menu_is_not_published(menu: Menu, manager: Client) -> None:
    menu.steps.filter(key="ask").update(name="Another")
    archive_menu(menu)
    url = reverse("admin:voicegather_menu_publish", args=[menu.pk])

    refused = manager.post(url, {"sha256": manager.get(url).context["sha256"], "note": ""})

    assert refused.status_code == 409
    assert "is archived: take it out of the archive first" in text_of(refused)


def test_the_action_archives_those_that_nothing_leads_to(menu: Menu, manager: Client) -> None:
    other = make_menu("other")
    PhoneNumber.objects.create(number="+13125550100", menu=menu)

    done = text_of(
        manager.post(
            LIST, {"action": "archive", "_selected_action": [menu.pk, other.pk]}, follow=True
        )
    )

    assert "Menus archived: 1." in done
    assert "“Line” is not archived: callers still come to it." in done
    assert list(Menu.objects.exclude(archived_at=None)) == [other]


def test_deleting_a_menu_with_calls_leads_to_archiving_it(menu: Menu, manager: Client) -> None:
    page = manager.get(reverse("admin:voicegather_menu_delete", args=[menu.pk]), follow=True)

    assert page.redirect_chain == [(url_of(menu), 302)]
    assert "cannot be deleted: archive it." in text_of(page)


def test_a_menu_that_nobody_ever_heard_is_deleted_as_ever(manager: Client) -> None:
    menu = make_menu()

    assert manager.get(reverse("admin:voicegather_menu_delete", args=[menu.pk])).status_code == 200


def test_who_may_only_look_archives_nothing(menu: Menu, as_staff: AsStaff) -> None:
    viewer = as_staff("view_menu")

    assert viewer.get(url_of(menu)).status_code == 200
    assert viewer.post(url_of(menu), {"act": "archive"}).status_code == 403
    Menu.objects.update(team=Group.objects.create(name="theirs"))
    assert viewer.get(url_of(menu)).status_code == 404


def test_the_filter_counts_where_counts_are_asked_for(menu: Menu, admin_client: Client) -> None:
    archive_menu(menu)

    assert "Archived (1)" in text_of(admin_client.get(LIST, {"_facets": "True"}))
