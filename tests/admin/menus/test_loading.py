"""The page on which a menu file is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.menus.building import as_text, ask, choice, line, load, words
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.services.menus import dump_menu, publish_menu

AsStaff = Callable[..., Client]
URL = reverse("admin:voicegather_menu_load")
MAY = ("view_menu", "add_menu", "change_menu", "add_prompt", "change_prompt")


@pytest.fixture
def author(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


def changed(**changes: Any) -> str:
    """A file of the small menu with another question and a step more."""
    steps = {
        "ask": ask(choice("bye", digits="1"), choice("more", digits="2")),
        "more": {"kind": "message", "prompt": "info", "choices": [choice("bye", exit="done")]},
        "bye": {"kind": "hangup"},
    }
    prompts = {"question": words("Press 1 or 2."), "info": words("More to come.")}
    return as_text(line(**{"steps": steps, "prompts": prompts} | changes))


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def preview(client: Client, text: str) -> Any:
    return client.post(URL, {"act": "preview", "text": text})


def load_it(client: Client, page: Any, text: str) -> Any:
    return client.post(URL, {"act": "load", "text": text, "token": page.context["token"]})


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Menu, Step, Choice, Prompt, PromptVariant))


# ---- what it shows ------------------------------------------------------------------------


def test_a_file_shows_what_it_would_change_and_changes_nothing(author: Client) -> None:
    menu = load(line())
    before = dump_menu(menu), counts()

    page = preview(author, changed())

    assert page.status_code == 200
    assert "1 step added, 1 step changed, 2 prompts" in page.context["summary"]
    assert "Press <del>1.</del> <ins>1 or 2.</ins>" in text_of(page)
    assert (dump_menu(menu), counts()) == before
    assert LogEntry.objects.count() == 0


def test_loading_does_exactly_that_and_is_logged(author: Client) -> None:
    menu = load(line())

    page = preview(author, changed())
    done = load_it(author, page, changed())

    assert done.status_code == 200
    assert "“Line” is as the file says" in text_of(done)
    assert set(menu.steps.values_list("key", flat=True)) == {"ask", "more", "bye"}
    assert PromptVariant.objects.get(prompt__key="question").text == "Press 1 or 2."
    assert LogEntry.objects.get(action_flag=2).change_message == "Loaded from a file."


def test_an_uploaded_file_is_read_as_its_text_and_stays_on_the_page(author: Client) -> None:
    upload = SimpleUploadedFile("line.yaml", "\ufeff".encode() + changed().encode())

    page = author.post(URL, {"act": "preview", "file": upload, "text": "overruled"})
    done = load_it(author, page, page.context["form"].initial["text"])

    assert "The file makes a new menu, “Line” (line)." in text_of(page)
    assert done.context["loaded"].created
    assert Menu.objects.get().slug == "line"


def test_line_ends_that_browsers_send_make_no_difference(author: Client) -> None:
    text = changed(description="One line.\nAnother one.\n")

    page = preview(author, text.replace("\n", "\r\n"))
    load_it(author, page, text.replace("\n", "\r\n"))

    assert Menu.objects.get().description == "One line.\nAnother one.\n"


def test_prompts_that_other_menus_speak_are_named_with_these_menus(author: Client) -> None:
    load(line())
    other = load(line(menu="other", name="Other <b>"))
    theirs = load(line(menu="theirs"))
    Menu.objects.filter(pk=theirs.pk).update(team=Group.objects.create(name="theirs"))

    page = preview(author, changed())

    (shared,) = page.context["shared"]
    assert shared["key"] == "question"
    assert [each.menu for each in shared["menus"]] == [other.pk]
    assert shared["hidden"] == 1
    assert "Other &lt;b&gt;" in text_of(page)


def test_a_menu_that_only_callers_hear_yet_counts_as_speaking(author: Client) -> None:
    load(line())
    other = load(line(menu="other"))
    publish_menu(menu=other)
    Step.objects.filter(menu=other, key="ask").update(config={})

    (shared,) = preview(author, changed()).context["shared"]

    (speaker,) = shared["menus"]
    assert (speaker.in_draft, speaker.in_live) == (False, True)


def test_what_no_version_holds_is_shown_too(author: Client) -> None:
    load(line())
    Group.objects.create(name="front")

    page = text_of(preview(author, as_text(line(name="New name", requires_tests=True))))

    assert "<del>Line</del> <ins>New name</ins>" in page
    assert "Tests must pass" in page


def test_a_language_that_the_file_leaves_out_goes_and_the_page_says_so(author: Client) -> None:
    load(line())
    prompt = Prompt.objects.get(key="question")
    PromptVariant.objects.create(prompt=prompt, language="es-US", text="Pulse 1.")

    page = preview(author, as_text(line()))

    assert "<del>Pulse 1.</del>" in text_of(page)


def test_the_errors_that_it_would_have_are_told_before_it_is_loaded(author: Client) -> None:
    load(line())

    page = preview(
        author, as_text(line(steps={"ask": ask(prompt="gone"), "bye": {"kind": "hangup"}}))
    )

    assert "to mend before it can be published" in text_of(page)


def test_a_file_that_changes_nothing_says_so_and_has_no_button_to_load(author: Client) -> None:
    menu = load(line())

    page = preview(author, dump_menu(menu))

    assert "Nothing to load: the menu is as the file says already." in text_of(page)
    assert 'value="load"' not in text_of(page)


# ---- undo ---------------------------------------------------------------------------------


def test_undo_is_a_file_of_how_it_was_that_leads_back(author: Client) -> None:
    group = Group.objects.create(name="front")
    menu = load(line())
    Menu.objects.update(team=None)
    before = dump_menu(menu)
    text = changed(requires_tests=True)

    done = load_it(author, preview(author, text), text)
    back = done.context["before"]
    page = preview(author, back)
    load_it(author, page, back)

    assert group
    assert dump_menu(Menu.objects.get()) == before
    assert not Menu.objects.get().requires_tests


# ---- what it refuses ----------------------------------------------------------------------


def test_every_problem_stands_beside_its_line_and_the_text_stays(author: Client) -> None:
    text = changed().replace("kind: message", "kind: mesage").replace("kind: hangup", "kind: x<y")

    page = preview(author, text)

    assert page.status_code == 400
    shown = [(each.problem.path, each.text.strip()) for each in page.context["problems"]]
    assert shown == [("steps.more.kind", "kind: mesage"), ("steps.bye.kind", "kind: x<y")]
    assert "kind: x&lt;y" in page.content.decode()
    assert page.context["form"].initial["text"] == text
    assert counts() == (0, 0, 0, 0, 0)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "unfolds to more than"),
        ("format: 1\nformat: 1\n", "stands here twice"),
        ("format: [", "this is not YAML"),
        ("menu: !!python/object:os.system x", "not allowed"),
        ('menu: "\\0"', "cannot be stored"),
        ("", "Choose a menu file, or paste its text."),
        ("a\0b", "Null characters are not allowed."),
    ],
)
def test_texts_that_cannot_stand_get_a_message(text: str, said: str, author: Client) -> None:
    page = preview(author, text)

    assert page.status_code == 400
    assert said in text_of(page)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x" * (5 * 1024 * 1024), "The file has 5.0 MiB; a menu file has at most 2 MiB."),
        (b"MZ\x90\x00\x03", "This is no text file"),
        ("format: 1".encode("utf-16"), "The file is UTF-16 text"),
        (b"format: 1\nname: caf\xe9", "The file is not UTF-8 text (line 2)"),
        (b"", "Choose a menu file, or paste its text."),
    ],
)
def test_files_that_are_no_menu_file_get_a_message(data: bytes, said: str, author: Client) -> None:
    page = author.post(URL, {"act": "preview", "file": SimpleUploadedFile("x.yaml", data)})

    assert page.status_code == 400
    assert said in text_of(page)


def _another_name() -> None:
    Menu.objects.update(name="Renamed")


def _another_step() -> None:
    Step.objects.filter(key="ask").update(name="Renamed")


def _other_words() -> None:
    PromptVariant.objects.update(text="Press 9.")


@pytest.mark.parametrize("meanwhile", [_another_name, _another_step, _other_words])
def test_what_changed_since_the_preview_is_not_overwritten(
    meanwhile: Callable[[], None], author: Client
) -> None:
    menu = load(line())
    page = preview(author, changed())
    meanwhile()
    before = dump_menu(Menu.objects.get())

    refused = load_it(author, page, changed())

    assert refused.status_code == 409
    assert "Somebody changed the menu or its prompts since you looked" in text_of(refused)
    assert dump_menu(Menu.objects.get(pk=menu.pk)) == before
    assert load_it(author, refused, changed()).context["loaded"].changed


def test_another_text_than_the_previewed_one_is_not_loaded(author: Client) -> None:
    load(line())
    page = preview(author, changed())

    refused = load_it(author, page, changed(name="Other"))

    assert refused.status_code == 409
    assert Menu.objects.get().name == "Line"


@pytest.mark.parametrize("token", ["", "x", "e30:x"])
def test_a_token_that_nobody_signed_loads_nothing(token: str, author: Client) -> None:
    load(line())

    refused = author.post(URL, {"act": "load", "text": changed(), "token": token})

    assert refused.status_code == 409
    assert Step.objects.count() == 2


def test_what_one_was_shown_another_cannot_load(author: Client, as_staff: AsStaff) -> None:
    page = preview(author, changed())

    assert load_it(as_staff(*MAY), page, changed()).status_code == 409


# ---- permissions and teams ----------------------------------------------------------------


@pytest.mark.parametrize("permissions", [("view_menu",), ("change_prompt", "add_prompt")])
def test_the_page_is_for_who_may_write_menus(
    permissions: tuple[str, ...], as_staff: AsStaff
) -> None:
    assert as_staff(*permissions).get(URL).status_code == 403


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        (("change_menu", "add_prompt", "change_prompt"), "add_menu"),
        (("add_menu", "change_prompt"), "add_prompt"),
    ],
)
def test_what_the_file_takes_is_said_where_it_is_missing(
    permissions: tuple[str, ...], missing: str, as_staff: AsStaff
) -> None:
    refused = preview(as_staff(*permissions), changed())

    assert refused.status_code == 403
    assert f"This takes the permission “{missing}”." in text_of(refused)
    assert counts() == (0, 0, 0, 0, 0)


def test_another_teams_menu_and_prompts_are_not_written(author: Client) -> None:
    load(line())
    theirs = Group.objects.create(name="theirs")
    Prompt.objects.filter(key="question").update(team=theirs)
    prompt = preview(author, changed())
    Menu.objects.update(team=theirs)
    menu = preview(author, changed())

    assert (prompt.status_code, menu.status_code) == (403, 403)
    assert "Only members of its team may write “question”." in text_of(prompt)
    assert "Only members of its team may write “line”." in text_of(menu)
    assert (
        "Press 1 or 2"
        not in text_of(prompt).replace("Press 1 or 2.</textarea>", "").partition("<textarea")[0]
    )


def test_the_queries_do_not_grow_with_the_file(author: Client) -> None:
    def file_of(count: int) -> str:
        steps = {
            f"s{n}": {
                "kind": "message",
                "prompt": f"p{n}",
                "choices": [choice(f"s{n + 1}" if n + 1 < count else "bye", exit="done")],
            }
            for n in range(count)
        }
        prompts = {f"p{n}": words(f"Words {n}.") for n in range(count)}
        return as_text(
            line(entry="s0", steps={**steps, "bye": {"kind": "hangup"}}, prompts=prompts)
        )

    for count in (3, 30):
        text = file_of(count)
        load_it(author, preview(author, text), text)
    numbers = []
    for count in (3, 30):
        with CaptureQueriesContext(connection) as queries:
            preview(author, file_of(count).replace("Line", "Renamed"))
        numbers.append(len(queries))

    # Prompts are compared with what is there; none of them is written.
    assert numbers[1] <= numbers[0] + 3


def test_how_it_was_before_holds_no_words_of_other_teams_prompts(author: Client) -> None:
    menu = load(line())
    Prompt.objects.update(team=Group.objects.create(name="Theirs"))
    text = as_text({**line(name="Renamed"), "prompts": {}})
    page = preview(author, text)
    assert "Press 1." not in text_of(page)

    done = load_it(author, page, text)

    assert "Renamed" in text_of(done)
    assert "name: Line" in done.context["before"]
    assert "Press 1." not in text_of(done)
    file = author.get(reverse("admin:voicegather_menu_file", args=[menu.pk]))
    assert "Press 1." not in file.content.decode()
