"""Recordings in a test call: played by the browser, wherever callers would hear them from."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.services.audio.recording import record
from tests.services.audio.sounds import wav
from tests.services.menus.building import lint
from voicegather.models import PromptVariant
from voicegather.services.audio import storage

pytestmark = pytest.mark.django_db


def page_of_test_call(client: Client, menu: Any) -> str:
    url = reverse("admin:voicegather_menu_test_call", args=[menu.pk])
    return client.post(url, follow=True).content.decode()


SITE = "https://www.example.com"


@pytest.mark.parametrize(("delivery", "host"), [("url", SITE), ("media", "")])
def test_a_recording_is_played_from_the_sites_storage(
    delivery: str, host: str, admin_client: Client, settings: Any
) -> None:
    settings.VOICEGATHER = settings.VOICEGATHER | {
        "AUDIO_DELIVERY": delivery,
        "PUBLIC_URL": SITE,
        "TELNYX_BASE_URL": "http://127.0.0.1:9/v2",
    }
    menu, _name = record(wav(2))
    stored = PromptVariant.objects.get().audio_file.name

    page = page_of_test_call(admin_client, menu)

    assert f'<audio controls preload="none" src="{host}{storage().url(stored)}"' in page
    on_its_way = {("error", "ask", "prompt", "media_pending")}
    assert lint(menu) == (on_its_way if delivery == "media" else set())


def test_media_of_the_account_is_named_as_it_cannot_be_played_here(admin_client: Client) -> None:
    menu, _name = record()
    PromptVariant.objects.update(kind="media", audio_file="", media_name="hold")

    assert "Audio in Telnyx’s media storage: hold" in page_of_test_call(admin_client, menu)


def test_the_grid_tells_how_long_a_recording_is(admin_client: Client) -> None:
    record(wav(4.2))

    page = admin_client.get(reverse("admin:voicegather_prompt_changelist")).content.decode()

    assert "Audio · 4.2 s" in page
