"""Our phone numbers, and the menus that answer them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from tests.api.conftest import Api, Asking
from tests.factories import make_menu
from voicegather.models import PhoneNumber

DESK = {
    "number": "+13125550100",
    "name": "Desk",
    "menu": "clinic",
    "calendar": None,
    "closed_menu": None,
    "connection": "default",
    "is_active": True,
    "team": None,
}


@pytest.fixture
def writer(api: Api) -> Asking:
    return api(
        "add_phonenumber",
        "change_phonenumber",
        "delete_phonenumber",
        "view_phonenumber",
        teams=("ours",),
    )


def test_a_number_comes_back_as_it_was_written(writer: Asking) -> None:
    make_menu()

    made = writer.ask("post", "numbers/", DESK)

    number = PhoneNumber.objects.get()
    assert (made.status_code, made.json()) == (201, {"id": number.pk, **DESK})
    assert writer.ask("get", f"numbers/{number.pk}/").json() == made.json()


def test_a_number_is_changed_and_removed(writer: Asking) -> None:
    make_menu()
    number = writer.ask("post", "numbers/", DESK).json()
    path = f"numbers/{number['id']}/"

    changed = writer.ask("patch", path, {"is_active": False, "menu": None})
    replaced = writer.ask("put", path, {"number": "+13125550109"})

    assert changed.json() == number | {"is_active": False, "menu": None}
    assert replaced.json() == number | {"number": "+13125550109", "name": "", "menu": None}
    assert writer.ask("delete", path).status_code == 204
    assert not PhoneNumber.objects.exists()


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        ({"number": "312 555 0100"}, "number", "Write the number with + and its country code"),
        ({"number": "+13125550101"}, "number", "Phone number with this Number already exists."),
        ({"number": 13125550100}, "number", "Not a valid string."),
        ({"menu": "none"}, "menu", "There is no menu with this slug."),
        ({"menu": "theirs"}, "menu", "There is no menu with this slug."),
        ({"menu": 5}, "menu", "There is no menu with this slug."),
        ({"team": "theirs"}, "team", "You are in no team of this name."),
        ({"is_active": "perhaps"}, "is_active", "Must be a valid boolean."),
        ({"connection": ""}, "connection", "This field may not be blank."),
    ],
)
def test_a_number_that_cannot_be_is_refused(
    fields: dict[str, object], place: str, says: str, writer: Asking
) -> None:
    make_menu("theirs", team=Group.objects.create(name="theirs"))
    PhoneNumber.objects.create(number="+13125550101")

    answer = writer.ask("post", "numbers/", {"number": "+13125550100"} | fields)

    (reason,) = answer.json()["errors"]
    assert (answer.status_code, reason["pointer"]) == (400, f"#/{place}")
    assert reason["detail"].startswith(says)
    assert PhoneNumber.objects.count() == 1


def test_a_number_keeps_the_menu_that_its_editor_may_not_see(writer: Asking) -> None:
    theirs = make_menu("theirs", team=Group.objects.create(name="theirs"))
    make_menu("open")
    number = PhoneNumber.objects.create(number="+13125550100", menu=theirs)
    path = f"numbers/{number.pk}/"

    read = writer.ask("get", path).json()
    renamed = writer.ask("put", path, read | {"name": "Desk"})
    moved = writer.ask("patch", path, {"menu": "open"})

    number.refresh_from_db()
    assert (read["menu"], renamed.status_code, number.name) == (None, 200, "Desk")
    assert moved.json()["errors"] == [
        {"pointer": "#/menu", "detail": "A menu of another team answers this number: ask there."}
    ]
    assert number.menu == theirs
