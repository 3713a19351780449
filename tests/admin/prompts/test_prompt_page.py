"""A prompt's page: where it is used, what callers still hear, and that used ones are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.filled import filled
from tests.services.menus.building import line, load, words
from voicegather.models import Menu, Prompt, PromptVariant, Step
from voicegather.services.menus import publish_menu
from voicegather.services.prompts import PromptInUseError, delete_prompt

LIST = "admin:voicegather_prompt_changelist"


@pytest.fixture
def prompt(db: None) -> Prompt:
    """Used by the step “ask” of the menu “Line”, which is live."""
    publish_menu(menu=load(line()))
    return Prompt.objects.get()


def url_of(prompt: Prompt, page: str = "change") -> str:
    return reverse(f"admin:voicegather_prompt_{page}", args=[prompt.pk])


def page_of(client: Client, prompt: Prompt, page: str = "change") -> str:
    return client.get(url_of(prompt, page)).content.decode()


def change_words(client: Client, prompt: Prompt, text: str) -> Any:
    typed = filled(client.get(url_of(prompt)), "prompt_form", **{"variants-0-text": text})
    return client.post(url_of(prompt), typed, follow=True)


# ---- where it is used -------------------------------------------------------------------------


def test_the_page_tells_which_steps_use_it_and_links_there(
    admin_client: Client, prompt: Prompt
) -> None:
    menu = Menu.objects.get()
    step = menu.steps.get(key="ask")

    page = page_of(admin_client, prompt)

    assert f'<a href="/admin/voicegather/menu/{menu.pk}/change/">Line</a>:' in page
    assert f'<a href="/admin/voicegather/step/{step.pk}/change/">ask</a>' in page
    assert "no step uses it" in page_of(admin_client, Prompt.objects.create(key="alone"))


def test_a_language_that_its_menus_speak_is_missed(admin_client: Client, prompt: Prompt) -> None:
    Menu.objects.update(languages=["en-US", "es-US"])

    page = page_of(admin_client, prompt)

    assert f"/promptvariant/add/?prompt={prompt.pk}&amp;language=es-US" in page
    assert "language=en-US" not in page


def test_archived_menus_keep_their_prompts_and_are_heard_by_nobody(
    admin_client: Client, prompt: Prompt
) -> None:
    Menu.objects.update(languages=["en-US", "es-US"], archived_at=datetime(2026, 3, 1, tzinfo=UTC))
    PromptVariant.objects.update(text="Press 2.")

    page = page_of(admin_client, prompt)

    assert "Line</a> (archived):" in page
    assert "Languages that are missing" not in page
    assert "Callers still hear other words" not in page
    with pytest.raises(PromptInUseError):
        delete_prompt(prompt)


def test_menus_of_other_teams_are_only_counted(as_staff: Any, prompt: Prompt) -> None:
    Menu.objects.update(team=Group.objects.create(name="Theirs"))
    may = ("view_prompt", "change_prompt", "delete_prompt", "delete_promptvariant")
    client = as_staff(*may, "view_menu", "view_step")
    PromptVariant.objects.update(text="Other words.")

    for page in (page_of(client, prompt), page_of(client, prompt, "delete")):
        assert "1 menu of another team" in page
        assert "Line" not in page
    assert Prompt.objects.exists()


def test_what_menus_of_other_teams_know_is_not_told(as_staff: Any, prompt: Prompt) -> None:
    variables = [{"name": "plan", "help": "Gold or silver"}]
    Menu.objects.update(team=Group.objects.create(name="Theirs"), variables=variables)
    Step.objects.filter(key="ask").update(name="Ask for the PIN", sensitivity="secret")
    PromptVariant.objects.update(text="You pressed {{ ask }}.")
    client = as_staff("view_prompt", "change_prompt", "change_promptvariant")

    page = page_of(client, prompt)

    assert "“ask” is not to be spoken: a menu of another team keeps it" in page
    assert "Gold or silver" not in page
    assert "plan" not in page.partition('class="pw"')[2].partition("</div>")[0]
    assert "Ask for the PIN" not in page


def test_other_teams_prompts_do_not_exist(as_staff: Any, prompt: Prompt) -> None:
    Prompt.objects.update(team=Group.objects.create(name="Theirs"))
    client = as_staff("view_prompt", "change_prompt", "delete_prompt")

    assert client.get(url_of(prompt)).status_code == 302
    assert client.get(url_of(prompt, "delete")).status_code == 302


# ---- deleting ---------------------------------------------------------------------------------


def test_a_used_prompt_is_not_deleted_and_its_steps_are_named(
    admin_client: Client, prompt: Prompt
) -> None:
    step = Menu.objects.get().steps.get(key="ask")

    page = page_of(admin_client, prompt, "delete")
    admin_client.post(url_of(prompt, "delete"), {"post": "yes"})

    assert "“question” is not deleted while steps use it." in page
    assert f'<a href="/admin/voicegather/step/{step.pk}/change/">“question” is used' in page
    assert Prompt.objects.exists()


def test_the_action_deletes_nothing_where_one_of_them_is_used(
    admin_client: Client, prompt: Prompt
) -> None:
    alone = Prompt.objects.create(key="alone")
    action = {"action": "delete_selected", "_selected_action": [prompt.pk, alone.pk]}

    page = admin_client.post(reverse(LIST), action).content.decode()
    admin_client.post(reverse(LIST), {**action, "post": "yes"})

    assert "Nothing was deleted: prompts stay while steps use them." in page
    assert "“question” is used by step “ask” of “Line”" in page
    assert Prompt.objects.count() == 2


def test_prompts_that_no_step_uses_are_deleted(admin_client: Client, prompt: Prompt) -> None:
    others = [Prompt.objects.create(key=key) for key in ("one", "two", "three")]
    admin_client.post(url_of(others[0], "delete"), {"post": "yes"})
    action = {"action": "delete_selected", "_selected_action": [others[1].pk, others[2].pk]}
    admin_client.post(reverse(LIST), {**action, "post": "yes"})

    assert list(Prompt.objects.all()) == [prompt]


def test_the_service_refuses_with_what_to_do(prompt: Prompt) -> None:
    with pytest.raises(PromptInUseError) as refusal:
        delete_prompt(prompt)

    assert str(refusal.value) == (
        "“question” is used by step “ask” of “Line”: name another prompt there, then delete it."
    )


def test_a_key_that_begins_as_another_is_another(prompt: Prompt) -> None:
    delete_prompt(Prompt.objects.create(key="quest"))
    delete_prompt(Prompt.objects.create(key="questio_"))

    assert list(Prompt.objects.all()) == [prompt]


def test_live_menus_go_on_without_a_deleted_prompt(admin_client: Client, prompt: Prompt) -> None:
    menu = Menu.objects.get()
    menu.steps.filter(key="ask").update(kind="message", config={})

    admin_client.post(url_of(prompt, "delete"), {"post": "yes"})

    assert not Prompt.objects.exists()
    menu.refresh_from_db()
    assert menu.live_version is not None
    assert menu.live_version.document["prompts"]["question"]["en-US"]["text"] == "Press 1."


# ---- what callers still hear ------------------------------------------------------------------


def test_a_change_tells_which_live_menus_speak_the_old_words_and_leads_to_publishing(
    admin_client: Client, prompt: Prompt
) -> None:
    menu = Menu.objects.get()

    answer = change_words(admin_client, prompt, "Press 2.")
    page = page_of(admin_client, prompt)

    publish = f"/admin/voicegather/menu/publish/?menus={menu.pk}"
    assert "1 live menu still speaks the old words." in answer.content.decode()
    assert f'<a href="{publish}">Publish…</a>' in answer.content.decode()
    assert "Callers still hear other words" in page
    assert "<del>1.</del> <ins>2.</ins>" in page
    assert f'href="{publish}">Publish this menu…</a>' in page


def test_once_published_callers_hear_what_is_written(admin_client: Client, prompt: Prompt) -> None:
    change_words(admin_client, prompt, "Press 2.")
    publish_menu(menu=Menu.objects.get())

    assert "Callers still hear other words" not in page_of(admin_client, prompt)
    assert "v2" in page_of(admin_client, prompt)


def test_an_unpublished_change_of_something_else_is_none_of_the_words(
    admin_client: Client, prompt: Prompt
) -> None:
    Menu.objects.get().steps.filter(key="bye").update(name="Goodbye")

    assert "Callers still hear other words" not in page_of(admin_client, prompt)


@pytest.mark.parametrize(
    ("permissions", "says"),
    [
        (("publish_menu", "view_menu"), "Publish this menu…"),
        ((), "You may not publish menus: ask somebody who may."),
    ],
)
def test_who_may_not_publish_is_told_so(
    permissions: tuple[str, ...], says: str, as_staff: Any, prompt: Prompt
) -> None:
    may = ("view_prompt", "change_prompt", "view_promptvariant", "change_promptvariant")
    client = as_staff(*may, *permissions)

    assert change_words(client, prompt, "Press 2.").status_code == 200
    assert says in page_of(client, prompt)


def test_names_are_shown_as_they_are_written(admin_client: Client, prompt: Prompt) -> None:
    name = '<b>"R&D"</b> 🎙️ שלום'
    Menu.objects.update(name=name)
    Prompt.objects.update(name=name)
    PromptVariant.objects.update(text="<script>alert(1)</script>")

    for page in (page_of(admin_client, prompt), page_of(admin_client, prompt, "delete")):
        assert '<b>"R' not in page
        assert "<script>alert" not in page
        assert "&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt; 🎙️ שלום" in page


@pytest.fixture
def queries(admin_client: Client) -> Callable[[Prompt], int]:
    def count(prompt: Prompt) -> int:
        admin_client.get(url_of(prompt))
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(url_of(prompt))
        return len(asked)

    return count


def test_many_menus_ask_as_often_as_one(queries: Callable[[Prompt], int], prompt: Prompt) -> None:
    with_one = queries(prompt)
    for number in range(5):
        same = {"question": words("Press 1.")}
        publish_menu(menu=load(line(menu=f"line{number}", name=f"Line {number}", prompts=same)))

    assert queries(prompt) == with_one
