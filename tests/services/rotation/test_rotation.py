"""After a rotation the newest key alone opens everything, whatever happened meanwhile."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import BinaryField

from tests.factories import (
    make_attempt,
    make_call,
    make_conversation,
    make_result,
    make_turn,
    make_visit,
)
from voicegather.models import Call, CallEvent, GatherAttempt, GatherResult, KeyRotation, Turn
from voicegather.sealing import key_names, seal, unseal
from voicegather.services.jobs import run_job
from voicegather.services.rotation import columns, prepare_rotation, running, sealed_columns

pytestmark = pytest.mark.django_db
Keys = Callable[..., None]
#: Binary columns that hold nothing sealed: digests, and lists of ids.
OPEN = {
    "turn.digest",
    "export.chosen_calls",
    "export.chosen_results",
    "reviewbatch.chosen",
    "hourcounts.counted_calls",
    "erasure.calls",
}


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


OLD, NEW = new_key(), new_key()


@pytest.fixture
def keys(settings: Any) -> Keys:
    def use(*keys: str) -> None:
        settings.VOICEGATHER = settings.VOICEGATHER | {"ENCRYPTION_KEYS": list(keys)}

    return use


@pytest.fixture
def calls(keys: Keys) -> list[Call]:
    """Three calls with all sorts of sealed rows, under the old key; both are configured now."""
    keys(OLD)
    made = []
    for number in range(3):
        call = make_call(sealed_state=seal({"number": number}))
        visit = make_visit(call, "pin")
        make_attempt(visit, f"48061{number}")
        make_attempt(visit)
        make_result(visit, "", sensitivity="secret", sealed=seal({"raw": "1", "value": "1"}))
        make_turn(make_conversation(visit), "Hello")
        CallEvent.objects.create(
            source="telnyx",
            external_id=f"event{number}",
            event_type="call.gather.ended",
            occurred_at=call.started_at,
            received_at=call.started_at,
            sealed=seal([[["digits"], "1"]]),
        )
        made.append(call)
    keys(NEW, OLD)
    return made


def rotate() -> KeyRotation:
    rotation = prepare_rotation()
    run_job(f"keyrotation:{rotation.pk}")
    rotation.refresh_from_db()
    return rotation


def rotate_by_command(*options: str) -> str:
    out = StringIO()
    call_command("voicegather_rotate_keys", *options, stdout=out, stderr=out)
    return out.getvalue()


def test_every_binary_column_is_sealed_or_known_to_be_open() -> None:
    found = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("voicegather").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField)
    }

    assert found - {str(column) for column in sealed_columns()} == OPEN


def test_the_newest_key_alone_opens_everything_afterwards(
    calls: list[Call], keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(running, "ROWS_A_WRITE", 1)

    rotation = rotate()

    assert (rotation.state, rotation.failure, rotation.resealed) == ("done", "", 15)
    assert (rotation.key, rotation.percent) == (key_names()[0], 100)
    keys(NEW)
    opened = GatherAttempt.objects.exclude(sealed_digits=None).order_by("pk")
    assert [unseal(each.sealed_digits) for each in opened] == ["480610", "480611", "480612"]
    assert {unseal(each.sealed_content) for each in Turn.objects.all()} == {"Hello"}
    assert rotate().resealed == 0


def test_what_a_call_writes_meanwhile_stays(
    calls: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading a row and writing it, the call goes on."""
    written = seal({"number": 99})
    really = running.reseal

    def meanwhile(sealed: bytes) -> bytes:
        Call.objects.filter(pk=calls[0].pk).update(sealed_state=written)
        return really(sealed)

    monkeypatch.setattr(running, "reseal", meanwhile)

    assert rotate().state == "done"
    calls[0].refresh_from_db()
    assert bytes(calls[0].sealed_state) == written


def test_it_goes_on_where_it_was_stopped(
    calls: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 1)
    really, looked = running._keep, []

    def stopped(rotation: KeyRotation) -> None:
        really(rotation)
        looked.append(rotation.resealed)
        if len(looked) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "_keep", stopped)
    with pytest.raises(CommandError, match="Run this again"):
        rotate_by_command()
    monkeypatch.undo()

    first = KeyRotation.objects.get()
    assert (first.state, first.resealed > 0) == ("cancelled", True)
    assert f"{15 - first.resealed} values were sealed again." in rotate_by_command()


def test_rows_that_no_key_opens_are_named_and_all_others_done(
    calls: list[Call], keys: Keys
) -> None:
    lost = GatherResult.objects.order_by("pk").first()
    assert lost is not None
    keys(new_key())
    GatherResult.objects.filter(pk=lost.pk).update(sealed=seal({"raw": "480613", "value": ""}))
    keys(NEW, OLD)

    with pytest.raises(CommandError, match=f"gatherresult.sealed: {lost.pk}$") as refusal:
        rotate_by_command()

    assert "480613" not in str(refusal.value)
    assert KeyRotation.objects.get().resealed == 14
    GatherResult.objects.filter(pk=lost.pk).update(sealed=seal({"raw": "1", "value": "1"}))
    assert rotate().state == "done"


def test_what_came_under_the_older_key_meanwhile_is_told(
    calls: list[Call], keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(OLD)
    late = seal({"number": 7})
    keys(NEW, OLD)
    really = running._require_all

    def too_late(*args: Any) -> None:
        Call.objects.filter(pk=calls[0].pk).update(sealed_state=late)
        really(*args)

    monkeypatch.setattr(running, "_require_all", too_late)
    assert "restart every process" in rotate().failure
    monkeypatch.undo()

    assert rotate().resealed == 1


def test_a_dry_run_counts_and_changes_nothing(calls: list[Call], keys: Keys) -> None:
    before = list(Call.objects.order_by("pk").values_list("sealed_state", flat=True))

    told = rotate_by_command("--dry-run")

    new, old = key_names()
    assert f"Key {new} (the newest): 0 values" in told
    assert f"Key {old} (an older one): 15 values\n  call.sealed_state: 3\n" in told
    assert list(Call.objects.order_by("pk").values_list("sealed_state", flat=True)) == before
    rotate()
    assert "Nothing needs it any more: it can be taken out." in rotate_by_command("--dry-run")
    keys(OLD)
    assert f"Key {new} (NOT CONFIGURED): 15 values" in rotate_by_command("--dry-run")
