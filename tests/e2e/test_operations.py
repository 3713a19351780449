"""Whoever is woken looks at the overview, requeues what is dead, and says that they are on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs, picture
from tests.factories import make_call, make_menu, make_version
from voicegather.models import (
    CallCommand,
    CallEvent,
    EventStatus,
    Incident,
    JobFailure,
    Lease,
)
from voicegather.sealing import seal
from voicegather.services import moments

MAY = (
    "view_incident",
    "acknowledge_incident",
    "view_call",
    "view_callevent",
    "view_callcommand",
    "requeue_callevent",
    "view_alertdelivery",
)


@pytest.fixture
def trouble(transactional_db: None) -> Incident:
    """A busy day on which something went wrong."""
    now = moments.now()
    menu = make_menu("clinic", name="Clinic")
    version = make_version(menu, {"account": {}})
    for minutes in range(40):
        outcome = "failed" if minutes % 9 == 0 else "completed"
        begun = {"started_at": now - timedelta(minutes=minutes), "version": version}
        make_call(**begun, phase="ended", outcome=outcome, ended_at=now)
        begun["started_at"] -= timedelta(weeks=1)
        make_call(**begun, phase="ended", outcome="completed", ended_at=now - timedelta(weeks=1))
    call = make_call(started_at=now, version=version, phase="running")
    for number in range(12):
        CallEvent.objects.create(
            source="telnyx",
            external_id=f"dead{number}",
            event_type="call.gather.ended",
            occurred_at=now,
            received_at=now - timedelta(minutes=number),
            call=call if number < 4 else None,
            status="dead",
            error="Traceback:\n  engine/advance.py:40\nKeyError: see the log\n",
        )
    CallCommand.objects.create(
        call=call,
        seq=1,
        command_id=uuid4(),
        action="gather_using_speak",
        sealed_params=seal({}),
        created_at=now,
        status="failed",
        http_status=422,
        code="10015",
        detail="Invalid value for voice",
    )
    JobFailure.objects.create(kind="export", job=1, failure="The storage is full.", at=now)
    Lease.objects.create(name="clock", owner="web-1:41", until=now + timedelta(minutes=5))
    seen = {"opened_at": now - timedelta(minutes=9), "last_seen_at": now}
    Incident.objects.create(kind="events_dead", details={"events": 12, "more": False}, **seen)
    return Incident.objects.create(
        kind="menu_fails",
        subject=str(menu.pk),
        label="Clinic",
        menu=menu,
        details={"failed": 5, "calls": 40, "minutes": 30},
        **seen,
    )


@pytest.mark.parametrize("width", [420, 1280])
def test_trouble_is_looked_at_and_taken_care_of(
    trouble: Incident, open_as: OpenAs, width: int
) -> None:
    index = reverse("admin:app_list", args=["voicegather"])
    page = open_as(index, *MAY, viewport={"width": width, "height": 860})
    expect(page.locator(".vg-banner")).to_contain_text("2 incidents are open")
    picture(page, f"operations-index-{width}")
    page.get_by_role("link", name="Overview").click()
    figures: Any = page.locator("#overview-figures")
    expect(figures).to_contain_text("Live calls")
    picture(page, f"overview-{width}")
    page.emulate_media(color_scheme="dark")
    picture(page, f"overview-dark-{width}")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name="Requeue call.gather.ended").first.press("Enter")
    expect(page.get_by_text("1 event is worked on again.")).to_be_visible()
    page.get_by_role("button", name="Requeue all").press("Enter")
    expect(page.get_by_text("11 events are worked on again.")).to_be_visible()
    expect(page.get_by_text("None: every event was worked on.")).to_be_visible()
    assert not CallEvent.objects.filter(status=EventStatus.DEAD).exists()

    page.get_by_role("link", name="Calls to a menu fail: Clinic").click()
    expect(page.get_by_text("5 of 40 calls of the last 30 minutes failed.")).to_be_visible()
    picture(page, f"incident-{width}")
    page.emulate_media(color_scheme="dark")
    picture(page, f"incident-dark-{width}")
    page.emulate_media(color_scheme="light")
    page.get_by_label("Note").fill("I am calling Telnyx.")
    page.get_by_role("button", name="Acknowledge").press("Enter")
    expect(page.get_by_text("I am calling Telnyx.").first).to_be_visible()
    page.get_by_role("button", name="Mute").press("Enter")
    expect(page.get_by_text("nobody is told.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    trouble.refresh_from_db()
    assert trouble.note == "I am calling Telnyx."
    page.get_by_role("link", name="Incidents").first.click()
    picture(page, f"incidents-{width}")


def test_the_overview_follows_by_itself(trouble: Incident, open_as: OpenAs) -> None:
    page = open_as(reverse("admin:voicegather_overview"), *MAY)
    expect(page.locator("#overview-lists")).to_contain_text("Clinic")
    Incident.objects.update(closed_at=moments.now())
    # What coming back to the page does, and every ten seconds by itself.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("None: nothing is known to be wrong.")).to_be_visible()
