"""The list of menus and a menu's page: how it stands, its diagram, steps, and what to mend."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_call, make_menu, make_version
from voicegather.models import Choice, Menu, PhoneNumber, Prompt, PromptVariant, Step
from voicegather.services.menus import publish_menu

LIST = reverse("admin:voicegather_menu_changelist")
ODD = '</script><img src=x onerror="alert(1)"> \'& 📞'

AsStaff = Callable[..., Client]


def page_of(menu: Menu, view: str = "change") -> str:
    return reverse(f"admin:voicegather_menu_{view}", args=[menu.pk])


def make_steps(menu: Menu, count: int = 2) -> list[Step]:
    """Messages, each with a prompt, each leading to the next; the first is the entry."""
    steps = []
    for number in range(count):
        key = f"{menu.slug}_{number}"
        prompt = Prompt.objects.create(key=key)
        words = {"text": f"Words {number}", "voice": "AWS.Polly.Joanna-Neural"}
        PromptVariant.objects.create(prompt=prompt, language="en-US", **words)
        fields = {"key": f"step{number}", "position": number, "config": {"prompt": key}}
        steps.append(Step.objects.create(menu=menu, kind="message", is_entry=number == 0, **fields))
    for step, following in pairwise(steps):
        choice = {"step": step, "match": "exit", "value": "done", "target": following}
        Choice.objects.create(menu=menu, **choice)
    return steps


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu()


@pytest.fixture
def live(menu: Menu) -> Menu:
    Step.objects.create(menu=menu, key="end", kind="hangup", is_entry=True)
    publish_menu(menu=menu)
    return menu


def rows_of(client: Client) -> dict[str, Any]:
    return {menu.slug: menu for menu in client.get(LIST).context["cl"].result_list}


# ---- the list -----------------------------------------------------------------------------


def test_the_list_tells_which_drafts_have_unpublished_changes(
    live: Menu, admin_client: Client
) -> None:
    assert "unpublished changes" not in admin_client.get(LIST).content.decode()

    Step.objects.update(name="The end")

    assert "unpublished changes" in admin_client.get(LIST).content.decode()


def test_the_list_counts_the_calls_of_today_without_test_calls(
    menu: Menu, admin_client: Client
) -> None:
    version, now = make_version(menu), timezone.now()
    for started, is_test in ((now, False), (now, True), (now - timedelta(days=1), False)):
        make_call(version=version, started_at=started, is_test=is_test)

    assert rows_of(admin_client)["clinic"].facts.calls_today == 1


def test_the_list_takes_as_many_queries_for_many_menus(admin_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(LIST).status_code == 200
        return len(captured)

    def grow(count: int) -> None:
        for _number in range(count):
            menu = make_menu(f"menu{Menu.objects.count()}")
            make_steps(menu)
            make_version(menu)
            PhoneNumber.objects.create(number=f"+1312555{menu.pk % 10000:04d}", menu=menu)

    grow(1)
    queries()
    few = queries()
    grow(20)
    assert queries() <= few + 5
    assert queries() == few


# ---- how it stands ------------------------------------------------------------------------


def test_the_page_says_what_callers_hear_and_whether_the_draft_differs(
    live: Menu, admin_client: Client
) -> None:
    PhoneNumber.objects.create(number="+13125550100", menu=live)
    page = admin_client.get(page_of(live))
    assert page.context["is_live_as_it_stands"]
    assert 'form="menu_form"' not in page.content.decode()

    Step.objects.update(name="The end")

    page = admin_client.get(page_of(live))
    assert not page.context["is_live_as_it_stands"]
    shown = page.content.decode()
    assert "version 1 of" in shown
    assert "+13125550100" in shown
    assert 'form="menu_form" name="_publish"' in shown


def test_what_is_to_be_mended_leads_to_its_form(menu: Menu, admin_client: Client) -> None:
    message = Step.objects.create(menu=menu, key="a", kind="message", is_entry=True)
    gather = Step.objects.create(menu=menu, key="b", kind="gather")

    page = admin_client.get(page_of(menu))

    found = {each.finding.code: each.url for each in page.context["mendings"]}
    for step, code, place in (
        (message, "setting", "id_setting_prompt"),
        (gather, "exit_missing", "choices-group"),
    ):
        step_url = reverse("admin:voicegather_step_change", args=[step.pk])
        assert found[code] == f"{step_url}?from=menu#{place}"
    assert "Mend the errors, then publish." in page.content.decode()


def test_what_the_whole_menu_lacks_leads_to_its_own_form(menu: Menu, admin_client: Client) -> None:
    Menu.objects.update(languages=["en-US", "en-US"])

    page = admin_client.get(page_of(menu))

    assert {each.url for each in page.context["mendings"]} == {"#id_languages", "#id_entry"}


def test_the_steps_are_listed_with_their_words_and_where_they_lead(
    menu: Menu, admin_client: Client
) -> None:
    first, second = make_steps(menu)
    Choice.objects.create(menu=menu, match="digits", value="0", target=second)

    page = admin_client.get(page_of(menu))

    rows = page.context["rows"]
    assert [row.view.words for row in rows] == ["Words 0", "Words 1"]
    assert [(lead.label, lead.name) for lead in rows[0].leads] == [("done", "step1")]
    assert [(lead.label, lead.name) for lead in page.context["shared_leads"]] == [("0", "step1")]
    assert reverse("admin:voicegather_step_change", args=[first.pk]) in page.content.decode()


def test_the_drawing_has_every_step_and_way(menu: Menu, admin_client: Client) -> None:
    first, second = make_steps(menu)
    Choice.objects.create(menu=menu, match="digits", value="0", target=second)
    Choice.objects.create(menu=menu, step=second, match="digits", value="1", target=second)
    Choice.objects.create(menu=menu, step=second, match="digits", value="2", action="back")

    drawing = admin_client.get(page_of(menu)).context["drawing"]

    assert [node["id"] for node in drawing["nodes"]] == [first.pk, second.pk, "everywhere"]
    assert drawing["nodes"][1]["notes"] == ["1 → the same again", "2 → back a step"]
    assert drawing["edges"] == [
        {"from": first.pk, "to": second.pk, "label": "done", "role": "own"},
        {"from": "everywhere", "to": second.pk, "label": "0", "role": "shared"},
    ]


def test_odd_names_are_shown_as_text(admin_client: Client) -> None:
    menu = make_menu(name=ODD)
    Step.objects.create(menu=menu, key="a", name=ODD, kind="gather", is_entry=True)

    for view in ("change", "diagram"):
        page = admin_client.get(page_of(menu, view)).content.decode()
        assert "<img src=x" not in page
        data = page.split('<script id="diagram-data" type="application/json">')[1]
        drawing = json.loads(data.split("</script>")[0])
        assert drawing["nodes"][0]["title"] == ODD
    assert "<img src=x" not in admin_client.get(LIST).content.decode()


def test_a_menu_of_five_hundred_steps_opens_in_as_many_queries_as_one_of_two(
    admin_client: Client,
) -> None:
    few, many = make_menu("few"), make_menu("many")
    make_steps(few)
    make_steps(many, 500)
    counts = []
    for menu in (few, few, many):
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(page_of(menu)).status_code == 200
        counts.append(len(captured))

    assert counts[2] == counts[1]


# ---- buttons, the file, the large diagram -------------------------------------------------


def test_there_are_buttons_for_what_there_is(live: Menu, admin_client: Client) -> None:
    page = admin_client.get(page_of(live)).content.decode()

    for view in ("call_me", "file", "diagram"):
        assert page_of(live, view) in page
    assert f"/menuversion/?menu__id__exact={live.pk}" in page


def test_the_menu_is_downloaded_as_a_file_that_loads(live: Menu, admin_client: Client) -> None:
    response = admin_client.get(page_of(live, "file"))

    assert response["Content-Disposition"] == 'attachment; filename="clinic.yaml"'
    assert response["Content-Type"].startswith("application/yaml")
    assert response.content.decode().splitlines()[0].startswith("format:")
    assert "entry: end" in response.content.decode()


@pytest.mark.parametrize("view", ["file", "diagram"])
def test_nothing_is_to_be_posted_there(view: str, menu: Menu, admin_client: Client) -> None:
    assert admin_client.post(page_of(menu, view)).status_code == 405


@pytest.mark.parametrize("address", ["999999", "x", "9" * 40, "%00"])
def test_an_address_of_no_menu_is_not_found(address: str, admin_client: Client) -> None:
    base = reverse("admin:voicegather_menu_changelist")
    for view in ("file", "diagram"):
        assert admin_client.get(f"{base}{address}/{view}/").status_code == 404


# ---- permissions and teams ----------------------------------------------------------------


def test_who_may_not_see_steps_sees_neither_them_nor_the_diagram(
    menu: Menu, as_staff: AsStaff
) -> None:
    make_steps(menu)
    client = as_staff("view_menu")

    page = client.get(page_of(menu)).content.decode()

    assert "Words 0" not in page
    assert "diagram-data" not in page
    assert client.get(page_of(menu, "diagram")).status_code == 403
    assert client.get(page_of(menu, "file")).status_code == 200


def test_who_may_only_look_adds_and_publishes_nothing(live: Menu, as_staff: AsStaff) -> None:
    Step.objects.update(name="The end")

    page = as_staff("view_menu", "view_step").get(page_of(live)).content.decode()

    assert "The end" in page
    for absent in ("Add a step", "_publish", "/call-me/", "/menuversion/"):
        assert absent not in page


def test_who_may_not_see_menus_gets_nothing(live: Menu, as_staff: AsStaff) -> None:
    client = as_staff("view_step")

    for view in ("change", "diagram", "file"):
        assert client.get(page_of(live, view)).status_code == 403


def test_another_teams_menu_is_neither_drawn_nor_downloaded(as_staff: AsStaff) -> None:
    theirs = make_menu("theirs", team=Group.objects.create(name="theirs"))
    client = as_staff("view_menu", "view_step")

    for view in ("diagram", "file"):
        assert client.get(page_of(theirs, view)).status_code == 404
