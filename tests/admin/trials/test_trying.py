"""The page of a test call, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.admin.filled import filled
from tests.services.menus.building import ask, choice, line, load
from voicegather.models import Call, Menu, Step, TrialCall
from voicegather.sealing import unseal

AsStaff = Callable[..., Client]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def menu(db: None) -> Menu:
    pin = ask(choice(any=True), maximum_digits=4, sensitivity="secret", name="PIN")
    return load(line(steps={"ask": pin, "bye": {"kind": "hangup"}}))


@pytest.fixture
def tester(as_staff: AsStaff) -> Client:
    return as_staff("view_menu", "change_menu")


def start_url(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_test_call", args=[menu.pk])


def call(client: Client, menu: Menu, **fields: Any) -> str:
    """The address of a new test call."""
    response = client.post(start_url(menu), fields)
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def act(client: Client, url: str, seq: int, name: str, **fields: Any) -> Any:
    posted = {"act": name, "seq": seq, **fields}
    return client.post(url, posted, headers=FETCH)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_of_a_menu_leads_to_its_test_call(menu: Menu, tester: Client) -> None:
    page = tester.get(reverse("admin:voicegather_menu_change", args=[menu.pk]))

    assert start_url(menu) in page.content.decode()
    assert tester.get(start_url(menu)).status_code == 200


def test_a_call_is_made_without_script_by_forms_alone(menu: Menu, tester: Client) -> None:
    url = call(tester, menu)

    assert "Press 1." in text_of(tester.get(url))
    response = tester.post(url, {"act": "press", "keys": "4711", "seq": 0}, follow=True)

    assert response.redirect_chain == [(url, 302)]
    assert "The call is over: completed." in text_of(response)


def test_the_script_gets_the_part_of_the_page_that_changes(menu: Menu, tester: Client) -> None:
    response = act(tester, call(tester, menu), 0, "press", keys="1")

    assert response.status_code == 200
    assert response.content.decode().lstrip().startswith('<div class="tc"')
    assert 'data-step="ask"' in text_of(response)


def test_what_is_secret_is_shown_nowhere_on_the_page(menu: Menu, tester: Client) -> None:
    url = call(tester, menu)
    act(tester, url, 0, "press", keys="47")
    page = text_of(tester.get(url))
    over = text_of(act(tester, url, 1, "press", keys="11"))

    assert "Pressed •••" in page
    for shown in (page, over):
        assert "4711" not in shown
        assert ">47<" not in shown
    assert "<dt>ask</dt><dd>•••</dd>" in over


def test_an_old_page_is_shown_where_the_call_stands_now(menu: Menu, tester: Client) -> None:
    url = call(tester, menu)
    act(tester, url, 0, "press", keys="1")

    response = act(tester, url, 0, "press", keys="2")

    assert response.status_code == 409
    assert "went on meanwhile" in text_of(response)
    assert 'data-seq="1"' in text_of(response)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"act": "press", "keys": "x"}, "Keys are 0–9"),
        ({"act": "press", "keys": ""}, "Keys are 0–9"),
        ({"act": "say", "text": "Hello"}, "Nobody listens to words"),
        ({"act": "judge"}, "No function of this site"),
        ({"act": "nonsense"}, "This is not an act"),
        ({}, "This is not an act"),
        ({"act": "press", "keys": "1", "seq": "x"}, "went on meanwhile"),
        ({"act": "press", "keys": "1", "seq": "9" * 50}, "went on meanwhile"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_happens(
    menu: Menu, tester: Client, fields: dict[str, str], complaint: str
) -> None:
    url = call(tester, menu)

    response = tester.post(url, {"seq": "0", **fields})

    assert response.status_code == 409
    assert complaint in text_of(response)
    assert TrialCall.objects.get().seq == 0


@pytest.mark.parametrize(
    "fields",
    [{"language": "xx"}, {"direction": "sideways"}, {"at": "yesterday"}, {"caller": "1" * 300}],
)
def test_a_beginning_that_cannot_be_read_is_complained_about_in_place(
    menu: Menu, tester: Client, fields: dict[str, str]
) -> None:
    response = tester.post(start_url(menu), fields)

    assert response.status_code == 200
    assert 'class="errorlist' in response.content.decode()
    assert not TrialCall.objects.exists()


def test_a_call_begins_as_it_was_asked_to(menu: Menu, tester: Client) -> None:
    call(tester, menu, caller="+13125550155", at="2026-03-04T10:00", direction="machine")

    trial = TrialCall.objects.get()
    state = unseal(trial.sealed)["line"]["state"]
    assert (state["caller"], state["answered_by"]) == ("+13125550155", "machine")
    assert state["started_at"] == 1_772_618_400_000
    assert trial.runs_functions is False


def test_the_diagram_beside_a_test_call_leads_to_steps_and_back_and_adds_none(
    menu: Menu, admin_client: Client
) -> None:
    page = text_of(admin_client.get(start_url(menu)))
    step = menu.steps.get(key="ask")
    url = reverse("admin:voicegather_step_change", args=[step.pk]) + "?from=trial"
    assert url in page
    assert "kind=message" not in page

    saved = admin_client.post(url, filled(admin_client.get(url), "step_form"))

    assert saved.headers["Location"] == start_url(menu)


@pytest.mark.parametrize("pretended", ["2026-03-04T10:00", ""])
def test_calling_again_pretends_the_same_time(menu: Menu, tester: Client, pretended: str) -> None:
    url = call(tester, menu, at=pretended)
    act(tester, url, 0, "hang_up")

    field = str(tester.get(url).context["start_form"]["at"])

    assert ("value=" in field) is bool(pretended)
    assert pretended in field


@pytest.mark.parametrize(("direction", "plan"), [("human", "silver"), ("", "gold")])
def test_what_a_placed_call_brings_with_it_can_be_filled_in(
    direction: str, plan: str, tester: Client, db: None
) -> None:
    menu = load(line(variables=[{"name": "plan", "default": "gold", "help": "Their plan"}]))
    page = text_of(tester.get(start_url(menu)))
    assert 'value="gold"' in page
    assert "Their plan" in page

    url = call(tester, menu, direction=direction, **{"variable-plan": "silver"})

    assert f"<dt>plan</dt><dd>{plan}</dd>" in text_of(tester.get(url))


def test_errors_of_the_menu_are_listed_with_links_to_mend_them(tester: Client, db: None) -> None:
    menu = load(line(steps={"ask": ask(), "bye": {"kind": "hangup"}}))

    response = tester.post(start_url(menu), {}, headers=FETCH)

    step = Step.objects.get(key="ask")
    assert response.status_code == 409
    assert reverse("admin:voicegather_step_change", args=[step.pk]) in response.content.decode()
    assert "The menu has errors" in text_of(response)


def test_a_test_call_that_is_gone_leads_to_a_new_one(menu: Menu, tester: Client) -> None:
    url = call(tester, menu)
    TrialCall.objects.all().delete()

    response = act(tester, url, 0, "press", keys="1")

    assert response.status_code == 410
    assert "This test call is gone" in text_of(response)
    assert start_url(menu) in response.content.decode()


def test_a_menu_deleted_meanwhile_is_not_found(menu: Menu, tester: Client) -> None:
    url = call(tester, menu)
    menu.delete()

    assert act(tester, url, 0, "press", keys="1").status_code in (403, 404)


def test_another_persons_test_call_is_none_of_ones_business(
    menu: Menu, tester: Client, as_staff: AsStaff
) -> None:
    url = call(tester, menu)
    other = as_staff("view_menu", "change_menu")

    assert other.get(url).status_code == 410


def test_test_calls_are_for_those_who_may_change_the_menu(menu: Menu, as_staff: AsStaff) -> None:
    assert as_staff("view_menu").get(start_url(menu)).status_code == 403

    menu.team = Group.objects.create(name="Pharmacy")
    menu.save()
    assert as_staff("view_menu", "change_menu").get(start_url(menu)).status_code in (403, 404)


def test_odd_addresses_are_not_found(menu: Menu, tester: Client) -> None:
    base = "/admin/voicegather/menu/"

    for path in ("x/test-call/", "999999/test-call/", f"{menu.pk}/test-call/x/"):
        assert tester.get(base + path).status_code in (302, 403, 404)
    assert tester.get(f"{base}{menu.pk}/test-call/{9**30}/").status_code in (404, 410)


def test_nothing_is_kept_among_the_calls(menu: Menu, tester: Client) -> None:
    act(tester, call(tester, menu), 0, "press", keys="1234")

    assert not Call.objects.exists()


def test_an_act_costs_a_constant_number_of_queries(
    menu: Menu, tester: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = call(tester, menu)

    for seq, keys in enumerate("12"):
        # Session, user, two of permissions, menu and its numbers, and the call, read and written
        # between two savepoints.
        with django_assert_num_queries(10):
            act(tester, url, seq, "press", keys=keys)


def test_steps_are_links_for_those_who_may_see_them(
    menu: Menu, tester: Client, as_staff: AsStaff
) -> None:
    step = reverse("admin:voicegather_step_change", args=[Step.objects.get(key="ask").pk])
    other = as_staff("view_menu", "change_menu", "view_step")

    assert step not in tester.get(call(tester, menu)).content.decode()
    assert step in other.get(call(other, menu)).content.decode()
