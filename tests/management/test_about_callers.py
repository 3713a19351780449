"""Commands about callers: thin, on record, and with no number among their arguments."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tests.services.erasing.conftest import telnyx  # noqa: F401
from tests.services.retention.conftest import OldCall, called  # noqa: F401
from voicegather.models import Call, Disclosure
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)

Types = Callable[..., None]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Has somebody type these lines."""

    def type_(*lines: str) -> None:
        waiting = iter(lines)
        monkeypatch.setattr("builtins.input", lambda prompt: next(waiting))

    return type_


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_retention_is_counted_and_carried_out(called: OldCall, settings: Any) -> None:  # noqa: F811
    with pytest.raises(CommandError, match="kept for ever"):
        said("voicegather_retain")
    settings.VOICEGATHER = {**settings.VOICEGATHER, "RETENTION_DAYS": {"calls": 30}}
    called(40)
    assert said("voicegather_retain", "--dry-run").startswith("calls: 10 rows, 0 files")
    assert Call.objects.count() == 1
    assert said("voicegather_retain").startswith("calls: ")
    assert Call.objects.count() == 0


def test_a_caller_is_gathered_then_erased(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
    types: Types,
    tmp_path: Path,
) -> None:
    called(3)
    User.objects.create_superuser("officer")
    User.objects.create_user("clerk")
    record = ("--user", "officer", "--reason", "A letter")
    file = tmp_path / "held.zip"

    types("+1 312 555 0101")
    told = said("voicegather_subject", *record, "--output", str(file), "--sensitive")
    assert told == f"1 calls: {file}\n"
    with zipfile.ZipFile(file) as held:
        assert b"My account is 4711." in held.read("story.jsonl")
        assert b'"digits": "4711"' in held.read("webhooks.jsonl")
    assert (Disclosure.objects.get().kind, Disclosure.objects.get().way) == ("subject", "command")

    with pytest.raises(CommandError, match="lacks the permission"):
        said("voicegather_erase", "--user", "clerk", "--reason", "A letter")
    types("anonymous")
    with pytest.raises(CommandError, match="stands for many people"):
        said("voicegather_erase", *record)
    types("+13125550101", "yes")
    with pytest.raises(CommandError, match="last 4 characters"):
        said("voicegather_erase", *record)
    types("+13125550101", "0101")
    assert "1  calls\n" in said("voicegather_erase", *record)
    assert not Call.objects.exists()
