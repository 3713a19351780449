"""Prompts and calendars that people name without a thought for keys."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.calendars.test_calendars import form_of
from voicegather.models import Calendar, Prompt

ADD = reverse("admin:voicegather_prompt_add")


def prompt_form(**fields: str) -> dict[str, str]:
    table = {"variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0"}
    return {"name": "", "key": "", **table, **fields}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("After hours", "after_hours"),
        ("Größe & Maße – 24h!", "groe_mae_24h"),
        ("2. Opening", "opening"),
        ("営業時間", "prompt"),
        ("W" * 120, "w" * 42),
        ("Welcome", "welcome_3"),
    ],
)
def test_a_key_is_made_of_the_name(db: None, admin_client: Client, name: str, key: str) -> None:
    Prompt.objects.create(key="welcome")
    Prompt.objects.create(key="welcome_2")

    admin_client.post(ADD, prompt_form(name=name))

    assert Prompt.objects.get(name=name).key == key


def test_a_key_that_was_written_stays_and_is_checked(db: None, admin_client: Client) -> None:
    admin_client.post(ADD, prompt_form(name="Welcome", key="hello"))
    refused = admin_client.post(ADD, prompt_form(name="Again", key="hello"))

    assert Prompt.objects.get().key == "hello"
    assert "Prompt with this Key already exists." in refused.content.decode()


def test_without_name_and_key_there_is_nothing_to_go_by(db: None, admin_client: Client) -> None:
    page = admin_client.post(ADD, prompt_form())

    assert "Write a name, or a key." in page.content.decode()
    assert not Prompt.objects.exists()


def test_a_calendar_has_its_key_of_its_name(db: None, admin_client: Client) -> None:
    admin_client.post(reverse("admin:voicegather_calendar_add"), form_of(key="", name="Front desk"))

    assert Calendar.objects.get().key == "front_desk"
