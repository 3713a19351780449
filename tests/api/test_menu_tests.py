"""Menus whose saved tests must pass, published over the API."""

from __future__ import annotations

from tests.api.conftest import Api
from tests.services.menu_tests.saved import bank, make_test
from voicegather.models import Choice, MenuVersion, Step


def test_a_menu_whose_tests_fail_is_not_published_and_what_differs_is_told(api: Api) -> None:
    menu = bank()
    make_test(menu, "Goodbye", "2")
    menu.requires_tests = True
    menu.save()
    account = Step.objects.get(key="account")
    Choice.objects.filter(step__key="department", value="2").update(target=account)

    answer = api("view_menu", "publish_menu").ask("post", "menus/bank/publish/", {})

    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "menu_tests_failed")
    assert "Test “Goodbye”: Step 2 is “account”, expected was “bye”." in told["detail"]
    assert not MenuVersion.objects.exists()
