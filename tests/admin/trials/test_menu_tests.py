"""Saved tests in the admin: saved from a test call, run, renamed, accepted, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.services.menu_tests.saved import bank, make_test
from voicegather.models import Choice, Menu, MenuTest, Step

AsStaff = Callable[..., Client]


@pytest.fixture
def menu(db: None) -> Menu:
    return bank()


@pytest.fixture
def tester(as_staff: AsStaff) -> Client:
    return as_staff("view_menu", "change_menu", "publish_menu")


def all_url(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_tests", args=[menu.pk])


def url_of(test: MenuTest) -> str:
    return reverse("admin:voicegather_menu_tests_one", args=[test.menu_id, test.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def mislead() -> None:
    account = Step.objects.get(key="account")
    Choice.objects.filter(step__key="department", value="2").update(target=account)


def test_a_test_call_is_saved_as_a_test(menu: Menu, tester: Client) -> None:
    url = tester.post(reverse("admin:voicegather_menu_test_call", args=[menu.pk])).headers[
        "Location"
    ]
    page = tester.post(url, {"act": "press", "keys": "1", "seq": 0}, follow=True)
    assert "department → account" in text_of(page)

    saved = tester.post(f"{url}save/", {"name": "Account"})

    test = MenuTest.objects.get()
    assert "Saved as the test “Account”." in text_of(saved)
    assert url_of(test) in saved.content.decode()
    assert test.script["acts"] == [{"act": "press", "keys": "1"}]


def test_a_name_that_is_taken_is_refused_and_kept_in_its_field(menu: Menu, tester: Client) -> None:
    make_test(menu, "Account")
    url = tester.post(reverse("admin:voicegather_menu_test_call", args=[menu.pk])).headers[
        "Location"
    ]
    tester.post(url, {"act": "press", "keys": "2", "seq": 0})

    response = tester.post(f"{url}save/", {"name": "Account"})

    assert response.status_code == 409
    assert "has a test “Account” already" in text_of(response)
    assert 'value="Account"' in text_of(response)
    assert MenuTest.objects.count() == 1


def test_a_test_call_that_is_gone_cannot_be_saved(menu: Menu, tester: Client) -> None:
    url = reverse("admin:voicegather_menu_test_call_save", args=[menu.pk, 99])

    response = tester.post(url, {"name": "Account"}, follow=True)

    assert "This test call is gone" in text_of(response)


def test_the_page_of_a_menu_lists_its_tests(menu: Menu, tester: Client) -> None:
    test = make_test(menu)

    page = tester.get(reverse("admin:voicegather_menu_change", args=[menu.pk])).content.decode()

    assert url_of(test) in page
    assert all_url(menu) in page


def test_all_tests_are_run_and_what_differs_is_said(menu: Menu, tester: Client) -> None:
    make_test(menu, "Account")
    make_test(menu, "Goodbye", "2")
    assert "All 2 tests pass on the draft." in text_of(tester.get(all_url(menu)))
    mislead()

    page = text_of(tester.get(all_url(menu)))

    assert "1 of 2 fails on the draft." in page
    assert "Step 2 is “account”, expected was “bye”." in page
    assert "Accept what it does now" in page


def test_one_test_is_run_with_what_happens_in_its_call(menu: Menu, tester: Client) -> None:
    test = make_test(menu)

    page = text_of(tester.get(url_of(test)))

    assert "1 test passes on the draft." in page
    assert "Pressed 123456" in page
    assert "4711" not in page


def test_a_test_is_accepted_renamed_and_deleted(menu: Menu, tester: Client) -> None:
    test = make_test(menu, "Goodbye", "2")
    mislead()

    accepted = tester.post(url_of(test), {"act": "accept"}, follow=True)
    assert "“Goodbye” expects what happens now." in text_of(accepted)
    assert "1 test passes" in text_of(accepted)
    renamed = tester.post(url_of(test), {"act": "rename", "name": "Account"}, follow=True)
    assert "The test is called “Account” now." in text_of(renamed)
    deleted = tester.post(url_of(test), {"act": "delete"}, follow=True)
    assert "“Account” is deleted." in text_of(deleted)
    assert "No tests yet" in text_of(deleted)


@pytest.mark.parametrize(
    ("posted", "status"),
    [({"act": "rename", "name": ""}, 302), ({"act": "dance"}, 404), ({}, 404)],
)
def test_what_cannot_be_done_changes_nothing(
    menu: Menu, tester: Client, posted: dict[str, str], status: int
) -> None:
    test = make_test(menu)

    assert tester.post(url_of(test), posted).status_code == status
    assert MenuTest.objects.get().name == "Account"


def test_of_a_menu_with_errors_they_are_listed_instead(menu: Menu, tester: Client) -> None:
    test = make_test(menu)
    Choice.objects.filter(step__key="account").delete()

    page = tester.get(all_url(menu))
    accepted = tester.post(url_of(test), {"act": "accept"}, follow=True)

    step = Step.objects.get(key="account")
    assert reverse("admin:voicegather_step_change", args=[step.pk]) in page.content.decode()
    assert "The menu has errors" in text_of(accepted)


def test_tests_of_other_menus_and_odd_ids_are_not_found(menu: Menu, tester: Client) -> None:
    test = make_test(bank(menu="second"))

    for number in (test.pk, 0, 9**30):
        url = reverse("admin:voicegather_menu_tests_one", args=[menu.pk, number])
        assert tester.get(url).status_code == 404


def test_tests_are_for_those_who_may_change_the_menu(menu: Menu, as_staff: AsStaff) -> None:
    test = make_test(menu)
    for url in (all_url(menu), url_of(test), reverse("admin:voicegather_menutest_changelist")):
        assert as_staff("view_menu").get(url).status_code == 403
    menu.team = Group.objects.create(name="Pharmacy")
    menu.save()

    stranger = as_staff("view_menu", "change_menu")

    assert stranger.get(url_of(test)).status_code in (403, 404)
    assert "Account" not in text_of(stranger.get(reverse("admin:voicegather_menutest_changelist")))


def test_the_page_takes_the_same_queries_however_many_tests_there_are(
    menu: Menu, tester: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_test(menu)
    tester.get(all_url(menu))
    with CaptureQueriesContext(connection) as queries:
        tester.get(all_url(menu))
    for number in range(4):
        make_test(menu, f"More {number}")

    with django_assert_num_queries(len(queries)):
        tester.get(all_url(menu))


def test_publishing_names_the_tests_that_fail_and_what_differs(menu: Menu, tester: Client) -> None:
    make_test(menu, "Goodbye", "2")
    Menu.objects.update(requires_tests=True)
    mislead()

    url = reverse("admin:voicegather_menu_publish", args=[menu.pk])
    response = tester.get(url)

    assert "Step 2 is “account”, expected was “bye”." in text_of(response)
    tester.post(url, {"sha256": response.context["sha256"], "note": ""})
    assert Menu.objects.get().live_version is None


def test_the_list_of_all_tests_runs_and_accepts_those_that_are_selected(
    menu: Menu, tester: Client
) -> None:
    test = make_test(menu, "Goodbye", "2")
    passing = make_test(menu, "Account")
    mislead()
    url = reverse("admin:voicegather_menutest_changelist")
    selected = {"_selected_action": [test.pk, passing.pk]}

    run = text_of(tester.post(url, {"action": "run", **selected}, follow=True))
    accepted = text_of(tester.post(url, {"action": "accept", **selected}, follow=True))

    assert "Bank, “Account”: passed." in run.replace("Line", "Bank")
    assert "“Goodbye”: Step 2 is “account”" in run
    assert "“Goodbye” expects what happens now." in accepted


def test_a_test_is_renamed_on_its_own_page_too(menu: Menu, tester: Client) -> None:
    test, other = make_test(menu), make_test(menu, "Other")
    url = reverse("admin:voicegather_menutest_change", args=[test.pk])

    assert tester.post(url, {"name": "Billing"}).status_code == 302
    refused = tester.post(url, {"name": other.name})

    assert refused.status_code == 200
    assert "already" in text_of(refused)
    test.refresh_from_db()
    assert test.name == "Billing"
