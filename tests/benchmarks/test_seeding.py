"""The calls that benchmarks store by the million are such as the app itself leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import seeding
from benchmarks.caller import Caller, asks_for_the_balance, work_on
from project.samples import load_samples
from tests.line import call_of, connect
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CallLeg,
    EventStatus,
    GatherAttempt,
    GatherResult,
    StepVisit,
)
from voicegather.services.clock import Clock, Tick

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
CONSTRAINTS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"


@pytest.fixture(autouse=True)
def seeded(monkeypatch):
    """Sixty calls, six of them open; returns how many rows each table was said to have."""
    connect(monkeypatch)
    monkeypatch.setattr(seeding, "OPEN", 10)
    load_samples()
    return seeding.seed(60)


def rows_of(query: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_there_are_as_many_calls_as_were_asked_for_and_all_rows_are_told(seeded):
    models = (Call, CallLeg, CallEvent, CallCommand, StepVisit, GatherAttempt, GatherResult)
    assert Call.objects.count() == 60
    assert seeded == {model._meta.db_table: model.objects.count() for model in models}
    assert min(seeded.values()) > 0


def test_seeding_again_replaces_them():
    seeding.seed(20)
    assert Call.objects.count() == 20
    assert Call.objects.latest("pk").pk == 20


def test_what_belongs_to_a_call_names_that_call():
    for call in Call.objects.all():
        legs = set(call.legs.values_list("call_control_id", flat=True))
        assert set(call.events.values_list("call_control_id", flat=True)) <= legs
        commands = {str(each) for each in call.commands.values_list("command_id", flat=True)}
        outcomes = call.events.filter(source="command").values_list("external_id", flat=True)
        assert set(outcomes) <= commands
        assert len(outcomes) == call.commands.filter(status="accepted").count()
    assert not GatherResult.objects.exclude(visit__call=F("call")).exists()


def test_they_are_spread_over_the_year_in_order():
    started = list(Call.objects.order_by("pk").values_list("started_at", flat=True))
    assert started == sorted(started)
    year = timezone.now() - timedelta(days=365)
    assert started[0] - year < timedelta(days=1)
    assert started[-1] - started[0] == pytest.approx(
        timedelta(days=365) * 59 / 60, abs=timedelta(days=1)
    )


def test_the_newest_are_open_and_nothing_is_left_for_the_clock():
    assert list(Call.objects.order_by("-pk").values_list("phase", flat=True)[:7]) == [
        *["running"] * 6,
        "ended",
    ]
    waiting = CallEvent.objects.filter(status__in=(EventStatus.PENDING, EventStatus.NOTED))
    assert not waiting.exists()
    assert Clock().tick() == Tick(0, 0, 0, 0)


def test_indexes_and_constraints_are_as_they_were():
    before = rows_of(INDEXES), rows_of(CONSTRAINTS)
    seeding.seed(20)
    assert (rows_of(INDEXES), rows_of(CONSTRAINTS)) == before


def test_the_admin_shows_a_seeded_call():
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("staff"))
    call = Call.objects.filter(results__outcome="hangup").earliest("pk")
    page = client.get(reverse("admin:voicegather_call_change", args=[call.pk]))
    assert page.status_code == 200
    assert call.legs.get().call_control_id in page.content.decode()


def test_new_calls_go_on_beside_them():
    caller = Caller(work_on, number="+13125550111")
    asks_for_the_balance(caller, account="7654321")
    call = call_of(caller.leg)
    assert call.pk == 61
    assert call.outcome == "caller_hung_up"
    assert call.results.get(step_key="account").value == "7654321"
