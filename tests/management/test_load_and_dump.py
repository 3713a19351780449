from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from project.samples import SAMPLE_NUMBER
from tests.services.menus.building import as_text, ask, choice, line, say, words
from voicegather.models import Menu, MenuVersion, PhoneNumber
from voicegather.services.menus import lint_menu

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[2] / "project" / "sample"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "line.yaml"
    path.write_text(as_text(line()), encoding="utf-8")
    return path


def test_a_file_is_loaded_as_a_draft(file: Path) -> None:
    assert run("voicegather_load", str(file)) == "line: created with 2 steps.\n"
    assert Menu.objects.get().live_version is None


def test_a_file_is_loaded_and_published_with_a_note(file: Path) -> None:
    out = run("voicegather_load", str(file), "--publish", "--note", "First.")

    assert out == "line: created with 2 steps.\nline: version 1 is live.\n"
    assert MenuVersion.objects.get().note == "First."


def test_loading_again_says_what_changed(file: Path) -> None:
    run("voicegather_load", str(file))
    assert run("voicegather_load", str(file)) == "line: nothing to change.\n"

    steps = {"ask": ask(choice("more", digits="1")), "more": say(), "bye": {"kind": "hangup"}}
    file.write_text(as_text(line(steps=steps, prompts={"question": words("Press one.")})))
    assert run("voicegather_load", str(file)) == (
        "line: updated; steps added: more; prompts written: question.\n"
    )


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO(as_text(line(name="Línea")).encode()))
    monkeypatch.setattr(sys, "stdin", text)

    run("voicegather_load", "-")

    assert Menu.objects.get().name == "Línea"


def test_every_problem_of_a_file_is_listed_and_nothing_is_loaded(file: Path) -> None:
    file.write_text(as_text(line(format=2, entry="gone")))

    with pytest.raises(CommandError) as raised:
        run("voicegather_load", str(file), "--publish")

    assert str(raised.value).splitlines() == [
        "The menu file has 2 problems; nothing was changed.",
        "line 1, format: must be 1, the format that this release reads",
        "line 6, entry: “gone” is not one of ask, bye",
    ]
    assert not Menu.objects.exists()


def test_a_menu_that_cannot_be_published_is_not_loaded_either(file: Path) -> None:
    file.write_text(as_text(line(choices=[], entry=None)))

    with pytest.raises(CommandError) as raised:
        run("voicegather_load", str(file), "--publish")

    assert str(raised.value).splitlines() == [
        "The menu cannot be published; the live version stays as it is.",
        "error, entry: no step is the entry: mark the first one",
        "error, ask.choices: nothing leads on from “no_input”: add a choice on exit no_input",
        "error, ask.choices: nothing leads on from “invalid”: add a choice on exit invalid",
        "error, ask.choices: nothing leads on from “failure”: add a choice on exit failure",
    ]
    assert not Menu.objects.exists()


def test_a_draft_is_loaded_with_what_keeps_it_from_being_published(file: Path) -> None:
    file.write_text(as_text(line(entry=None)))

    assert run("voicegather_load", str(file)) == (
        "line: created with 2 steps.\nerror, entry: no step is the entry: mark the first one\n"
    )


def test_a_note_without_publishing_is_refused(file: Path) -> None:
    with pytest.raises(CommandError, match="--note belongs to --publish: give both"):
        run("voicegather_load", str(file), "--note", "First.")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing, binary = tmp_path / "missing.yaml", tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe")

    with pytest.raises(CommandError, match=r"missing\.yaml cannot be read: No such file"):
        run("voicegather_load", str(missing))
    with pytest.raises(CommandError, match=r"binary\.yaml is not UTF-8 text: save it as UTF-8"):
        run("voicegather_load", str(binary))


def test_a_dumped_menu_loads_back_without_a_change(file: Path, tmp_path: Path) -> None:
    run("voicegather_load", str(file))
    dumped = tmp_path / "dumped.yaml"

    assert run("voicegather_dump", "line", "--output", str(dumped)) == ""
    assert run("voicegather_load", str(dumped)) == "line: nothing to change.\n"
    assert run("voicegather_dump", "line") == dumped.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_refused(file: Path, tmp_path: Path) -> None:
    run("voicegather_load", str(file))

    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        run("voicegather_dump", "line", "--output", str(tmp_path))


def test_a_draft_is_published_by_its_slug(file: Path) -> None:
    run("voicegather_load", str(file))

    assert run("voicegather_publish", "line") == "line: version 1 is live.\n"


def test_a_draft_with_errors_is_not_published(file: Path) -> None:
    file.write_text(as_text(line(entry=None)))
    run("voicegather_load", str(file))

    with pytest.raises(CommandError, match="error, entry: no step is the entry"):
        run("voicegather_publish", "line")


@pytest.mark.parametrize("command", ["voicegather_dump", "voicegather_publish"])
def test_an_unknown_menu_is_answered_with_the_known_ones(command: str, file: Path) -> None:
    with pytest.raises(CommandError, match=r"no menu “lime”\. Known: none; load one first"):
        run(command, "lime")
    run("voicegather_load", str(file))
    with pytest.raises(CommandError, match=r"There is no menu “lime”\. Known: line\."):
        run(command, "lime")


def test_the_sample_menus_publish_without_a_finding_where_their_country_may_be_rung() -> None:
    PhoneNumber.objects.create(number=SAMPLE_NUMBER)
    for name in ("clinic", "clinic_hours"):
        run("voicegather_load", str(SAMPLES / f"{name}.yaml"), "--publish")

    assert [lint_menu(menu) for menu in Menu.objects.all()] == [(), ()]


def test_the_sample_clinic_speaks_both_languages_in_every_prompt() -> None:
    run("voicegather_load", str(SAMPLES / "clinic.yaml"), "--publish")

    prompts = MenuVersion.objects.get().document["prompts"]
    assert {tuple(variants) for variants in prompts.values()} == {("en-US", "es-US")}
    assert {each["kind"] for prompt in prompts.values() for each in prompt.values()} == {
        "text",
        "ssml",
        "audio",
    }
