from __future__ import annotations

import email
import zipfile
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest

import voicegather
from tests.wheel import ROOT


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: set[str]) -> Message:
    (name,) = (each for each in names if each.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(name))


def test_every_file_of_the_package_is_in_the_wheel(names: set[str]) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "voicegather").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__" and path.name[0] != "."
    }

    assert expected - names == set()


def test_the_wheel_holds_the_package_and_nothing_else(names: set[str]) -> None:
    roots = {PurePosixPath(name).parts[0] for name in names}

    assert roots == {"voicegather", f"voicegather-{voicegather.__version__}.dist-info"}


@pytest.mark.parametrize(
    "name",
    [
        "voicegather/py.typed",
        "voicegather/locale/es/LC_MESSAGES/django.mo",
        "voicegather/locale/es/LC_MESSAGES/django.po",
        "voicegather/menu.schema.json",
        "voicegather/migrations/0001_initial.py",
        "voicegather/management/commands/voicegather_clock.py",
        "voicegather/templates/admin/voicegather/call_change_form.html",
    ],
)
def test_the_wheel_holds(names: set[str], name: str) -> None:
    assert name in names


def test_no_tests_are_in_the_wheel(names: set[str]) -> None:
    assert [name for name in names if "tests" in PurePosixPath(name).parts] == []


def test_no_bytecode_is_in_the_wheel(names: set[str]) -> None:
    assert [name for name in names if name.endswith(".pyc")] == []


def test_the_version_is_the_packages(metadata: Message) -> None:
    assert metadata["Version"] == voicegather.__version__


def test_the_licence_is_in_the_wheel(metadata: Message, names: set[str]) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert f"voicegather-{voicegather.__version__}.dist-info/licenses/LICENSE" in names


def test_the_pytest_plugin_is_announced(wheel: Path, names: set[str]) -> None:
    (name,) = (each for each in names if each.endswith(".dist-info/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        announced = archive.read(name).decode()

    assert announced.split("\n")[:2] == ["[pytest11]", "voicegather = voicegather.testing"]


def test_it_asks_for_what_it_needs_and_offers_the_rest(metadata: Message) -> None:
    needs = metadata.get_all("Requires-Dist", [])

    assert metadata.get_all("Provides-Extra") == ["api", "metrics", "postgresql", "test"]
    assert [need for need in needs if need.startswith("celery")] == ["celery[redis]<6,>=5.5"]
    assert [need for need in needs if "postgresql" in need] == [
        'psycopg[binary]>=3.2; extra == "postgresql"'
    ]
