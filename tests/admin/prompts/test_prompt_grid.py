"""The list of prompts: a column a language, each cell a link to the words in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.menus.building import line, load, words
from voicegather.models import Menu, Prompt, PromptVariant

LIST = "/admin/voicegather/prompt/"


@pytest.fixture
def menu(db: None) -> Menu:
    """In English and Spanish; its one prompt is in English."""
    menu = load(line())
    Menu.objects.update(languages=["en-US", "es-US"])
    return menu


def say(key: str, language: str = "en-US", **columns: Any) -> PromptVariant:
    prompt, _ = Prompt.objects.get_or_create(key=key)
    return PromptVariant.objects.create(prompt=prompt, language=language, **columns)


def cells(client: Client, query: str = "") -> dict[str, list[str]]:
    """What each row says of each language."""
    page = client.get(LIST + query).content.decode()
    rows = re.findall(r'class="pg-name"[^>]*>(.*?)</span>(.*?)</tr>', page, re.S)
    said = r'class="pg-state"><span aria-hidden="true">.</span> (.*?)</span>'
    return {name: re.findall(said, row) for name, row in rows}


def found(client: Client, query: str) -> list[str]:
    return list(cells(client, query))


def test_each_cell_says_how_the_prompt_stands_in_a_language(
    admin_client: Client, menu: Menu
) -> None:
    say("long", text="x" * 3001)
    say("music", kind="audio", audio_url="https://www.example.com/a.wav")
    say("music", "fr-CA", kind="ssml", text="<speak>Allô</speak>")
    say("stored", kind="media", media_name="a")

    assert cells(admin_client) == {
        "long": ["too long: 3,001 characters", "not there", "not there"],
        "music": ["Audio", "not there", "SSML"],
        "question": ["Text", "missing", "not there"],
        "stored": ["Telnyx media", "not there", "not there"],
    }


def test_a_cell_leads_to_its_words_or_to_adding_them(admin_client: Client, menu: Menu) -> None:
    prompt, variant = Prompt.objects.get(), PromptVariant.objects.get()

    page = admin_client.get(LIST).content.decode()

    assert f'href="/admin/voicegather/promptvariant/{variant.pk}/change/?from=grid"' in page
    add = (
        f"/admin/voicegather/promptvariant/add/?prompt={prompt.pk}&amp;language=es-US&amp;from=grid"
    )
    assert f'href="{add}"' in page
    form = admin_client.get(add.replace("&amp;", "&")).content.decode()
    assert 'value="es-US"' in form
    assert f'<option value="{prompt.pk}" selected>question</option>' in form


def test_saving_a_cell_leads_back_to_the_grid(admin_client: Client, menu: Menu) -> None:
    variant = PromptVariant.objects.get()
    url = f"{reverse('admin:voicegather_promptvariant_change', args=[variant.pk])}?from=grid"
    typed = {"language": "en-US", "kind": "text", "text": "Press 2.", "duration_ms": "0"}

    answer = admin_client.post(url, typed)

    assert (answer.status_code, answer["Location"]) == (302, LIST)


@pytest.mark.parametrize(
    ("query", "prompts"),
    [
        ("?missing=es-US", ["greeting", "hola_only", "question"]),
        ("?missing=en-US", ["hola_only"]),
        ("?missing=needed", ["question"]),
        ("?used=yes", ["question"]),
        ("?used=no", ["greeting", "hola_only"]),
        ("?kind=ssml", ["hola_only"]),
        ("?q=greeting", ["greeting"]),
        ("?q=Evening", ["greeting"]),
        ("?q=press", ["question"]),
        ("?missing=tlh", ["greeting", "hola_only", "question"]),
        ("?q=%00", []),
    ],
)
def test_prompts_are_found_by_what_they_lack_and_say(
    query: str, prompts: list[str], admin_client: Client, menu: Menu
) -> None:
    say("greeting", text="Hi")
    Prompt.objects.filter(key="greeting").update(name="greeting")
    say("greeting", "fr-CA", text="Good evening")
    say("hola_only", "mx-MX", kind="ssml", text="<speak>Hola</speak>")

    assert found(admin_client, query) == prompts


def test_only_prompts_of_the_users_teams_are_there(as_staff: Any, menu: Menu) -> None:
    theirs = Group.objects.create(name="Theirs")
    Prompt.objects.create(key="theirs", team=theirs)

    client = as_staff("view_prompt")

    assert found(client, "") == ["question"]
    assert "Theirs" not in client.get(LIST).content.decode()


def test_cells_lead_only_where_the_user_may_go(as_staff: Any, menu: Menu) -> None:
    page = as_staff("view_prompt").get(LIST).content.decode()

    assert "promptvariant/" not in page
    assert "Press 1." in page


def test_words_are_shown_as_they_are_written(admin_client: Client, menu: Menu) -> None:
    PromptVariant.objects.update(text='<i>"Hi"</i> 🎙️ שלום')

    page = admin_client.get(LIST).content.decode()

    assert "&lt;i&gt;&quot;Hi&quot;&lt;/i&gt; 🎙️ שלום" in page


@pytest.mark.parametrize("query", ["", "?missing=needed", "?used=yes", "?q=press&kind=text"])
def test_many_prompts_ask_as_often_as_few(query: str, admin_client: Client, menu: Menu) -> None:
    counts = []
    admin_client.get(LIST + query)
    for size in (1, 30):
        for number in range(size):
            key = f"press_{size}_{number}"
            load(
                line(menu=key.replace("_", "-"), name=key, prompts={"question": words("Press 1.")})
            )
            say(key, text="Press 1.")
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(LIST + query)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 16


def test_languages_of_other_teams_menus_and_prompts_are_no_columns(
    as_staff: Any, menu: Menu
) -> None:
    theirs = Group.objects.create(name="Theirs")
    Menu.objects.create(slug="theirs", languages=["de-DE"], team=theirs)
    say("theirs", "fr-CA", text="Allô")
    Prompt.objects.filter(key="theirs").update(team=theirs)
    client = as_staff("view_prompt", "change_promptvariant")

    for address in (LIST, f"{LIST}words/"):
        page = client.get(address).content.decode()
        assert "es-US" in page
        assert "de-DE" not in page
        assert "fr-CA" not in page
