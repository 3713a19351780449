"""Every model's pages: they open, whatever the address says, in a fixed number of queries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_conversation,
    make_menu,
    make_result,
    make_turn,
    make_version,
    make_visit,
)
from voicegather.models import (
    AccessRequest,
    AlertDelivery,
    AlertMute,
    AudioFile,
    Calendar,
    CalendarSwitch,
    CallCommand,
    CallEvent,
    CallLeg,
    Choice,
    Consent,
    CountedDay,
    Disclosure,
    Diversion,
    Erasure,
    EventRequeue,
    Export,
    ExportColumn,
    ExportPart,
    ExportProfile,
    ExportSchedule,
    HourCounts,
    Incident,
    JobFailure,
    KeyRotation,
    Lease,
    LegalHold,
    MediaUpload,
    Menu,
    MenuDay,
    MenuTest,
    PhoneNumber,
    Prompt,
    PromptReplacement,
    PromptVariant,
    PublishingPlan,
    Recording,
    Replay,
    ResultReview,
    RetentionRule,
    RetentionRun,
    ReviewBatch,
    ReviewClaim,
    Rollup,
    Step,
    StepDay,
    Tally,
    TelnyxDeletion,
    TrialCall,
)
from voicegather.sealing import seal
from voicegather.selectors.collected.packing import packed

#: What is on another's page alone: a menu's, a prompt's, a profile's, an export's, the overview.
ELSEWHERE = (
    TrialCall,
    AudioFile,
    ExportColumn,
    ExportPart,
    ReviewClaim,
    TelnyxDeletion,
    KeyRotation,
    JobFailure,
    Tally,
    Rollup,
    HourCounts,
    CountedDay,
    MenuDay,
    StepDay,
)
MODELS = [
    model for model in apps.get_app_config("voicegather").get_models() if model not in ELSEWHERE
]
#: What staff ask for by a form, and the app alone writes from there on.
ASKED_FOR_BY_A_FORM = ("accessrequest", "erasure", "export", "keyrotation")
READ_ONLY = (
    "accessrequest",
    "alertdelivery",
    "alertmute",
    "calendarswitch",
    "call",
    "callcommand",
    "callevent",
    "callleg",
    "consent",
    "conversation",
    "erasure",
    "disclosure",
    "export",
    "eventrequeue",
    "gatherattempt",
    "gatherresult",
    "incident",
    "keyrotation",
    "lease",
    "legalhold",
    "mediaupload",
    "menuversion",
    "promptreplacement",
    "recording",
    "resultreview",
    "reviewbatch",
    "retentionrule",
    "retentionrun",
    "stepvisit",
    "turn",
)
ODD_QUERIES = [
    "q=%00",
    "q=" + "9" * 5000,
    "q=%25_%27%22%5C",
    "q=+13125550101",
    "id__in=" + "9" * 30,
    "id__in=x",
    "id__exact=" + "9" * 30,
    "pk=%00",
    "id__gte=-1e99",
    "p=0",
    "p=" + "9" * 30,
    "p=x",
    "o=99.-x.",
    "all=",
    "e=1",
    "_facets=True",
    "nonsense=1",
    "id__nonsense=1",
    "id__isnull=2",
    "menu__id__exact=" + "9" * 30,
    "started_at__gte=yesterday",
    "received_at__gte=%00",
    "started_at__year=" + "9" * 30,
    "status__exact=%00",
    "outcome__exact=%ED%A0%BD",
    "step_key=%00",
    "step_key=" + "x" * 3000,
    "name__regex=(",
    "key__iregex=(",
    "outcome__regex=(",
    "config__regex=(",
]


def fill(number: int) -> None:
    """One row or more of every model."""
    menu = make_menu(f"menu{number}")
    version = make_version(menu, {"account": {}})
    first = Step.objects.create(menu=menu, key="account", kind="gather", is_entry=True)
    Choice.objects.create(menu=menu, step=first, match="any", target=first)
    Choice.objects.create(menu=menu, match="digits", value="0", target=first)
    MenuTest.objects.create(menu=menu, name="Account", script={}, expectations={})
    prompt = Prompt.objects.create(key=f"prompt{number}")
    spoken = PromptVariant.objects.create(prompt=prompt, language="en-US", text="Hello")
    row = {"variant": spoken.pk, "prompt": prompt.key, "language": "en-US"}
    PromptReplacement.objects.create(find="Hi", rows=[{**row, "before": "Hi", "after": "Hello"}])
    audio = AudioFile.objects.create(
        name=f"voicegather/prompts/{number:064x}.wav",
        sha256=f"{number:064x}",
        format="wav",
        size=32_044,
        duration_ms=2_000,
        sample_rate=8_000,
        channels=1,
        bits=16,
    )
    PromptVariant.objects.create(
        prompt=prompt, language="es-US", kind="audio", audio_file=audio.name, duration_ms=2_000
    )
    MediaUpload.objects.create(
        audio=audio, connection="default", state="failed", failure="Telnyx had trouble."
    )
    PhoneNumber.objects.create(number=f"+1312555{100 + number:04d}", menu=menu)
    calendar = Calendar.objects.create(key=f"calendar{number}")
    CalendarSwitch.objects.create(calendar=calendar, exit="closed", reason="Flood", since=STARTED)
    call = make_call(version=version, started_at=STARTED + timedelta(minutes=number))
    CallLeg.objects.create(call=call, call_control_id=f"leg{number}", role="caller")
    visit = make_visit(call)
    make_attempt(visit, "123456")
    result = make_result(visit, "123456")
    ResultReview.objects.create(result=result, decision="accepted")
    batch = ReviewBatch.objects.create(act="accept", state="done", chosen=packed([result.pk]))
    ResultReview.objects.create(result=make_result(visit, "1", field="more"), batch=batch)
    CallEvent.objects.create(
        source="telnyx",
        external_id=f"event{number}",
        event_type="call.initiated",
        occurred_at=STARTED,
        received_at=STARTED,
        call=call,
    )
    CallCommand.objects.create(
        call=call,
        seq=1,
        command_id=uuid4(),
        action="answer",
        sealed_params=seal({}),
        created_at=STARTED,
    )
    make_turn(make_conversation(visit), "Hello")
    Consent.objects.create(
        call=call,
        visit=visit,
        prompt="may_we",
        words="May a machine listen?",
        given=True,
        answered_at=STARTED,
    )
    Recording.objects.create(
        call=call,
        visit=visit,
        seq=2,
        state="done",
        file=f"voicegather/recordings/{number}.mp3",
        milliseconds=7_000,
        sealed_transcript=seal("Hello"),
    )
    PublishingPlan.objects.create(menu=menu, sha256=f"{number:064x}", state="done")
    Diversion.objects.create(
        menu=menu, reason="Fire.", started_at=STARTED, ended_at=STARTED + timedelta(hours=1)
    )
    Disclosure.objects.create(
        username="owner",
        kind="value",
        way="admin",
        reason="Ticket 4711",
        model="gatherresult",
        object_id=result.pk,
        label=str(result),
        call=call,
        menu=menu,
    )
    KeyRotation.objects.create(key="0a1b2c3d", state="done", resealed=number)
    Export.objects.create(shape="long", format="csv")
    profile = ExportProfile.objects.create(name="Answers", shape="long")
    ExportColumn.objects.create(profile=profile, key="digits")
    owner, _made = get_user_model().objects.get_or_create(username="owner")
    ExportSchedule.objects.create(
        name="Nightly", owner=owner, at="06:00", shape="long", format="csv", profile=profile
    )
    parting = {"step": "account", "old_exit": "1", "old_next": "", "new_exit": "", "new_next": ""}
    group = {**parting, "news": "caller", "count": 1, "elsewhere": 0, "examples": [call.pk]}
    Replay.objects.create(
        menu=menu, document={}, sha256="0" * 64, state="done", asking=1, groups=[group]
    )
    Lease.objects.create(name=f"lease{number}", until=STARTED)
    LegalHold.objects.create(call=call, reason="A complaint")
    RetentionRule.objects.get_or_create(data_class="webhooks", days=30)
    RetentionRun.objects.create(state="done", counts={"webhooks": {"rows": number}})
    asked = {"state": "done", "reason": "A letter", "subject_hash": f"{number:064x}"}
    erasure = Erasure.objects.create(scope="caller", asked_by="owner", **asked)
    TelnyxDeletion.objects.create(
        erasure=erasure, connection="default", what="recording", external_id="recording"
    )
    AccessRequest.objects.create(owner=owner, **asked)
    fill_operations(number, menu)


def fill_operations(number: int, menu: Menu) -> None:
    """Something that is wrong, who was told, and what failed."""
    incident = Incident.objects.create(
        kind="menu_fails",
        subject=str(menu.pk),
        label=menu.name,
        menu=menu,
        details={"failed": 3, "calls": 12, "minutes": 30},
        opened_at=STARTED,
        last_seen_at=STARTED,
    )
    Incident.objects.create(
        kind=incident.kind,
        subject=incident.subject,
        label=incident.label,
        opened_at=STARTED - timedelta(days=number),
        last_seen_at=STARTED,
        closed_at=STARTED,
    )
    AlertMute.objects.create(
        kind="events_dead", until=STARTED + timedelta(days=9999), incident=incident
    )
    delivery = AlertDelivery.objects.create(
        channel="email", news="opened", shown_target="ops@example.com", state="failed"
    )
    delivery.incidents.add(incident)
    JobFailure.objects.create(kind="export", job=number, failure="Full.", at=STARTED)
    EventRequeue.objects.create(last_event=number, state="done")


def changelist(model: type[Model]) -> str:
    return reverse(f"admin:voicegather_{model._meta.model_name}_changelist")


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_is_registered() -> None:
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_the_same_queries_however_many_rows_it_shows(
    model: type[Model], admin_client: Client
) -> None:
    def queries() -> int:
        """Of a page that was opened before: what is remembered of its rows is known then."""
        admin_client.get(changelist(model))
        return queries_of(admin_client, changelist(model))

    fill(1)
    few = queries()
    for number in range(2, 8):
        fill(number)

    assert queries() == few


@pytest.mark.parametrize("model", MODELS)
def test_the_page_of_a_row_opens(model: type[Model], admin_client: Client) -> None:
    fill(1)
    row = model._default_manager.first()
    assert row is not None

    url = reverse(f"admin:voicegather_{model._meta.model_name}_change", args=[row.pk])

    assert admin_client.get(url).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_list_opens(model: type[Model], admin_client: Client) -> None:
    assert admin_client.get(changelist(model)).status_code == 200


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_app_writes_itself_can_be_read_only(name: str, admin_client: Client) -> None:
    fill(1)
    row = apps.get_model("voicegather", name)._default_manager.first()
    change = reverse(f"admin:voicegather_{name}_change", args=[row.pk])

    if name not in ASKED_FOR_BY_A_FORM:
        assert admin_client.get(reverse(f"admin:voicegather_{name}_add")).status_code == 403
    assert admin_client.post(change, {}).status_code == 403
    if name not in ("call", "recording"):
        delete = reverse(f"admin:voicegather_{name}_delete", args=[row.pk])
        assert admin_client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("query", ODD_QUERIES)
@pytest.mark.parametrize("name", ["call", "gatherresult", "callevent", "menu", "step"])
def test_no_query_string_breaks_a_list(name: str, query: str, admin_client: Client) -> None:
    fill(1)
    url = reverse(f"admin:voicegather_{name}_changelist")

    response = admin_client.get(f"{url}?{query}", follow=True)

    # 400 is Django's answer to lookups that it does not allow.
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("key", ["9" * 30, "-1", "x", "%00", "_3D_22"])
@pytest.mark.parametrize("name", ["call", "menu"])
def test_an_unknown_row_leads_back_with_a_message(
    name: str, key: str, admin_client: Client
) -> None:
    response = admin_client.get(f"/admin/voicegather/{name}/{key}/change/", follow=True)

    assert response.status_code == 200
    assert "doesn’t exist" in response.content.decode()


def test_an_odd_selection_is_refused_with_a_message(admin_client: Client) -> None:
    fill(1)
    chosen = {"action": "export_long", "_selected_action": ["9" * 30, "x"]}

    response = admin_client.post(reverse("admin:voicegather_call_changelist"), chosen, follow=True)

    assert "Nothing like this can be selected." in response.content.decode()


@pytest.mark.parametrize("term", ["%00", "x" * 3000, "%25"])
def test_no_term_breaks_autocompletion(term: str, admin_client: Client) -> None:
    fill(1)
    asked = "app_label=voicegather&model_name=phonenumber&field_name=menu"

    response = admin_client.get(f"/admin/autocomplete/?{asked}&term={term}")

    assert response.json() == {"results": [], "pagination": {"more": False}}


def test_names_are_escaped(admin_client: Client) -> None:
    menu = make_menu(name="<script>alert(1)</script>")
    version = make_version(menu, {"<i>": {}})
    make_result(make_visit(make_call(version=version, caller="<b>x</b>")), "<u>1</u>")

    for model in ("menu", "call", "gatherresult", "menuversion", "stepvisit"):
        page = admin_client.get(reverse(f"admin:voicegather_{model}_changelist")).content.decode()
        assert "<script>alert" not in page
        assert "<b>x" not in page
        assert "<u>1" not in page


def test_the_admin_does_not_load_the_telnyx_sdk() -> None:
    program = (
        "import django, sys; django.setup(); import voicegather.admin;"
        "sys.exit('telnyx' in sys.modules)"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False)

    assert finished.returncode == 0


def test_who_may_not_view_sees_nothing(as_staff: Callable[..., Client]) -> None:
    client = as_staff("view_menu")

    assert client.get(reverse("admin:voicegather_menu_changelist")).status_code == 200
    assert client.get(reverse("admin:voicegather_call_changelist")).status_code == 403


def test_no_page_shows_what_is_sealed(admin_client: Client) -> None:
    call = make_call()
    visit = make_visit(call, "pin")
    attempt = make_attempt(visit, "4711")
    result = make_result(
        visit, "", sensitivity="secret", sealed=seal({"raw": "4711", "value": "4711"})
    )
    pages: list[Any] = [call, visit, attempt, result]

    for row in pages:
        name = row._meta.model_name
        for url in (
            reverse(f"admin:voicegather_{name}_changelist"),
            reverse(f"admin:voicegather_{name}_change", args=[row.pk]),
        ):
            page = admin_client.get(url).content.decode()
            assert "4711" not in page
            assert "sealed" not in page


def test_the_index_lists_what_people_look_for_and_no_parts(admin_client: Client) -> None:
    fill(1)

    page = admin_client.get(reverse("admin:app_list", args=["voicegather"])).content.decode()

    assert reverse("admin:voicegather_menu_changelist") in page
    for part in ("choice", "promptvariant", "lease", "callleg", "turn", "menutest"):
        assert reverse(f"admin:voicegather_{part}_changelist") not in page
        assert admin_client.get(changelist(apps.get_model("voicegather", part))).status_code == 200
