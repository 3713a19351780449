from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import ask, choice, finding, line, lint, load, load_steps
from voicegather.models import Calendar, Menu, PhoneNumber
from voicegather.services.menus import lint_menu, publish_menu

pytestmark = pytest.mark.django_db


def menu_with_config(**config: Any) -> Menu:
    """A menu whose gather has these settings, however wrong."""
    menu = load(line())
    menu.steps.filter(key="ask").update(config={"prompt": "question", **config})
    return menu


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"minimum_digits": 0}, "is 0; the least is 1"),
        ({"maximum_digits": 129}, "is 129; the most is 128"),
        ({"first_digit_timeout_ms": 120_001}, "is 120001; the most is 120000"),
        ({"inter_digit_timeout_ms": 0}, "is 0; the least is 1"),
        ({"no_input_limit": 0}, "is 0; the least is 1"),
        ({"terminator": 5}, "must be text"),
        ({"tempo": 2}, "“tempo” is not a setting of this kind of step; remove it"),
    ],
)
def test_settings_that_the_kind_cannot_read_are_refused(
    config: dict[str, Any], message: str
) -> None:
    (field,) = config
    menu = menu_with_config(**config)

    assert lint(menu) == {("error", "ask", field, "setting")}
    assert finding(menu, "setting").message == message


def test_an_unknown_kind_is_refused() -> None:
    menu = load(line())
    menu.steps.filter(key="ask").update(kind="dance")

    assert lint(menu) == {("error", "ask", "kind", "unknown_kind")}


def test_settings_that_are_no_mapping_are_refused() -> None:
    menu = load(line())
    menu.steps.filter(key="ask").update(config=[])

    assert lint(menu) == {("error", "ask", "", "setting")}


def test_fewest_digits_above_the_most_are_refused() -> None:
    menu = load_steps({"ask": ask(choice(any=True), minimum_digits=5, maximum_digits=4)})

    assert lint(menu) == {("error", "ask", "minimum_digits", "digit_bounds")}


@pytest.mark.parametrize("terminator", ["x", "##", "A"])
def test_an_ending_key_that_is_no_key_is_refused(terminator: str) -> None:
    menu = load_steps({"ask": ask(choice(digits="1"), terminator=terminator)})

    assert lint(menu) == {("error", "ask", "terminator", "terminator")}


@pytest.mark.parametrize("terminator", ["", "0", "9", "*", "#"])
def test_every_key_and_none_can_end_an_entry(terminator: str) -> None:
    assert lint(load_steps({"ask": ask(choice(digits="1"), terminator=terminator)})) == set()


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"confirm_key": "2"}, "reenter_key"),
        ({"confirm_key": "12"}, "confirm_key"),
        ({"reenter_key": ""}, "reenter_key"),
    ],
)
def test_a_read_back_needs_two_different_keys(keys: dict[str, str], field: str) -> None:
    menu = load_steps({"ask": ask(choice(any=True), read_back="question", **keys)})

    assert lint(menu) == {("error", "ask", field, "confirmation")}


def test_a_gather_that_no_entry_can_leave_is_refused() -> None:
    assert lint(load_steps({"ask": ask()})) == {("error", "ask", "choices", "no_choices")}


@pytest.mark.parametrize(
    "target", ["+13125550177", "sip:desk@example.com", "sips:desk@example.com:5061;transport=tls"]
)
def test_numbers_and_sip_addresses_can_be_rung(target: str, settings: Any) -> None:
    listed = {"ALLOWED_DESTINATIONS": ["+1312", "sip:example.com"]}
    settings.VOICEGATHER = settings.VOICEGATHER | listed
    assert lint(_transfer(to=target)) == set()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("+442071838750", "Numbers of GB may not be rung: none of the site's own active numbers"),
        ("sip:desk@example.com", "SIP addresses at “example.com” may not be rung: list"),
        ("+19005550177", "This is a premium-rate or shared-cost number: to ring it all the same"),
    ],
)
def test_a_target_that_the_rules_forbid_is_a_warning_until_they_allow_it(
    target: str, reason: str
) -> None:
    menu = _transfer(to=target)
    assert lint(menu) == {("warning", "ask", "to", "destination")}
    message = finding(menu, "destination").message
    assert message.startswith(f"“{target}” will be refused: {reason}")
    assert message.endswith("VOICEGATHER['ALLOWED_DESTINATIONS'].")


