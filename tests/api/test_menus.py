"""Menus listed, read and written as whole documents, and published."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from project.samples import load_samples
from tests.api.conftest import ROOT, Api, Asking
from tests.factories import make_menu
from voicegather.models import Menu, MenuVersion, Prompt, PromptVariant

VOICE = "AWS.Polly.Joanna-Neural"
DOCUMENT = """\
format: 1
menu: desk
name: Front desk
languages: [en-US]
entry: ask
steps:
  ask:
    kind: gather
    prompt: question
    choices:
      - {on: {digits: "1"}, go: bye}
      - {on: {otherwise: true}, go: bye}
  bye:
    kind: hangup
prompts:
  question:
    en-US: {text: "Press 1.", voice: AWS.Polly.Joanna-Neural}
"""
WRITER = ("add_menu", "change_menu", "view_menu", "add_prompt", "change_prompt")


def put(client: Asking, text: str, slug: str = "desk") -> Any:
    path = f"{ROOT}menus/{slug}/document/"
    return client.put(path, text.encode(), content_type="application/yaml")


def text_of(client: Asking) -> str:
    """The document as YAML."""
    accepted = "application/yaml"
    answer = client.ask("get", "menus/desk/document/", HTTP_ACCEPT=accepted)
    return str(answer.content.decode())


@pytest.fixture
def writer(api: Api) -> Asking:
    return api(*WRITER, "publish_menu", "view_menuversion", teams=("ours",))


def test_a_document_holds_no_words_of_other_teams_prompts(writer: Asking) -> None:
    put(writer, DOCUMENT)
    Prompt.objects.update(team=Group.objects.create(name="theirs"), name="Their question")

    for accepted in ("application/yaml", "application/json"):
        read = writer.ask("get", "menus/desk/document/", HTTP_ACCEPT=accepted)

        text = read.content.decode()
        assert read.status_code == 200
        assert "Press 1." not in text
        assert "Their question" not in text
    assert put(writer, text_of(writer)).json()["changed"] is False


def test_a_document_makes_a_menu(writer: Asking) -> None:
    answer = put(writer, DOCUMENT)

    menu = Menu.objects.get()
    told = answer.json()
    assert answer.status_code == 201
    assert told["menu"] == writer.ask("get", "menus/desk/").json()
    assert {name: told[name] for name in told if name != "menu"} == {
        "created": True,
        "changed": True,
        "steps_added": ["ask", "bye"],
        "steps_removed": [],
        "prompts_written": ["question"],
        "findings": [],
    }
    assert (menu.slug, menu.live_version) == ("desk", None)
    assert LogEntry.objects.get(object_repr="Front desk").get_change_message() == (
        "Loaded from a file."
    )


def test_the_same_document_again_changes_nothing(writer: Asking) -> None:
    put(writer, DOCUMENT)

    answer = put(writer, DOCUMENT)

    assert (answer.status_code, answer.json()["changed"]) == (200, False)


def test_findings_say_what_keeps_it_from_being_published(writer: Asking) -> None:
    answer = put(writer, DOCUMENT.replace("    prompt: question\n", "    prompt: qestion\n"))

    (error,) = (each for each in answer.json()["findings"] if each["severity"] == "error")
    assert (error["step"], error["field"]) == ("ask", "prompt")
    assert "qestion" in error["detail"]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("format: 1\nmenu: [", [(2, "")]),
        (DOCUMENT.replace("kind: hangup", "kind: hangupp"), [(14, "steps.bye.kind")]),
        (
            DOCUMENT.replace("menu: desk", "menu: Desk!").replace("entry: ask", "entry: aks"),
            [(2, "menu"), (5, "entry")],
        ),
        ("# nothing", [(1, "")]),
        ("a: &a [*a]", [(1, "")]),
        ("!!python/object:os.system {}", [(1, "")]),
        ("\0", [(1, "")]),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_every_problem_of_a_document_is_told_with_its_place(
    text: str, reasons: list[tuple[int, str]], writer: Asking
) -> None:
    answer = put(writer, text)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "menu_document")
    assert [(each["line"], each["place"]) for each in told["errors"]] == reasons
    assert all(each["detail"] for each in told["errors"])
    assert not Menu.objects.exists()
    assert not Prompt.objects.exists()


def test_a_document_belongs_to_the_address_it_names(writer: Asking) -> None:
    answer = put(writer, DOCUMENT, slug="clinic")

    assert answer.json()["errors"] == [
        {"line": 1, "place": "menu", "detail": "must be clinic, as in the address"}
    ]
    assert not Menu.objects.exists()


def test_a_document_is_read_in_yaml_or_json(writer: Asking) -> None:
    put(writer, DOCUMENT)
    path = f"{ROOT}menus/desk/document/"

    plain = writer.get(path)
    as_yaml = writer.get(path, HTTP_ACCEPT="application/yaml")
    as_json = writer.get(path, HTTP_ACCEPT="application/json")

    assert plain.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert plain.content == as_yaml.content
    assert plain.content.decode().startswith("format: 1\nmenu: desk\n")
    assert as_json.json() == {
        "format": 1,
        "menu": "desk",
        "name": "Front desk",
        "languages": ["en-US"],
        "entry": "ask",
        "steps": {
            "ask": {
                "kind": "gather",
                "prompt": "question",
                "choices": [
                    {"on": {"digits": "1"}, "go": "bye"},
                    {"on": {"otherwise": True}, "go": "bye"},
                ],
            },
            "bye": {"kind": "hangup"},
        },
        "prompts": {"question": {"en-US": {"text": "Press 1.", "voice": VOICE}}},
    }


def test_problems_of_a_document_are_told_in_json(writer: Asking) -> None:
    answer = writer.get(f"{ROOT}menus/none/document/", HTTP_ACCEPT="application/yaml")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("media_type", ["application/yaml", "application/json"])
def test_what_was_read_can_be_written_again_and_changes_nothing(
    media_type: str, as_superuser: Asking
) -> None:
    for menu in load_samples():
        path = f"{ROOT}menus/{menu.slug}/document/"
        read = as_superuser.get(path, HTTP_ACCEPT=media_type)

        written = as_superuser.put(path, read.content, content_type=media_type)

        assert (written.status_code, written.json().get("changed")) == (200, False), written.content


def test_a_document_says_what_a_call_may_bring(writer: Asking) -> None:
    put(writer, DOCUMENT)
    document = writer.ask("get", "menus/desk/document/").json()
    assert "variables" not in document
    document["variables"] = [{"name": "plan", "default": "no"}, {"name": "name"}]

    path = f"{ROOT}menus/desk/document/"
    written = writer.put(path, document, content_type="application/json")

    assert (written.status_code, written.json()["findings"]) == (200, [])
    assert writer.ask("get", "menus/desk/document/").json() == document
    assert Menu.objects.get().variables == document["variables"]


def test_json_keeps_characters_that_yaml_folds(writer: Asking) -> None:
    put(writer, DOCUMENT)
    document = writer.ask("get", "menus/desk/document/").json()
    text = "a\u2028b\x85c\x7fd\n e\t\\\"'# 😀 "
    document["prompts"]["question"]["en-US"]["text"] = text

    answer = writer.ask("put", "menus/desk/document/", document)

    assert answer.status_code == 200
    assert PromptVariant.objects.get().text == text


@pytest.mark.parametrize("document", [[], 1, None, {}, {"menu": {}}, {"a": [[[[[[[[[[]]]]]]]]]]}])
def test_json_that_is_no_menu_is_refused(document: object, writer: Asking) -> None:
    answer = writer.ask("put", "menus/desk/document/", document)

    assert (answer.status_code, answer.json()["code"]) == (400, "menu_document")


@pytest.mark.parametrize("missing", ["add_menu", "add_prompt"])
def test_making_takes_the_permissions_for_all_it_makes(missing: str, api: Api) -> None:
    answer = put(api(*set(WRITER) - {missing}), DOCUMENT)

    assert answer.status_code == 403
    assert answer.json()["detail"] == f"This takes the permission “{missing}”."
    assert not Menu.objects.exists()
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    ("missing", "status"), [("change_menu", 403), ("change_prompt", 403), ("add_prompt", 200)]
)
def test_changing_takes_the_permissions_for_what_it_changes(
    missing: str, status: int, writer: Asking, api: Api
) -> None:
    put(writer, DOCUMENT)

    answer = put(api(*set(WRITER) - {missing}), DOCUMENT.replace("Press 1.", "Please press 1."))

    assert answer.status_code == status
    assert PromptVariant.objects.get().text == ("Please press 1." if status == 200 else "Press 1.")


def test_a_document_is_not_even_read_of_somebody_who_may_write_none(api: Api) -> None:
    assert put(api("view_menu"), "format: [").status_code == 403


def test_prompts_that_stay_as_they_are_take_no_permission(writer: Asking, api: Api) -> None:
    put(writer, DOCUMENT)

    answer = put(api("change_menu"), DOCUMENT.replace("Front desk", "Reception"))

    assert (answer.status_code, Menu.objects.get().name) == (200, "Reception")


def test_a_menu_of_another_team_cannot_be_written(writer: Asking) -> None:
    make_menu("desk", team=Group.objects.create(name="theirs"))

    answer = put(writer, DOCUMENT)

    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Only members of its team may write “desk”.",
    )
    assert Menu.objects.get().name == "Desk"


def test_a_prompt_of_another_team_cannot_be_written(writer: Asking) -> None:
    Prompt.objects.create(key="question", team=Group.objects.create(name="theirs"))

    answer = put(writer, DOCUMENT)

    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Only members of its team may write “question”.",
    )
    assert not Menu.objects.exists()


@pytest.mark.parametrize("where", ["menu: desk", "  question:"])
@pytest.mark.parametrize(("team", "status"), [("ours", 201), ("theirs", 403)])
def test_nothing_can_be_given_to_another_team(
    where: str, team: str, status: int, writer: Asking
) -> None:
    Group.objects.get_or_create(name="theirs")
    line = f"team: {team}" if where.startswith("menu") else f"    team: {team}"

    answer = put(writer, DOCUMENT.replace(f"{where}\n", f"{where}\n{line}\n"))

    assert answer.status_code == status
    assert Menu.objects.exists() == (status == 201)


def test_a_menu_is_published_with_its_note(writer: Asking) -> None:
    put(writer, DOCUMENT)

    answer = writer.ask("post", "menus/desk/publish/", {"note": "Summer"})

    version = MenuVersion.objects.get()
    told = answer.json()
    assert answer.status_code == 200
    assert told == {
        "number": 1,
        "is_live": True,
        "sha256": version.sha256,
        "author": version.author.get_username() if version.author else None,
        "note": "Summer",
        "created_at": told["created_at"],
    }
    assert told["author"] == "user0"
    assert writer.ask("get", "menus/desk/").json()["live_version"] == 1


def test_a_menu_with_errors_is_not_published_and_each_is_told(writer: Asking) -> None:
    put(writer, DOCUMENT)
    put(writer, DOCUMENT.replace("    prompt: question\n", "    prompt: qestion\n"))

    answer = writer.ask("post", "menus/desk/publish/", {})

    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "menu_findings")
    assert ("error", "ask", "prompt") in [
        (each["severity"], each["step"], each["field"]) for each in told["errors"]
    ]
    assert not MenuVersion.objects.exists()


def test_versions_are_listed_newest_first_and_read_whole(writer: Asking) -> None:
    put(writer, DOCUMENT)
    writer.ask("post", "menus/desk/publish/", {"note": "First"})
    put(writer, DOCUMENT.replace("Press 1.", "Please press 1."))
    writer.ask("post", "menus/desk/publish/")

    listed = writer.ask("get", "menus/desk/versions/").json()["results"]
    first = writer.ask("get", "menus/desk/versions/1/").json()

    assert [(each["number"], each["is_live"], each["note"]) for each in listed] == [
        (2, True, ""),
        (1, False, "First"),
    ]
    assert first["document"] == MenuVersion.objects.get(number=1).document
    assert "document" not in listed[0]


@pytest.mark.parametrize("path", ["menus/desk/versions/1/", "menus/none/versions/"])
def test_versions_that_are_not_there_are_not_found(path: str, writer: Asking) -> None:
    make_menu("desk")

    assert writer.ask("get", path).status_code == 404
