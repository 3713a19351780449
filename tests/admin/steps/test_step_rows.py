"""Settings that are rows: edited in a table, with what is wrong said at its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.steps.test_steps import choices, step_form
from tests.factories import make_menu
from voicegather.engine import kinds
from voicegather.engine.config import setting
from voicegather.models import Menu, Step


class Taste(StrEnum):
    SWEET = "sweet"
    SOUR = "sour"


@dataclass(frozen=True)
class Dish:
    name: str = setting(label="Name", help="Of the dish.")
    taste: Taste = setting(default=Taste.SWEET, label="Taste", help="How it tastes.")
    most: int = setting(default=3, minimum=1, maximum=9, label="Most", help="Plates.")
    hot: bool = setting(default=True, label="Hot", help="Whether it is served hot.")
    sides: tuple[str, ...] = setting(default=(), label="Sides", help="With commas.")


@dataclass(frozen=True)
class KitchenSettings:
    dishes: tuple[Dish, ...] = setting(label="Dishes", help="In the order of the card.")
    notes: Mapping[str, str] = setting(default={}, label="Notes", help="By table.")
    seats: int = setting(default=4, label="Seats", help="At a table.")


@pytest.fixture(autouse=True)
def kitchen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of step with rows of both sorts."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))

    class Kitchen(kinds.StepKind):
        name = "kitchen"
        label = "Kitchen"
        Settings = KitchenSettings

        def required_exits(self, settings: Any) -> tuple[str, ...]:
            return ("done",)


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu()


@pytest.fixture
def step(menu: Menu) -> Step:
    config = {"dishes": [{"name": "soup", "hot": False}, {"name": "cake", "sides": ["cream"]}]}
    return Step.objects.create(menu=menu, key="account", kind="kitchen", config=config)


def table(name: str, *rows: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """A posted table: `rows` by column, the first `stored` of them from the database."""
    prefix = f"rows-{name}"
    posted = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": stored}
    cells = {
        f"{prefix}-{index}-{column}": value
        for index, row in enumerate(rows)
        for column, value in row.items()
    }
    return posted | cells


def dish(name: str, **columns: Any) -> dict[str, Any]:
    return {"name": name, "taste": "sweet", "most": 3, "hot": "on", "sides": ""} | columns


def save(client: Client, step: Step, *tables: dict[str, Any], **fields: Any) -> str:
    """Post the step's page; "" when it was saved, else the page with what is wrong."""
    form = step_form(step.menu, kind="kitchen", **fields) | choices()
    for each in tables:
        form |= each
    response = client.post(reverse("admin:voicegather_step_change", args=[step.pk]), form)
    step.refresh_from_db()
    return "" if response.status_code == 302 else response.content.decode()


def test_rows_are_shown_as_a_table_and_not_as_json(step: Step, admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:voicegather_step_change", args=[step.pk]))

    sets = page.context["adminform"].form.row_sets
    assert [(each.setting.name, each.formset.initial) for each in sets] == [
        ("dishes", [{"name": "soup", "hot": False}, {"name": "cake", "sides": "cream"}]),
        ("notes", []),
    ]
    assert page.context["adminform"].form.initial["config"] == {}
    assert 'value="soup"' in page.content.decode()


def test_rows_are_added_changed_and_removed(step: Step, admin_client: Client) -> None:
    rows = table(
        "dishes",
        dish("soup", taste="sour", hot=""),
        dish("cake", DELETE="on"),
        dish("stew", sides="rice, , beans ", most=5),
        dish(""),
        stored=2,
    )

    assert save(admin_client, step, rows, config='{"seats": 2}') == ""

    assert step.config == {
        "seats": 2,
        "dishes": [
            {"name": "soup", "taste": "sour", "hot": False},
            {"name": "stew", "most": 5, "sides": ["rice", "beans"]},
        ],
    }


def test_rows_are_put_in_another_order(step: Step, admin_client: Client) -> None:
    rows = table(
        "dishes", dish("soup", ORDER=3), dish("cake", ORDER=1), dish("pie", ORDER=2), stored=2
    )

    save(admin_client, step, rows)

    assert [row["name"] for row in step.config["dishes"]] == ["cake", "pie", "soup"]


def test_an_empty_row_stays_empty_when_it_is_moved(step: Step, admin_client: Client) -> None:
    rows = table("dishes", dish("soup", ORDER=1), dish("", ORDER=2), stored=1)

    assert save(admin_client, step, rows) == ""
    assert step.config == {"dishes": [{"name": "soup"}]}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (dish("", most=5), "is required"),
        (dish("stew", most=10), "Ensure this value is less than or equal to 9."),
        (dish("stew", taste="bitter"), "Select a valid choice."),
        (dish("soup"), "There is a row of this name already."),
    ],
)
def test_what_is_wrong_is_said_at_its_row(
    row: dict[str, Any], complaint: str, step: Step, admin_client: Client
) -> None:
    before = step.config

    page = save(admin_client, step, table("dishes", dish("soup"), row, stored=1))

    assert "Look at “Dishes” below." in page
    broken = page.split('<tr class="rows-row')[2]
    assert complaint in broken
    assert step.config == before


