from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.management.commands import voicegather_export
from voicegather.models import Call

pytestmark = pytest.mark.django_db


def exported(*arguments: str) -> str:
    out = StringIO()
    call_command("voicegather_export", *arguments, stdout=out)
    return out.getvalue()


def gather(digits: str, *, days: int = 0, menu: str = "clinic") -> None:
    version = make_version(make_menu(menu), {"account": {}})
    visit = make_visit(make_call(version=version, started_at=STARTED + timedelta(days=days)))
    make_attempt(visit, digits)
    make_result(visit, digits)


def test_the_long_shape_goes_to_standard_output_as_csv_unless_told_otherwise() -> None:
    gather("123456")

    header, row = exported().splitlines()

    assert header.startswith("call,call_started,called,caller,menu,version,step,field,visit")
    assert ",2026-03-01T09:30:00.000Z,+13125550100,+13125550101,clinic,1,account,digits," in row


def test_the_wide_shape_as_json_lines() -> None:
    gather("123456")

    document = json.loads(exported("--shape", "wide", "--format", "jsonl"))

    assert (document["menu"], document["clinic/account.digits"]) == ("clinic", "123456")


def test_a_range_of_dates_includes_its_last_day() -> None:
    for day in range(4):
        gather(str(day), days=day, menu=f"menu{day}")

    lines = exported("--since", "2026-03-02", "--until", "2026-03-03", "--format", "jsonl")

    assert [json.loads(line)["digits"] for line in lines.splitlines()] == ["1", "2"]


def test_a_menu_narrows_the_export() -> None:
    gather("1", menu="clinic")
    gather("2", menu="shop")

    lines = exported("--menu", "shop", "--format", "jsonl").splitlines()

    assert [json.loads(line)["digits"] for line in lines] == ["2"]


def test_calls_by_which_staff_tried_a_menu_are_left_out_unless_asked_for() -> None:
    gather("1", menu="clinic")
    gather("2", menu="shop")
    tried = Call.objects.order_by("pk").last()
    Call.objects.filter(pk=tried.pk).update(is_test=True)  # type: ignore[union-attr]

    def digits(*arguments: str) -> list[str]:
        return [json.loads(each)["digits"] for each in exported(*arguments).splitlines()]

    assert digits("--format", "jsonl") == ["1"]
    assert digits("--format", "jsonl", "--menu", "shop") == []
    assert digits("--format", "jsonl", "--test-calls") == ["1", "2"]


def test_an_unknown_menu_is_refused_with_the_known_ones() -> None:
    make_menu("shop")
    make_menu("clinic")

    with pytest.raises(CommandError, match=r"There is no menu “clinik”\. Known: clinic, shop\."):
        exported("--menu", "clinik")


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(CommandError, match="The range runs backwards: --since 2026-03-02 is not"):
        exported("--since", "2026-03-02", "--until", "2026-03-01")


def test_the_same_day_twice_is_that_day() -> None:
    gather("1")

    assert len(exported("--since", "2026-03-01", "--until", "2026-03-01").splitlines()) == 2


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    gather("123456")
    target = tmp_path / "results.csv"
    target.write_text("of yesterday")

    assert exported("--output", str(target)) == ""

    assert target.read_bytes().count(b"\r\n") == 2
    assert target.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["results.csv"]


def test_a_failed_export_keeps_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> object:
        yield b"half"
        raise RuntimeError("the database went away")

    monkeypatch.setattr(voicegather_export, "in_format", breaks)
    target = tmp_path / "results.csv"
    target.write_text("of yesterday")

    with pytest.raises(RuntimeError):
        exported("--output", str(target))

    assert target.read_text() == "of yesterday"
    assert os.listdir(tmp_path) == ["results.csv"]


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("missing/results.csv", "Cannot write in .*missing: No such file or directory"),
        (".", "is not a regular file"),
        ("/dev/null", "is not a regular file"),
    ],
)
def test_a_place_that_cannot_hold_the_file_is_refused(
    tmp_path: Path, output: str, complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        exported("--output", str(tmp_path / output))


def test_lost_keys_are_counted_once_at_the_end() -> None:
    gather("1", menu="one")
    gather("2", menu="two")
    errors = StringIO()

    with override_settings(VOICEGATHER={"ENCRYPTION_KEYS": [base64.b64encode(b"k" * 32).decode()]}):
        call_command("voicegather_export", stdout=StringIO(), stderr=errors)

    assert errors.getvalue() == (
        "2 cells could not be read: put the keys that sealed them back into "
        "VOICEGATHER_ENCRYPTION_KEYS, after the newest.\n"
    )


def test_a_reader_that_leaves_early_hears_no_complaint(tmp_path: Path) -> None:
    """In a process of its own: Python flushes standard output once more when it ends."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    reader, writer = os.pipe()
    os.close(reader)

    finished = subprocess.run(
        [*manage, "voicegather_export"],
        env=environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (finished.returncode, finished.stderr) == (0, b"")
