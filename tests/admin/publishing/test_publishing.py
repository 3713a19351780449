"""The page on which a menu is published: what it shows, and what it refuses."""

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

from tests.admin.menus.test_menu_page import ODD, make_steps
from tests.factories import make_call, make_menu
from tests.services.menu_tests.saved import bank, make_test
from tests.services.menus.building import ask, choice, line, load, words
from voicegather.models import Choice, Menu, MenuVersion, Prompt, PromptVariant, Step
from voicegather.services.menus import publish_menu

AsStaff = Callable[..., Client]
MAY = ("view_menu", "view_step", "publish_menu")


@pytest.fixture
def live(db: None) -> Menu:
    """A menu that is live, and whose prompt says something else by now."""
    menu = load(line())
    publish_menu(menu=menu)
    PromptVariant.objects.update(text="Please press 1.")
    return menu


@pytest.fixture
def manager(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


def url_of(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_publish", args=[menu.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def form_of(page: Any, **fields: str) -> dict[str, str]:
    """What the browser would send of the page's form."""
    return {"sha256": page.context["sha256"], "seen": page.context["seen"], "note": "", **fields}


def differences(page: Any) -> dict[str, Any]:
    return {
        shown.difference.key: shown for group in page.context["groups"] for shown in group.shown
    }


# ---- what it shows ------------------------------------------------------------------------


def test_the_page_shows_what_changes_word_by_word(live: Menu, manager: Client) -> None:
    page = manager.get(url_of(live))

    assert page.context["summary"] == "1 prompt"
    assert "<del>Press </del> <ins>Please press </ins>" in text_of(page)
    assert "What changes against version 1" in text_of(page)


def test_a_changed_step_is_linked_to_its_form_which_leads_back(live: Menu, manager: Client) -> None:
    step = Step.objects.get(key="ask")
    Step.objects.filter(pk=step.pk).update(config={**step.config, "maximum_digits": 4})

    page = manager.get(url_of(live))

    step_url = reverse("admin:voicegather_step_change", args=[step.pk])
    assert f'href="{step_url}?from=publish"' in page.content.decode()
    assert "<dt>Most digits</dt>" in text_of(page)


def test_findings_lead_to_the_fields_that_mend_them_and_nothing_is_published(
    live: Menu, manager: Client
) -> None:
    step = Step.objects.get(key="ask")
    Step.objects.filter(pk=step.pk).update(config={"prompt": "gone"}, name="The question")

    page = manager.get(url_of(live))
    refused = manager.post(url_of(live), form_of(page, note="Why not."))

    link = f"{reverse('admin:voicegather_step_change', args=[step.pk])}?from=publish"
    assert f'href="{link}#id_setting_prompt">The question, Prompt</a>' in page.content.decode()
    assert "disabled" in text_of(page)
    assert refused.status_code == 409
    assert "The menu cannot be published" in text_of(refused)
    assert ">Why not.</textarea>" in text_of(refused).replace("> Why", ">Why")
    assert MenuVersion.objects.count() == 1


def test_what_the_whole_menu_lacks_leads_to_the_menus_form(admin_client: Client) -> None:
    menu = make_menu()

    page = admin_client.get(url_of(menu))

    change = reverse("admin:voicegather_menu_change", args=[menu.pk])
    assert [each["link"] for each in page.context["findings"]] == [f"{change}#id_entry"]


def test_calls_in_progress_are_those_of_the_live_version(live: Menu, manager: Client) -> None:
    version = MenuVersion.objects.get()
    for phase in ("running", "ended", "answering"):
        make_call(version=version, phase=phase)
    make_call(phase="running")

    assert "2 calls are in progress on version 1" in text_of(manager.get(url_of(live)))


def test_a_menu_that_was_never_published_shows_all_of_it(manager: Client) -> None:
    page = manager.get(url_of(load(line())))

    assert page.context["summary"].startswith("2 steps added, 1 prompt, ")
    assert "nothing is published yet" in text_of(page)


def test_there_is_nothing_to_publish_where_callers_hear_the_draft(
    live: Menu, manager: Client
) -> None:
    publish_menu(menu=live)

    page = text_of(manager.get(url_of(live)))

    assert "callers hear this draft already" in page
    assert 'name="note"' not in page


def test_tests_that_must_pass_are_shown_and_keep_it_from_being_published(
    manager: Client,
) -> None:
    menu = bank()
    Menu.objects.update(requires_tests=True)
    menu.refresh_from_db()
    make_test(menu, "Account")
    account = Step.objects.get(key="account")
    before = manager.get(url_of(menu))
    Choice.objects.filter(step__key="department", value="1").update(
        target=Step.objects.get(key="pin")
    )

    page = manager.get(url_of(menu))
    refused = manager.post(url_of(menu), form_of(page))

    assert [run.has_passed for run in before.context["tests"]] == [True]
    assert [run.has_passed for run in page.context["tests"]] == [False]
    assert "The tests must pass first." in text_of(page)
    assert refused.status_code == 409
    assert "1 test of the menu fails" in text_of(refused)
    assert account.menu.versions.count() == 0


def test_names_with_markup_are_shown_as_text(manager: Client) -> None:
    menu = load(line(name=ODD))
    publish_menu(menu=menu)
    Step.objects.update(name=ODD)
    PromptVariant.objects.update(text=ODD)

    page = manager.post(url_of(menu), {"note": ODD, "seen": ODD, "sha256": ODD})

    assert page.status_code == 409
    assert "<img src=x" not in page.content.decode()
    assert "&lt;img src=x" in page.content.decode()


def test_words_of_another_teams_prompt_are_not_shown(live: Menu, manager: Client) -> None:
    Prompt.objects.update(team=Group.objects.create(name="theirs"))

    page = text_of(manager.get(url_of(live)))

    assert "Its words belong to another team." in page
    assert "Please press" not in page


def test_a_live_version_that_cannot_be_read_is_told(live: Menu, manager: Client) -> None:
    MenuVersion.objects.update(document={"format": 99})

    assert "they cannot be compared" in text_of(manager.get(url_of(live)))


def test_a_page_of_many_steps_takes_as_many_queries_as_one_of_few(manager: Client) -> None:
    counts = []
    for slug, size in (("warm", 2), ("few", 2), ("many", 60)):
        menu = make_menu(slug)
        make_steps(menu, size)
        Step.objects.create(menu=menu, key="end", kind="hangup", position=size)
        version = MenuVersion.objects.create(
            menu=menu, number=1, format=1, sha256=slug, document=_empty(menu)
        )
        Menu.objects.filter(pk=menu.pk).update(live_version=version)
        with CaptureQueriesContext(connection) as captured:
            page = manager.get(url_of(menu))
        assert len(page.context["groups"][1].shown) == size + 1
        counts.append(len(captured))

    assert counts[2] == counts[1] <= 18


def _empty(menu: Menu) -> dict[str, Any]:
    return {"format": 1, "menu": menu.slug, "entry": "", "languages": ["en-US"], "steps": {}}


# ---- publishing ---------------------------------------------------------------------------


def test_publishing_makes_the_next_version_with_the_note_and_the_author(
    live: Menu, manager: Client
) -> None:
    page = manager.get(url_of(live))

    response = manager.post(url_of(live), form_of(page, note="Friendlier."), follow=True)

    version = MenuVersion.objects.get(number=2)
    assert (version.note, version.author.username) == ("Friendlier.", "staff0")  # type: ignore[union-attr]
    assert Menu.objects.get().live_version == version
    assert "“Line” is live as version 2." in text_of(response)
    assert LogEntry.objects.filter(change_message="Made version 2 live. Friendlier.").exists()


def test_a_draft_that_somebody_saved_meanwhile_is_shown_again_with_what_is_new(
    live: Menu, manager: Client
) -> None:
    page = manager.get(url_of(live))
    step = Step.objects.get(key="ask")
    Step.objects.filter(pk=step.pk).update(config={**step.config, "maximum_digits": 4})

    refused = manager.post(url_of(live), form_of(page, note="Friendlier."))

    assert refused.status_code == 409
    assert "Somebody changed the draft since you opened this page" in text_of(refused)
    assert {key: shown.is_new for key, shown in differences(refused).items()} == {
        "ask": True,
        "question": False,
    }
    assert text_of(refused).count("new since you opened this page") == 1
    assert "Friendlier.</textarea>" in text_of(refused)
    assert MenuVersion.objects.count() == 1

    again = manager.post(url_of(live), form_of(refused, note="Friendlier."))
    assert again.status_code == 302
    assert MenuVersion.objects.count() == 2


@pytest.mark.parametrize(
    "form", [{}, {"sha256": "x" * 5000}, {"sha256": "\0", "seen": "\0,,"}, {"seen": "a" * 9000}]
)
def test_a_form_without_its_marks_publishes_nothing(
    form: dict[str, str], live: Menu, manager: Client
) -> None:
    assert manager.post(url_of(live), form).status_code == 409
    assert MenuVersion.objects.count() == 1


@pytest.mark.parametrize("note", ["x" * 2001, "a\0b"])
def test_a_note_that_cannot_be_kept_is_refused_beside_its_field(
    note: str, live: Menu, manager: Client
) -> None:
    page = manager.get(url_of(live))

    refused = manager.post(url_of(live), form_of(page, note=note))

    assert 'class="errorlist"' in text_of(refused)
    assert MenuVersion.objects.count() == 1


# ---- permissions and teams ----------------------------------------------------------------


@pytest.mark.parametrize(
    "permissions", [("view_menu", "change_menu"), ("publish_menu",), ("view_step",)]
)
def test_who_may_not_publish_or_not_see_the_menu_is_refused(
    permissions: tuple[str, ...], live: Menu, as_staff: AsStaff
) -> None:
    client = as_staff(*permissions)

    assert client.get(url_of(live)).status_code == 403
    assert client.post(url_of(live), {}).status_code == 403


def test_another_teams_menu_is_not_found(live: Menu, manager: Client) -> None:
    Menu.objects.update(team=Group.objects.create(name="theirs"))

    assert manager.get(url_of(live)).status_code == 404
    assert manager.post(url_of(live), {}).status_code == 404


def test_who_may_not_see_steps_learns_how_much_changes_and_no_words(
    live: Menu, as_staff: AsStaff
) -> None:
    page = text_of(as_staff("view_menu", "publish_menu").get(url_of(live)))

    assert "1 prompt" in page
    assert "press" not in page.lower().replace("expression", "")


def test_the_menus_page_leads_to_it(live: Menu, manager: Client, as_staff: AsStaff) -> None:
    change = reverse("admin:voicegather_menu_change", args=[live.pk])

    assert f'href="{url_of(live)}"' in manager.get(change).content.decode()
    assert url_of(live) not in as_staff("view_menu", "view_step").get(change).content.decode()


def test_many_differences_fold(manager: Client) -> None:
    steps = {f"s{number}": ask(choice(any=True)) for number in range(60)}
    menu = load(
        line(entry="s0", steps={**steps, "bye": {"kind": "hangup"}}, prompts={"question": words()})
    )

    assert "Show 21 more" in text_of(manager.get(url_of(menu)))


def test_a_step_that_gets_another_name_makes_no_neighbour_new(live: Menu, manager: Client) -> None:
    Choice.objects.filter(step__key="ask").update(value="2")
    page = manager.get(url_of(live))
    Step.objects.filter(key="bye").update(name="Farewell")

    refused = manager.post(url_of(live), form_of(page))

    news = {key: shown.is_new for key, shown in differences(refused).items()}
    assert news == {"": False, "ask": False, "bye": True, "question": False} or news == {
        "ask": False,
        "bye": True,
        "question": False,
    }
