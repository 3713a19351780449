"""Words found in all prompts, replaced, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.menus.building import VOICE, ask, choice, line, load, words
from voicegather.admin.prompts import words_page
from voicegather.admin.publishing.many import publish_many_url
from voicegather.models import Menu, Prompt, PromptReplacement, PromptVariant, Step
from voicegather.services.menus import publish_menu

AsStaff = Callable[..., Client]
URL = reverse("admin:voicegather_prompt_words")
MAY = ("view_prompt", "change_prompt", "view_menu", "view_step", "publish_menu")


@pytest.fixture
def author(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


@pytest.fixture
def menus(db: None) -> list[Menu]:
    """Two live menus that share a prompt, one of which has a prompt of its own."""
    desk = {
        "en-US": {"text": "The front desk is closed.", "voice": VOICE},
        "es-US": {"text": "El front desk está cerrado.", "voice": VOICE},
    }
    prompts = {"question": words("Press 1 for the front desk."), "desk": desk}
    steps = {
        "ask": ask(choice("closed", digits="1")),
        "closed": {"kind": "message", "prompt": "desk", "choices": [choice("bye", exit="done")]},
        "bye": {"kind": "hangup"},
    }
    first = load(line(menu="alpha", name="Alpha", steps=steps, prompts=prompts))
    second = load(line(menu="beta", name="Beta", prompts={"question": prompts["question"]}))
    for menu in (first, second):
        publish_menu(menu=menu)
    return [first, second]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def find(client: Client, q: str, **fields: Any) -> Any:
    return client.get(URL, {"q": q, **fields})


def preview(client: Client, q: str, by: str, **fields: Any) -> Any:
    return find(client, q, by=by, preview="1", **fields)


def apply(client: Client, page: Any, *ticked: str, **fields: Any) -> Any:
    """Send what the browser would, with the variants of these prompts and languages ticked."""
    hits = {f"{h.variant.prompt.key} {h.variant.language}": h for h in page.context["hits"]}
    wanted = page.context["wanted"]
    form = {"q": wanted["q"], "by": wanted["by"], "preview": "1", "language": wanted["language"]}
    form |= {name: "on" for name in ("whole", "case") if wanted[name]}
    form |= {f"mark-{h.variant.pk}": h.proposal.mark for h in hits.values()}
    chosen = [hits[name].variant.pk for name in ticked or hits]
    return client.post(URL, {**form, "variant": chosen, **fields}, follow=True)


def texts() -> dict[str, str]:
    rows = PromptVariant.objects.select_related("prompt")
    return {f"{each.prompt.key} {each.language}": each.text for each in rows}


# ---- finding ------------------------------------------------------------------------------


def test_words_are_shown_in_context_with_who_speaks_them(menus: list[Menu], author: Client) -> None:
    page = find(author, "front desk")

    assert page.context["total"] == 3
    assert "Press 1 for the <mark>front desk</mark>." in text_of(page)
    hits = {hit.variant.prompt.key: hit.speakers.menus for hit in page.context["hits"]}
    assert [each.name for each in hits["question"]] == ["Alpha", "Beta"]
    assert [(each.in_draft, each.in_live) for each in hits["desk"]] == [(True, True)]


def test_a_menu_that_speaks_them_to_callers_alone_is_told_apart(
    menus: list[Menu], author: Client
) -> None:
    Step.objects.filter(key="closed").update(kind="hangup", config={})

    page = find(author, "is closed")

    assert "live, no longer in the draft" in text_of(page)


def test_languages_whole_words_and_case_narrow_it(menus: list[Menu], author: Client) -> None:
    def found(q: str, **fields: Any) -> int:
        total: int = find(author, q, **fields).context["total"]
        return total

    assert found("front desk", language="es-US") == 1
    assert (found("fron"), found("fron", whole="on")) == (3, 0)
    assert (found("THE"), found("THE", case="on")) == (2, 0)
    assert found("ESTÁ") == 1


def test_the_settings_of_steps_that_hold_words_are_found_with_a_link(
    menus: list[Menu], author: Client
) -> None:
    fields = [{"name": "reason", "type": "text", "description": "Why they ask the front desk"}]
    step = Step.objects.create(
        menu=menus[0], key="talk", kind="ai_gather", config={"fields": fields}
    )

    page = find(author, "front desk")

    (found,) = page.context["settings"]
    assert found.step == step.pk
    assert reverse("admin:voicegather_step_change", args=[step.pk]) in text_of(page)


def test_markup_in_words_is_text(menus: list[Menu], author: Client) -> None:
    PromptVariant.objects.filter(language="es-US").update(text="<b>front</b> & <script>")

    page = find(author, "front</b>")

    assert "&lt;b&gt;<mark>front&lt;/b&gt;</mark> &amp; &lt;script&gt;" in text_of(page)


@pytest.mark.parametrize("fields", [{"q": ""}, {"q": "x" * 501}, {"q": "a\0b"}, {"q": "  "}])
def test_what_cannot_be_looked_for_is_said(fields: dict[str, str], author: Client) -> None:
    page = author.get(URL, fields)

    assert page.status_code == 400
    assert page.context["form"].errors


# ---- replacing ----------------------------------------------------------------------------


def test_the_preview_shows_both_sides_and_changes_nothing(
    menus: list[Menu], author: Client
) -> None:
    before = texts()

    page = preview(author, "front desk", "reception")

    assert "3 texts would change" in text_of(page)
    assert "<del>front desk.</del>" in text_of(page)
    assert "<ins>reception.</ins>" in text_of(page)
    assert texts() == before


def test_what_is_ticked_is_replaced_and_logged(menus: list[Menu], author: Client) -> None:
    page = preview(author, "front desk", "reception")

    done = apply(author, page, "question en-US", "desk en-US")

    assert texts() == {
        "question en-US": "Press 1 for the reception.",
        "desk en-US": "The reception is closed.",
        "desk es-US": "El front desk está cerrado.",
    }
    logged = LogEntry.objects.filter(change_message="Replaced “front desk” by “reception”.")
    assert {each.object_repr for each in logged} == {"question", "desk"}
    assert "Callers of these menus still hear the old words" in text_of(done)
    url = publish_many_url(menu.pk for menu in menus).replace("&", "&amp;")
    assert f'href="{url}"' in text_of(done)


def test_when_they_are_published_no_live_menu_speaks_the_old_words(
    menus: list[Menu], author: Client
) -> None:
    apply(author, preview(author, "front desk", "reception"))
    for menu in menus:
        publish_menu(menu=menu)

    made = PromptReplacement.objects.get()
    page = author.get(reverse("admin:voicegather_promptreplacement_change", args=[made.pk]))

    assert "No live menu speaks other words than these." in text_of(page)


def test_words_that_changed_since_are_not_replaced_nor_any_other(
    menus: list[Menu], author: Client
) -> None:
    page = preview(author, "front desk", "reception")
    PromptVariant.objects.filter(language="es-US").update(text="Otra vez: front desk.")
    before = texts()

    refused = apply(author, page, "question en-US", "desk es-US")

    assert refused.status_code == 409
    assert "Somebody changed some of these words since you looked" in text_of(refused)
    assert texts() == before
    ticked = {hit.variant.prompt.key for hit in refused.context["hits"] if hit.is_ticked}
    assert ticked == {"question", "desk"}


@pytest.mark.parametrize(
    ("q", "by", "problem"),
    [
        ("front desk", "y" * 500, "Telnyx speaks up to 3,000 characters"),
        ("front desk", "{{ x", "{{ or }} that form no variable"),
        ("front desk", "{{ nobody }}", "No call knows the variable “nobody” there."),
        ("front desk", "{{ caller|loud }}", "unknown filter “loud”"),
        ("Press 1 for the front desk.", "", "No words would be left."),
    ],
)
def test_what_could_not_be_spoken_is_said_and_cannot_be_ticked(
    q: str, by: str, problem: str, menus: list[Menu], author: Client
) -> None:
    if len(by) == 500:
        PromptVariant.objects.filter(prompt__key="question").update(text="front desk " * 250)
    before = texts()

    page = preview(author, q, by)
    refused = apply(author, page, "question en-US")

    assert problem in text_of(page)
    assert "disabled" in text_of(page)
    assert refused.status_code == 409
    assert texts() == before


def test_ssml_that_would_break_is_refused(menus: list[Menu], author: Client) -> None:
    PromptVariant.objects.filter(prompt__key="question").update(
        kind="ssml", text="<speak>front desk</speak>"
    )

    page = preview(author, "front desk", "<b>", language="en-US")

    problems = {hit.variant.prompt.key: hit.proposal.problems for hit in page.context["hits"]}
    assert problems["question"]


def test_more_texts_than_fit_come_after_the_first_are_done(
    menus: list[Menu], author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_page, "MOST_TEXTS", 2)

    page = preview(author, "front desk", "reception")

    assert "1 more text comes when these are done." in text_of(page)


# ---- undo ---------------------------------------------------------------------------------


def test_undo_gives_every_text_its_words_back(menus: list[Menu], author: Client) -> None:
    before = texts()
    apply(author, preview(author, "front desk", "reception"))
    undo = reverse(
        "admin:voicegather_promptreplacement_undo", args=[PromptReplacement.objects.get().pk]
    )

    done = author.post(undo, follow=True)
    again = author.post(undo, follow=True)

    assert "3 texts are as they were." in text_of(done)
    assert "was taken back already" in text_of(again)
    assert texts() == before


def test_undo_leaves_what_was_changed_since(menus: list[Menu], author: Client) -> None:
    apply(author, preview(author, "front desk", "reception"))
    PromptVariant.objects.filter(language="es-US").update(text="Otra cosa.")
    PromptVariant.objects.filter(prompt__key="question").delete()
    made = PromptReplacement.objects.get()

    done = author.post(
        reverse("admin:voicegather_promptreplacement_undo", args=[made.pk]), follow=True
    )

    assert "1 text is as it was." in text_of(done)
    assert "changed since: " in text_of(done)
    assert texts() == {"desk en-US": "The front desk is closed.", "desk es-US": "Otra cosa."}


def test_when_all_was_changed_since_nothing_is_undone(menus: list[Menu], author: Client) -> None:
    apply(author, preview(author, "front desk", "reception"))
    PromptVariant.objects.update(text="Other.")
    made = PromptReplacement.objects.get()

    done = author.post(
        reverse("admin:voicegather_promptreplacement_undo", args=[made.pk]), follow=True
    )

    assert "Every one of these texts was changed since" in text_of(done)
    assert PromptReplacement.objects.get().undone_at is None


# ---- permissions and teams ----------------------------------------------------------------


def test_another_teams_words_are_neither_found_nor_replaced(
    menus: list[Menu], author: Client
) -> None:
    page = preview(author, "front desk", "reception")
    theirs = Group.objects.create(name="theirs")
    Prompt.objects.filter(key="desk").update(team=theirs)
    before = texts()

    assert find(author, "front desk").context["total"] == 1
    assert apply(author, page).status_code == 409
    assert texts() == before


def test_a_replacement_in_another_teams_prompts_is_not_found(
    menus: list[Menu], author: Client
) -> None:
    apply(author, preview(author, "front desk", "reception"))
    made = PromptReplacement.objects.get()
    Prompt.objects.filter(key="desk").update(team=Group.objects.create(name="theirs"))

    for view in ("change", "undo"):
        url = reverse(f"admin:voicegather_promptreplacement_{view}", args=[made.pk])
        assert (author.post(url) if view == "undo" else author.get(url)).status_code == 404


def test_what_was_replaced_in_another_teams_prompts_stays_theirs_when_they_are_gone(
    menus: list[Menu], author: Client, as_staff: AsStaff
) -> None:
    apply(author, preview(author, "front desk", "reception"))
    replacement = PromptReplacement.objects.get()
    Prompt.objects.update(team=Group.objects.create(name="Theirs"))
    Prompt.objects.all().delete()
    other = as_staff("view_prompt", "change_prompt")

    listed = other.get(reverse("admin:voicegather_promptreplacement_changelist"))

    assert "front desk" not in text_of(listed)
    page = reverse("admin:voicegather_promptreplacement_change", args=[replacement.pk])
    assert other.get(page).status_code == 404
    assert author.get(page).status_code == 200


def test_who_may_only_look_finds_and_replaces_nothing(
    menus: list[Menu], as_staff: AsStaff, author: Client
) -> None:
    viewer = as_staff("view_prompt")
    page = preview(author, "front desk", "reception")
    before = texts()

    found = preview(viewer, "front desk", "reception")

    assert found.status_code == 200
    assert 'name="preview"' not in text_of(found)
    assert found.context["settings"] == ()
    assert apply(viewer, page).status_code == 403
    assert texts() == before
    assert as_staff("view_menu").get(URL).status_code == 403


def test_the_queries_do_not_grow_with_what_is_found(author: Client, db: None) -> None:
    counts = []
    for number in (2, 30):
        for each in range(number):
            prompt, _ = Prompt.objects.get_or_create(key=f"p{each}")
            PromptVariant.objects.get_or_create(
                prompt=prompt, language="en-US", defaults={"text": f"Word {each}."}
            )
        author.get(URL, {"q": "word"})
        with CaptureQueriesContext(connection) as queries:
            assert preview(author, "word", "term").context["total"] == number
        counts.append(len(queries))

    assert counts[0] == counts[1]