def test_the_last_row_of_a_required_table_stays(step: Step, admin_client: Client) -> None:
    rows = table("dishes", dish("soup", DELETE="on"), stored=1)

    page = save(admin_client, step, rows)

    assert "is required" in page
    assert len(step.config["dishes"]) == 2


def test_names_and_values_are_rows_too(step: Step, admin_client: Client) -> None:
    notes = table("notes", {"name": "one", "value": "By the window"}, {"name": "", "value": ""})

    save(admin_client, step, table("dishes", dish("soup")), notes)

    assert step.config["notes"] == {"one": "By the window"}


def test_a_setting_is_written_in_one_place(step: Step, admin_client: Client) -> None:
    config = '{"dishes": [{"name": "pie"}]}'

    page = save(admin_client, step, table("dishes", dish("soup")), config=config)

    assert "It stands in the JSON above, too: write it in one place." in page
    assert "pie" in page


def test_json_does_where_no_row_is_written(step: Step, admin_client: Client) -> None:
    config = '{"dishes": [{"name": "pie"}]}'

    assert save(admin_client, step, table("dishes", dish("")), config=config) == ""
    assert step.config == {"dishes": [{"name": "pie"}]}


@pytest.mark.parametrize(
    "odd",
    [
        "soup",
        ["soup"],
        [{"name": "soup", "price": 3}],
        [{"name": 7}],
        [{"name": "soup", "taste": "bitter"}],
        [{"name": "soup", "sides": [1]}],
    ],
)
def test_what_rows_would_lose_stays_json(odd: Any, step: Step, admin_client: Client) -> None:
    Step.objects.update(config={"dishes": odd, "notes": {"one": "x"}})

    page = admin_client.get(reverse("admin:voicegather_step_change", args=[step.pk]))

    form = page.context["adminform"].form
    assert [each.setting.name for each in form.row_sets] == ["notes"]
    assert form.initial["config"] == {"dishes": odd}


def test_a_new_step_shows_its_tables_once_its_kind_is_known(
    menu: Menu, admin_client: Client
) -> None:
    url = reverse("admin:voicegather_step_add")

    page = admin_client.post(url, step_form(menu, kind="kitchen"))
    assert [each.setting.name for each in page.context["adminform"].form.row_sets] == [
        "dishes",
        "notes",
    ]

    admin_client.post(url, step_form(menu, kind="kitchen") | table("dishes", dish("soup")))
    assert Step.objects.get().config == {"dishes": [{"name": "soup"}]}


def test_who_may_only_view_sees_the_whole_as_json(step: Step, as_staff: Any) -> None:
    page = as_staff("view_step").get(reverse("admin:voicegather_step_change", args=[step.pk]))

    assert page.context["adminform"].form.row_sets == []
    assert "soup" in page.content.decode()
