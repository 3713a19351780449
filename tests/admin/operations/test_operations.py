"""Who sees what of the overview and of incidents, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_call, make_menu
from voicegather.models import (
    AlertDelivery,
    AlertMute,
    CallEvent,
    Incident,
    JobFailure,
    Menu,
    PhoneNumber,
)
from voicegather.services import moments

AsStaff = Callable[..., Client]
OVERVIEW, NOW = "admin:voicegather_overview", "admin:voicegather_overview_now"
MAY_SEE = ("view_call", "view_callevent", "view_callcommand", "view_incident")

pytestmark = pytest.mark.django_db


def incident(**fields: object) -> Incident:
    moment = moments.now()
    defaults = {"kind": "menu_fails", "opened_at": moment, "last_seen_at": moment}
    return Incident.objects.create(**defaults | fields)


def dead(number: int, **fields: object) -> CallEvent:
    moment = moments.now()
    row = {"external_id": str(number), "event_type": "call.hangup", "status": "dead"}
    return CallEvent.objects.create(
        source="telnyx", occurred_at=moment, received_at=moment, **row, **fields
    )


def of_team(name: str) -> Menu:
    return make_menu(name, team=Group.objects.create(name=name))


def act(client: Client, verb: str, row: Incident, **fields: str) -> int:
    url = reverse(f"admin:voicegather_incident_{verb}", args=[row.pk])
    return client.post(url, fields).status_code


def test_each_sees_the_part_that_their_permissions_allow(as_staff: AsStaff) -> None:
    incident(label="Clinic")
    assert as_staff("view_menu").get(reverse(OVERVIEW)).status_code == 403
    assert as_staff("view_menu").get(reverse(NOW)).status_code == 403
    calls = as_staff("view_call").get(reverse(OVERVIEW)).content.decode()
    assert "Calls today" in calls
    assert "Clinic" not in calls
    assert "Dead events" not in calls
    events = as_staff("view_callevent").get(reverse(OVERVIEW)).content.decode()
    assert "None: every event was worked on." in events
    assert "Calls today" not in events
    index = reverse("admin:app_list", args=["voicegather"])
    assert "1 incident is open" in as_staff("view_incident").get(index).content.decode()
    assert "Overview" not in as_staff("view_menu").get(index).content.decode()


def test_what_belongs_to_another_team_is_not_shown_nor_counted(as_staff: AsStaff) -> None:
    menu = of_team("theirs")
    number = PhoneNumber.objects.create(number="+13125550100", name="Desk", team=menu.team)
    make_call(menu=menu, started_at=moments.now() - timedelta(seconds=1), phase="running")
    dead(1, call=make_call(menu=menu))
    hidden = [
        incident(label="Theirs", menu=menu, subject="1"),
        incident(label="Desk", number=number, subject="2"),
        incident(label="Gone", team=menu.team, subject="3"),
    ]
    AlertMute.objects.create(
        kind="menu_fails", label="Theirs", until=moments.now(), incident=hidden[0]
    )
    client = as_staff(*MAY_SEE, "acknowledge_incident", "view_alertmute")
    shown = client.get(reverse(NOW)).json()
    assert "<dd>1</dd>" not in shown["figures"]
    for page in (reverse(OVERVIEW), reverse("admin:voicegather_incident_changelist")):
        text = client.get(page).content.decode()
        assert not [row.label for row in hidden if row.label in text]
    mutes = client.get(reverse("admin:voicegather_alertmute_changelist")).content.decode()
    assert "Theirs" not in mutes
    assert {act(client, "acknowledge", row) for row in hidden} == {404}
    assert not Incident.objects.exclude(acknowledged_at=None).exists()

    member = User.objects.get(username="staff0")
    member.groups.add(menu.team)
    assert "Theirs" in client.get(reverse(OVERVIEW)).content.decode()


def test_acting_takes_the_permission_and_a_post(as_staff: AsStaff) -> None:
    row = incident()
    looker = as_staff("view_incident")
    for verb in ("acknowledge", "mute", "unmute"):
        assert act(looker, verb, row) == 403
        url = reverse(f"admin:voicegather_incident_{verb}", args=[row.pk])
        assert as_staff("view_incident", "acknowledge_incident").get(url).status_code == 405
    test = reverse("admin:voicegather_incident_test")
    assert looker.post(test).status_code == 403
    requeue = reverse("admin:voicegather_callevent_requeue")
    assert as_staff("view_callevent").post(requeue, {"all": "1"}).status_code == 403
    missing = reverse("admin:voicegather_incident_mute", args=[4711])
    assert as_staff("view_incident", "acknowledge_incident").post(missing).status_code == 404


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("acknowledge", {"note": "x" * 2001}),
        ("acknowledge", {"note": "a\0b"}),
        ("mute", {}),
        ("mute", {"hours": "9999999", "reach": "subject"}),
        ("mute", {"hours": "4", "reach": "subject", "reason": "y" * 501}),
    ],
)
def test_what_cannot_be_kept_changes_nothing_and_says_so(
    as_staff: AsStaff, verb: str, fields: dict[str, str]
) -> None:
    row = incident()
    client = as_staff("view_incident", "acknowledge_incident")
    url = reverse(f"admin:voicegather_incident_{verb}", args=[row.pk])
    page = client.post(url, fields, follow=True)
    assert 'class="error"' in page.content.decode()
    row.refresh_from_db()
    assert (row.acknowledged_at, AlertMute.objects.count()) == (None, 0)


def test_a_kind_is_muted_and_told_of_again(as_staff: AsStaff) -> None:
    row, other = incident(subject="1"), incident(subject="2")
    client = as_staff("view_incident", "acknowledge_incident")
    act(client, "mute", row, hours="24", reach="kind", reason="We move.")
    page = reverse("admin:voicegather_incident_change", args=[other.pk])
    assert "We move." in client.get(page).content.decode()
    act(client, "unmute", other)
    assert "We move." not in client.get(page).content.decode()


def test_a_message_is_sent_again_and_a_test_says_where_it_cannot_go(as_staff: AsStaff) -> None:
    client = as_staff("view_incident", "view_alertdelivery", "acknowledge_incident")
    test = client.post(reverse("admin:voicegather_incident_test"), follow=True)
    assert "Alerts are sent nowhere" in test.content.decode()
    sent = AlertDelivery.objects.create(channel="email", news="test", state="done")
    again = reverse("admin:voicegather_alertdelivery_again", args=[sent.pk])
    assert "It is sent once more." in client.post(again, follow=True).content.decode()
    assert as_staff("view_alertdelivery").post(again).status_code == 403


def test_the_action_of_the_list_requeues_what_is_dead_alone(as_staff: AsStaff) -> None:
    rows = [dead(1), dead(2)]
    CallEvent.objects.filter(pk=rows[1].pk).update(status="ignored")
    url = reverse("admin:voicegather_callevent_changelist")
    chosen = {"action": "requeue_chosen", "_selected_action": [row.pk for row in rows]}
    as_staff("view_callevent").post(url, chosen)
    rows[0].refresh_from_db()
    assert rows[0].status == "dead"
    as_staff("view_callevent", "requeue_callevent").post(url, chosen)
    assert not CallEvent.objects.filter(status="dead").exists()
    assert CallEvent.objects.filter(status="ignored").count() == 1


def test_odd_ids_are_requeued_by_nobody(as_staff: AsStaff) -> None:
    client = as_staff(*MAY_SEE, "requeue_callevent")
    url = reverse("admin:voicegather_callevent_requeue")
    posted = {"event": ["x", "9" * 30, "-1", "²", "\0"]}
    assert "Nothing was requeued" in client.post(url, posted, follow=True).content.decode()


def test_why_a_job_failed_is_told_to_who_sees_the_job(as_staff: AsStaff) -> None:
    JobFailure.objects.create(kind="export", job=1, failure="The disk is full.", at=moments.now())
    text = as_staff("view_incident").get(reverse(OVERVIEW)).content.decode()
    assert "Exports" in text
    assert "The disk is full." not in text


def test_the_overview_takes_few_queries_whatever_is_stored(admin_client: Client) -> None:
    def queries(name: str) -> int:
        admin_client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(reverse(name)).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        menu = make_menu(f"menu{number}")
        dead(number, call=make_call(menu=menu, started_at=moments.now()))
        incident(subject=str(number), menu=menu)
        JobFailure.objects.create(kind="export", job=number, at=moments.now())

    fill(1)
    few = queries(OVERVIEW), queries(NOW)
    for number in range(2, 12):
        fill(number)
    assert (queries(OVERVIEW), queries(NOW)) == few
    assert max(few) <= 20
