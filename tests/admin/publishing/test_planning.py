"""Publishing at a set time and with a second person, on the pages that staff use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.admin.filled import filled
from tests.services.menus.building import line, load
from voicegather.models import Menu, PlanState, PromptVariant, PublishingPlan
from voicegather.services.menus import publish_menu
from voicegather.services.menus.plans import carry_out_due

AsStaff = Callable[..., Client]
MAY = ("view_menu", "change_menu", "view_step", "publish_menu", "view_menuversion")
LIST = reverse("admin:voicegather_menu_changelist")


@pytest.fixture(autouse=True)
def in_chicago(settings: Any) -> Any:
    settings.TIME_ZONE = "America/Chicago"
    with time_machine.travel(datetime(2026, 3, 1, 15, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def menu(db: None) -> Menu:
    menu = load(line())
    publish_menu(menu=menu)
    PromptVariant.objects.update(text="Please press 1.")
    return menu


@pytest.fixture
def ana(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


@pytest.fixture
def ben(as_staff: AsStaff, ana: Client) -> Client:
    return as_staff(*MAY)


def url_of(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_publish", args=[menu.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def publish_form(page: Any, **fields: str) -> dict[str, str]:
    return {"sha256": page.context["sha256"], "seen": page.context["seen"], "note": "", **fields}


def later(page: Any, moment: str = "2026-03-02T18:30", **fields: str) -> dict[str, str]:
    return publish_form(page, when="later", publish_at=moment, **fields)


def act(client: Client, menu: Menu, **fields: str) -> Any:
    plan = PublishingPlan.objects.latest("pk")
    url = reverse("admin:voicegather_menu_plan", args=[menu.pk, plan.pk])
    return client.post(url, fields, follow=True)


def test_a_moment_is_one_of_the_sites_clocks(menu: Menu, ana: Client) -> None:
    page = ana.get(url_of(menu))
    told = ana.post(url_of(menu), later(page, note="Summer."), follow=True)

    plan = PublishingPlan.objects.get()
    assert plan.publish_at == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    assert "“Line” goes live on March 2, 2026, 6:30 p.m. (CST)." in text_of(told)
    assert "Goes live on March 2, 2026, 6:30 p.m. (CST)" in text_of(ana.get(url_of(menu)))
    assert "goes live on March 2, 2026" in text_of(ana.get(LIST))


@pytest.mark.parametrize(
    ("moment", "complaint"),
    [
        ("2026-03-01T08:59", "That moment has passed"),
        ("2026-03-08T02:30", "clocks go forward then, from it to 3:30 a.m."),
        ("", "Say when."),
        ("soon", "Write a date and a time"),
        ("2026-02-30T10:00", "Write a date and a time"),
        ("9999-12-31T23:59", "Choose a moment in the next years"),
        ("2026-03-02T10:00+02:00", "Write a date and a time"),
        ("\0", "Write a date and a time"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_place(
    moment: str, complaint: str, menu: Menu, ana: Client
) -> None:
    refused = ana.post(url_of(menu), later(ana.get(url_of(menu)), moment, note="Kept."))

    assert complaint in text_of(refused)
    assert "Kept.</textarea>" in text_of(refused)
    assert not PublishingPlan.objects.exists()


def test_what_was_not_published_is_told_on_list_menu_and_publish_page_until_it_was_seen(
    menu: Menu, ana: Client
) -> None:
    ana.post(url_of(menu), later(ana.get(url_of(menu))))
    PromptVariant.objects.update(text="Somebody else's words.")
    assert "The draft was changed since" in text_of(ana.get(url_of(menu)))
    carry_out_due(datetime(2026, 3, 3, 0, 30, tzinfo=UTC))

    menu_url = reverse("admin:voicegather_menu_change", args=[menu.pk])
    for url in (menu_url, url_of(menu)):
        assert "Not published as planned" in text_of(ana.get(url))
        assert "The draft was changed after this was planned" in text_of(ana.get(url))
    assert "not published as planned" in text_of(ana.get(LIST))
    act(ana, menu, act="settle")
    assert "Not published as planned" not in text_of(ana.get(menu_url))


def test_another_publisher_approves_what_they_see(menu: Menu, ana: Client, ben: Client) -> None:
    Menu.objects.update(requires_approval=True)
    ana.post(url_of(menu), publish_form(ana.get(url_of(menu)), note="Friendlier."))
    plan = PublishingPlan.objects.get()
    own, other = text_of(ana.get(url_of(menu))), text_of(ben.get(url_of(menu)))

    assert plan.state == PlanState.ASKED
    assert "nobody approves what they asked for themselves" in own
    assert 'value="approve"' not in own
    assert "Approve, and publish now" in other
    assert "Friendlier." in other
    assert "waits for approval" in text_of(ben.get(LIST))
    refused = act(ana, menu, act="approve", sha256=plan.sha256)
    assert "Nobody approves what they asked for themselves" in text_of(refused)

    done = act(ben, menu, act="approve", sha256=plan.sha256)

    assert "Approved: “Line” is live." in text_of(done)
    menu.refresh_from_db()
    assert menu.live_version is not None
    assert (menu.live_version.number, menu.live_version.author.username) == (2, "staff0")  # type: ignore[union-attr]


def test_declining_needs_a_reason_that_whoever_asked_reads(
    menu: Menu, ana: Client, ben: Client
) -> None:
    Menu.objects.update(requires_approval=True)
    ana.post(url_of(menu), publish_form(ana.get(url_of(menu))))

    assert "Say why" in text_of(act(ben, menu, act="decline", reason=" "))
    act(ben, menu, act="decline", reason="The <b>holiday</b> is missing.\0")

    page = text_of(ana.get(url_of(menu)))
    assert "staff1: The &lt;b&gt;holiday&lt;/b&gt; is missing." in page


def test_a_version_is_asked_for_and_approved_on_its_own_page(
    menu: Menu, ana: Client, ben: Client
) -> None:
    first = menu.live_version
    second = publish_menu(menu=menu)
    Menu.objects.update(requires_approval=True)
    url = reverse("admin:voicegather_menuversion_publish", args=[first.pk])  # type: ignore[union-attr]
    ana.post(url, {"live": second.pk, "note": "", "when": "now"})
    plan = PublishingPlan.objects.get()

    assert f'href="{url}"' in ben.get(url_of(menu)).content.decode()
    assert "Approve, and publish now" in text_of(ben.get(url))
    act(ben, menu, act="approve", sha256=plan.sha256)

    menu.refresh_from_db()
    assert menu.live_version == first


def test_the_second_person_is_switched_off_by_who_may_waive_it_only(
    menu: Menu, ana: Client, as_staff: AsStaff
) -> None:
    Menu.objects.update(requires_approval=True)
    url = reverse("admin:voicegather_menu_change", args=[menu.pk])
    form = filled(ana.get(url), "menu_form")
    form.pop("requires_approval", None)

    assert ana.post(url, form).status_code == 302
    menu.refresh_from_db()
    assert menu.requires_approval is True
    waiver = as_staff(*MAY, "waive_approval")
    form = filled(waiver.get(url), "menu_form")
    form.pop("requires_approval")
    waiver.post(url, form)
    menu.refresh_from_db()
    assert menu.requires_approval is False


def test_plans_of_other_teams_are_nobodys_here(menu: Menu, ana: Client, ben: Client) -> None:
    ana.post(url_of(menu), later(ana.get(url_of(menu))))
    Menu.objects.update(team=Group.objects.create(name="theirs"))

    assert act(ben, menu, act="cancel").status_code == 404
    assert PublishingPlan.objects.get().state == PlanState.PLANNED


@pytest.mark.parametrize("permissions", [("view_menu",), ("view_menu", "change_menu")])
def test_who_may_not_publish_decides_nothing(
    permissions: tuple[str, ...], menu: Menu, ana: Client, as_staff: AsStaff
) -> None:
    ana.post(url_of(menu), later(ana.get(url_of(menu))))
    client = as_staff(*permissions)

    assert act(client, menu, act="cancel").status_code == 403
    url = reverse("admin:voicegather_menu_plan", args=[menu.pk, PublishingPlan.objects.get().pk])
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("moment", ["2026-03-02T18:30", "soon"])
def test_who_wrote_a_time_is_asked_before_callers_hear_it_now(
    menu: Menu, ana: Client, moment: str
) -> None:
    form = publish_form(ana.get(url_of(menu)), when="now", publish_at=moment, note="Summer.")

    page = ana.post(url_of(menu), form)

    assert "Choose “At” as well, or empty the time." in text_of(page)
    assert "Summer." in text_of(page)
    assert moment in text_of(page)
    assert Menu.objects.get().live_version.number == 1  # type: ignore[union-attr]
    assert not PublishingPlan.objects.exists()


def test_the_list_of_plans_takes_the_same_queries_for_many(
    menu: Menu, as_staff: AsStaff, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        other = load(line(menu=f"line{number}"))
        PublishingPlan.objects.create(
            menu=other,
            sha256="0" * 64,
            state=PlanState.PLANNED,
            publish_at=datetime(2026, 3, 5, tzinfo=UTC) + timedelta(days=number),
        )
    client = as_staff("view_publishingplan")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("admin:voicegather_publishingplan_changelist"))
    assert page.context["cl"].result_count == 5
