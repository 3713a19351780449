"""Whether uploaded prompts have an address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.conftest import Site
from voicegather.models import Prompt, PromptVariant

pytestmark = pytest.mark.django_db


@pytest.fixture
def uploaded() -> None:
    prompt = Prompt.objects.create(key="welcome")
    PromptVariant.objects.create(prompt=prompt, language="en-US", kind="audio", audio_file="a.wav")


@pytest.mark.usefixtures("uploaded")
def test_uploaded_prompts_without_an_address_are_a_warning(site: Site) -> None:
    (found,) = site.check_database()
    assert found.id == "voicegather.W015"
    assert found.msg == "Uploaded prompts have no address that Telnyx could fetch them from."


@pytest.mark.usefixtures("uploaded")
@pytest.mark.parametrize(
    "changes", [{"PUBLIC_URL": "https://www.example.com"}, {"AUDIO_DELIVERY": "media"}]
)
def test_either_way_to_telnyx_is_enough(site: Site, changes: dict[str, str]) -> None:
    assert site.check_database(**changes) == []


@pytest.mark.usefixtures("uploaded")
def test_a_storage_with_whole_addresses_needs_no_setting(site: Site, settings: Any) -> None:
    settings.MEDIA_URL = "https://media.example.com/"
    assert site.check_database() == []


def test_a_site_without_uploads_hears_nothing(site: Site) -> None:
    assert site.check_database() == []
