"""A day's work in the admin in a pretended language: what pages say on the way, and of mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.services.menus.building import as_text, ask, choice, line, load, words
from tests.translation.pseudo import pseudo_language
from tests.translation.test_pages import is_page, stored_words, strange_words
from voicegather.models import Menu, MenuTest, PromptVariant
from voicegather.services.menus import publish_menu

Look = Callable[..., Any]


@pytest.fixture
def menu(db: None) -> Menu:
    steps = {
        "zz_ask": ask(choice("zz_bye", any=True), maximum_digits=4, name="Zzask"),
        "zz_bye": {"kind": "hangup", "name": "Zzbye"},
    }
    exits = [choice("zz_bye", exit=name) for name in ("no_input", "invalid", "failure")]
    return load(line(entry="zz_ask", steps=steps, choices=exits))


@pytest.fixture
def look(admin_client: Client) -> Look:
    """Opens or posts to a page, which must say nothing that cannot be translated."""

    def look(url: str, posted: dict[str, Any] | None = None, **more: Any) -> Any:
        with pseudo_language():
            if posted is None:
                response = admin_client.get(url, follow=True, **more)
            else:
                response = admin_client.post(url, posted, follow=True, **more)
            assert is_page(response), (url, response.status_code)
        assert strange_words(response.content.decode(), stored_words()) == [], (url, posted)
        return response

    return look


def of(menu: Menu, page: str, *more: Any) -> str:
    return reverse(f"admin:voicegather_menu_{page}", args=[menu.pk, *more])


def test_publishing_speaks_one_language(menu: Menu, look: Look) -> None:
    look(of(menu, "publish"))
    version = publish_menu(menu=menu)
    look(of(menu, "change"))
    PromptVariant.objects.update(text="Zz other words.", voice="AWS.Polly.Zz")
    menu.steps.filter(key="zz_ask").update(config={"prompt": "question", "maximum_digits": 9})
    look(of(menu, "publish"))
    look(of(menu, "publish"), {"sha256": "0" * 64, "when": "now"})
    look(reverse("admin:voicegather_menuversion_compare", args=[version.pk]))
    look(reverse("admin:voicegather_menuversion_publish", args=[version.pk]))
    look(reverse("admin:voicegather_menu_changelist"))


def test_a_test_call_speaks_one_language(menu: Menu, look: Look) -> None:
    started = look(of(menu, "test_call"), {})
    url = started.redirect_chain[-1][0]
    for seq, act in enumerate(
        (
            {"act": "press", "keys": "4"},
            {"act": "press", "keys": "x"},
            {"act": "say", "words": "Zz"},
            {"act": "stay_silent"},
            {"act": "nonsense"},
            {"act": "stay_silent"},
            {"act": "hang_up"},
        )
    ):
        look(url, {"seq": seq, **act})
    look(f"{url}save/", {"name": "Zz"})
    look(of(menu, "tests"))
    menu.steps.filter(key="zz_ask").update(config={"prompt": "question", "maximum_silences": 1})
    look(of(menu, "tests"))
    test = MenuTest.objects.get()
    for posted in ({"act": "rename", "name": ""}, {"act": "accept"}, {"act": "delete"}):
        look(of(menu, "tests_one", test.pk), posted)


def test_loading_a_file_speaks_one_language(menu: Menu, look: Look) -> None:
    url = reverse("admin:voicegather_menu_load")
    broken = line(menu="Zz Zz", entry="zz", languages=[], nonsense=1, steps={"Zz": {"kind": "zz"}})
    for text in ("", "zz: [", as_text(broken), as_text(line(menu="zzline", name="Zzline"))):
        look(url, {"text": text, "act": "preview"})
    changed = line(prompts={"question": words("Zz."), "zz": words("Zz.")}, name="Zzname")
    look(url, {"text": as_text(changed), "act": "preview"})


def test_cloning_and_archiving_speak_one_language(menu: Menu, look: Look) -> None:
    look(of(menu, "clone"), {"name": "", "slug": "line", "prompts": "zz"})
    look(of(menu, "clone"), {"name": "Zz", "slug": "zz", "prompts": "copied"})
    look(of(menu, "archive"), {"act": "archive"})
    look(of(menu, "change"))


def test_what_cannot_be_saved_is_told_in_one_language(menu: Menu, look: Look) -> None:
    step = menu.steps.get(key="zz_ask")
    wrong = {
        "key": "Zz Zz",
        "kind": "gather",
        "position": "zz",
        "sensitivity": "zz",
        "setting_maximum_digits": "5000",
        "setting_terminator": "zz",
        "choices-TOTAL_FORMS": "1",
        "choices-INITIAL_FORMS": "0",
        "choices-0-match": "digits",
        "choices-0-value": "zz",
        "choices-0-action": "goto",
        "choices-0-position": "0",
    }
    look(reverse("admin:voicegather_step_change", args=[step.pk]), wrong)
    look(reverse("admin:voicegather_call_place"), {"menu": menu.pk, "to": "zz", "timeout": "zz"})
    look(reverse("admin:voicegather_phonenumber_add"), {"number": "zz"})
    look(reverse("admin:voicegather_calendar_add"), {"key": "Zz", "zone": "Zz"})