@pytest.mark.parametrize(
    "target",
    ["3125550177", "+0", "+1 312 555 0177", "sip:desk", "desk@example.com", "+13125550177\n"],
)
def test_other_targets_cannot_be_rung(target: str) -> None:
    assert lint(_transfer(to=target)) == {("error", "ask", "to", "transfer_target")}


def test_the_shown_number_must_be_a_number() -> None:
    PhoneNumber.objects.create(number="+13125550100")
    assert lint(_transfer(to="+13125550177", caller_id="Clinic")) == {
        ("error", "ask", "caller_id", "caller_id")
    }


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"variable": "caller", "calendar": "desk"},
        {"variable": "caller", "machine": True},
        {"calendar": "desk", "machine": True},
    ],
)
def test_a_branch_asks_a_variable_a_calendar_or_who_answered(settings: dict[str, Any]) -> None:
    Calendar.objects.create(key="desk")
    ways = [choice(exit="open"), choice(exit="closed"), choice(otherwise=True)]
    menu = load_steps({"ask": {"kind": "branch", "choices": ways, **settings}}, prompts={})

    assert ("error", "ask", "variable", "branch_subject") in lint(menu)


def test_a_branch_by_who_answered_has_two_ways() -> None:
    branch = {"kind": "branch", "machine": True}
    human, machine = choice(exit="human"), choice(exit="machine")

    assert lint(load_steps({"ask": branch | {"choices": [human, machine]}}, prompts={})) == {
        ("warning", "", "choices[0]", "never_taken"),
        ("warning", "", "choices[1]", "never_taken"),
        ("warning", "", "choices[2]", "never_taken"),
    }
    assert ("error", "ask", "choices", "exit_missing") in lint(
        load_steps({"ask": branch | {"choices": [human]}}, prompts={})
    )


def test_an_unknown_calendar_is_refused() -> None:
    assert lint(_hours()) == {("error", "ask", "calendar", "calendar_unknown")}


def test_a_calendar_that_cannot_be_read_is_refused_with_every_problem() -> None:
    Calendar.objects.create(key="desk", zone="Chicago", weekly={"mon": []})

    assert [each.message for each in lint_menu(_hours())] == [
        "calendar “desk”: “Chicago” is not a time zone: write one such as America/Chicago",
        "calendar “desk”: “mon” is not a day of the week: write monday to sunday",
    ]


def test_an_exit_that_no_day_of_the_calendar_names_is_doubted() -> None:
    calendar = Calendar.objects.create(key="desk")
    menu = _hours(choice(exit="holiday"))
    assert lint(menu) == {("warning", "ask", "choices[2]", "never_taken")}

    calendar.exceptions = {"2026-12-25": {"exit": "holiday"}}
    calendar.save()
    assert lint(menu) == set()


def test_a_submenu_that_does_not_exist_is_refused() -> None:
    assert lint(_submenu("other")) == {("error", "ask", "menu", "menu_unknown")}


def test_a_submenu_without_a_live_version_is_doubted_until_it_is_published() -> None:
    other = load(line(menu="other"))
    menu = _submenu("other")
    assert lint(menu) == {("warning", "ask", "menu", "menu_not_live")}

    publish_menu(menu=other)
    assert lint(menu) == set()


def _transfer(**settings: str) -> Menu:
    ways = [choice(exit=name) for name in ("busy", "no_answer", "failure")]
    step = {"kind": "transfer", "choices": ways, **settings}
    return load_steps({"ask": step}, choices=[], prompts={})


def _hours(*more: dict[str, Any]) -> Menu:
    ways = [choice(exit="open"), choice(exit="closed"), *more]
    step = {"kind": "branch", "calendar": "desk", "choices": ways}
    return load_steps({"ask": step}, choices=[], prompts={})


def _submenu(slug: str) -> Menu:
    ways = [choice(exit="done"), choice(exit="failure")]
    step = {"kind": "submenu", "menu": slug, "choices": ways}
    return load_steps({"ask": step}, choices=[], prompts={})
