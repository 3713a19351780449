"""docs/telnyx-coverage.md says where each parameter and field of Telnyx is, and this holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from tests.line import connect, feed, publish_by_hand, ring
from tests.simulator import openapi
from voicegather.models import CallEvent, CallLeg
from voicegather.provider.inbox import SPOKEN_FIELDS
from voicegather.simulator.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "telnyx-coverage.md"
OUR_COMMANDS = (
    *("gather", "gather_using_speak", "gather_using_audio", "gather_using_ai", "gather_stop"),
    *("ai_assistant_start", "ai_assistant_add_messages", "ai_assistant_stop"),
    *("record_start", "record_stop", "record_pause", "record_resume"),
)
OUR_WEBHOOKS = (
    *("call.gather.ended", "call.ai_gather.ended", "call.ai_gather.message_history_updated"),
    *("call.ai_gather.partial_results", "call.conversation.ended", "call.playback.started"),
    *("call.playback.ended", "call.dtmf.received", "call.recording.saved"),
    *("call.recording.error", "call.recording.transcription.saved"),
)


class Row(NamedTuple):
    section: str
    name: str
    where: str
    test: str


def rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            section = line.strip("# `")
        elif line.startswith("| `"):
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            yield Row(section, *cells)


def names_in(section: str) -> set[str]:
    return {row.name for row in rows() if row.section == section}


@pytest.mark.parametrize("command", OUR_COMMANDS)
def test_every_parameter_of_a_command_is_in_the_table(command: str):
    assert names_in(command) == set(COMMANDS[command].table)


@pytest.mark.parametrize("event_type", OUR_WEBHOOKS)
def test_every_webhook_is_in_the_table(event_type: str):
    assert names_in(event_type)


@pytest.mark.skipif(openapi.document_path() is None, reason="Telnyx's own document is not here")
@pytest.mark.parametrize("event_type", OUR_WEBHOOKS)
def test_every_field_of_a_webhook_is_in_the_table(event_type: str):
    body = openapi.flatten(openapi.event_schemas()[event_type])[0]
    data = openapi.flatten(body["data"])[0]

    assert set(openapi.flatten(data["payload"])[0]) <= names_in(event_type)


def test_no_cell_is_empty_and_every_test_exists():
    found = list(rows())

    assert len(found) > 100
    for row in found:
        assert row.where, row
        path, _, name = row.test.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), row


def told(event_type: str) -> dict[str, Any]:
    """A value for each field of the webhook, to be found again."""
    return {
        name: f"{name} of Telnyx"
        for name in names_in(event_type)
        if name not in SPOKEN_FIELDS | {"call_control_id", "client_state", "created_at"}
    }


@pytest.mark.django_db
@pytest.mark.parametrize("event_type", OUR_WEBHOOKS)
def test_the_events_page_shows_what_came(
    event_type: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch
):
    connect(monkeypatch)
    publish_by_hand()
    ring("v3:a")
    feed("v3:a", event_type, **told(event_type))
    event = CallEvent.objects.get(event_type=event_type)

    page = admin_client.get(reverse("admin:voicegather_callevent_change", args=[event.pk]))

    for value in told(event_type).values():
        assert value in page.content.decode()


@pytest.mark.django_db
def test_the_legs_page_shows_its_ids(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    connect(monkeypatch)
    publish_by_hand()
    feed(
        "v3:a",
        "call.initiated",
        direction="incoming",
        to="+13125550100",
        call_leg_id="leg-1",
        call_session_id="session-1",
        **{"from": "+13125550111"},
    )
    leg = CallLeg.objects.get(call_control_id="v3:a")

    page = admin_client.get(reverse("admin:voicegather_callleg_change", args=[leg.pk]))

    for value in ("v3:a", "leg-1", "session-1"):
        assert value in page.content.decode()
