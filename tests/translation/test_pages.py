"""Every admin page in a pretended language: no word that nobody could translate."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import CharField, JSONField, Model, TextField
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests.admin.test_pages import fill
from tests.translation.pseudo import pseudo_language, unmarked
from voicegather.engine.kinds import all_kinds
from voicegather.models import AudioFile, MediaUpload, Menu, PromptReplacement, PublishingPlan, Step
from voicegather.models.plans import PlanState
from voicegather.services.calendars.observances import countries
from voicegather.services.exports.choosing import columns_to_choose
from voicegather.services.voices import PROVIDERS, suggested_voices

#: What is the same in every language, and names of settings, commands and formats.
SAME_EVERYWHERE = {
    *("API", "AWS", "Azure", "CSV", "DTMF", "GET", "HTTP", "HTTPS", "JSON", "Lines", "MP3", "SIP"),
    *("SHA", "SSML", "SVG", "Telnyx", "URL", "UTC", "VOICEGATHER", "WAV", "YAML", "voicegather"),
    # Django's own, in its English formats of dates and in its paginators.
    *("a.m", "p.m", "noon", "midnight", "Sun", "March", "Nov", "November"),
    # Words of JSON, and the alternative texts of Django's own images.
    *("null", "False", "None", "True", "Search"),
}
#: Addresses of two things, which are no pages: they are posted to, or fetched by scripts.
OF_TWO = {
    "voicegather_menu_plan",
    "voicegather_menu_test_call_act",
    "voicegather_menu_test_call_save",
    "voicegather_menu_tests_one",
}
#: Placeholders of prompts, and ids.
_NO_WORDS = re.compile(r"\{\{.*?\}\}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Tests name what they make up with a Z.
_WORD = re.compile(r"(?<![A-Za-z])(?![Zz]z)[A-Za-z][a-z]{2,}")


@cache
def addresses() -> dict[str, str]:
    """The name of each of our admin addresses, with its path."""
    return {
        str(pattern.name): str(pattern.pattern)
        for resolver in admin.site.urls[0]
        if isinstance(resolver, URLResolver)
        for pattern in resolver.url_patterns
        if isinstance(pattern, URLPattern) and str(pattern.name).startswith("voicegather_")
    }


PAGES = sorted(set(addresses()) - OF_TWO)


@pytest.fixture
def site(db: None) -> None:
    """A row of every model, and a menu with much to mend."""
    fill(1)
    menu = Menu.objects.get(slug="menu1")
    for kind in all_kinds():
        Step.objects.create(menu=menu, key=f"zz_{kind.name}", kind=kind.name)
    audio = AudioFile.objects.create(
        name="prompts/zz.wav", format="wav", size=1, duration_ms=1, sample_rate=8000, channels=1
    )
    MediaUpload.objects.create(audio=audio, connection="default")
    PromptReplacement.objects.create(find="Hello")
    PublishingPlan.objects.create(menu=menu, state=PlanState.PLANNED, sha256="0" * 64)


def model_of(name: str) -> type[Model]:
    """Whose page it is: the address begins with the model's name."""
    models = apps.get_app_config("voicegather").get_models()
    (found,) = (each for each in models if name.startswith(f"voicegather_{each._meta.model_name}_"))
    return found


def variants_of(name: str) -> list[str]:
    """The address of a page, with every query that makes another page of it."""
    takes = re.findall(r"<(?:\w+:)?(\w+)>", addresses()[name])
    url = reverse(
        f"admin:{name}", args=[model_of(name)._default_manager.latest("pk").pk] if takes else []
    )
    menu = Menu.objects.get(slug="menu1").pk
    if name == "voicegather_step_add":
        return [url, *(f"{url}?menu={menu}&kind={kind.name}" for kind in all_kinds())]
    if name == "voicegather_call_place":
        return [f"{url}?menu={menu}"]
    if name == "voicegather_menu_publish_many":
        return [f"{url}?ids={menu}"]
    if name == "voicegather_step_change":
        return [reverse(f"admin:{name}", args=[each.pk]) for each in Step.objects.all()]
    return [url]


def stored_words() -> set[str]:
    """Every word that is data: what stands in the tables, but for values with labels."""
    users = get_user_model().objects.values_list("username", "email")
    words = set(_WORD.findall(str(list(users))))
    # Columns are named as they stand in the files.
    for _group, keys in columns_to_choose(Menu.objects.all()):
        words |= {word for key, _name in keys for word in _WORD.findall(key)}
    for model in apps.get_app_config("voicegather").get_models():
        columns = [
            each
            for each in model._meta.get_fields()
            if isinstance(each, CharField | TextField | JSONField)
        ]
        for row in model._default_manager.all():
            for column in columns:
                if not getattr(column, "choices", None):
                    words |= set(_WORD.findall(str(getattr(row, column.name))))
    return words


@cache
def vendors_words() -> frozenset[str]:
    """Names of providers, of voices and of countries."""
    settings = [one for each in PROVIDERS for one in each.settings]
    named = [choice for each in settings for choice in each.choices]
    named += [str(each.label) for each in PROVIDERS]
    named += [text for each in suggested_voices("en-US") for text in (each.voice, each.label)]
    # As the library of holidays has them.
    named += countries().values()
    return frozenset(word for text in named for word in _WORD.findall(text))


def strange_words(page: str, stored: set[str]) -> list[str]:
    """Texts outside the marks that are neither `stored` nor the same everywhere."""
    found = {text: set(_WORD.findall(_NO_WORDS.sub("", text))) for text in unmarked(page)}
    return [
        text for text, words in found.items() if words - SAME_EVERYWHERE - vendors_words() - stored
    ]


def test_each_address_is_of_one_thing_or_none_or_known_here() -> None:
    of_two = {name for name, path in addresses().items() if path.count("<") > 1}

    assert of_two == OF_TWO


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("site")
def test_no_page_says_what_cannot_be_translated(admin_client: Client) -> None:
    assert strange_words_of_all(admin_client.get) == {}


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("site")
def test_nor_does_a_form_when_nothing_is_sent(admin_client: Client) -> None:
    """What it says of every field that is missing."""
    assert strange_words_of_all(admin_client.post) == {}


def strange_words_of_all(ask: Callable[..., Any]) -> dict[str, list[str]]:
    """By address, the texts outside the marks; what an address does is undone before the next."""
    found, stored = {}, stored_words()
    for name in PAGES:
        for url in variants_of(name):
            with transaction.atomic():
                page = page_at(url, ask)
                # What is strange may have been stored by this very page.
                if strange_words(page, stored) and (strange := strange_words(page, stored_words())):
                    found[url] = strange
                transaction.set_rollback(True)
    return found


def page_at(url: str, ask: Callable[..., Any]) -> str:
    """In the pretended language; "" where there is no page."""
    with pseudo_language():
        response = ask(url, {}, follow=True)
        return response.content.decode() if is_page(response) else ""


def is_page(response: Any) -> bool:
    """No page is what nobody may do, what is only posted to, and what scripts fetch."""
    kind = response.headers.get("Content-Type", "")
    return response.status_code not in (403, 404, 405) and kind.startswith("text/html")


@pytest.mark.usefixtures("site")
def test_a_text_without_translation_is_found(admin_client: Client) -> None:
    with pseudo_language():
        page = admin_client.get(reverse("admin:voicegather_menu_changelist")).content.decode()

    hard_coded = page.replace("</h1>", "</h1><p>Nobody thought of this.</p>")

    assert strange_words(page, stored_words()) == []
    assert strange_words(hard_coded, stored_words()) == ["Nobody thought of this."]
