from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from voicegather.models import PhoneNumber, Prompt, PromptVariant


def prompt_form(**variant: str) -> dict[str, str]:
    row = {"language": "en-US", "kind": "text", "text": "Hello", "duration_ms": "0"} | variant
    form = {"key": "welcome", "variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "0"}
    return form | {f"variants-0-{name}": value for name, value in row.items()}


def test_a_prompt_is_written_with_its_variants(admin_client: Client) -> None:
    form = prompt_form(voice_settings='{"type": "telnyx", "voice_speed": 0.9}')

    admin_client.post(reverse("admin:voicegather_prompt_add"), form)

    variant = PromptVariant.objects.get()
    assert (variant.prompt.key, variant.text) == ("welcome", "Hello")
    assert variant.voice_settings == {"type": "telnyx", "voice_speed": 0.9}


@pytest.mark.parametrize(
    ("variant", "complaint"),
    [
        ({"text": ""}, "A variant of this kind needs this."),
        ({"text": "x" * 3001}, "Telnyx speaks up to 3,000 characters: shorten it."),
        ({"kind": "audio", "text": ""}, "A variant of this kind needs this."),
        ({"kind": "media", "text": ""}, "A variant of this kind needs this."),
        ({"language": "english"}, "“english” is not a language such as en-US."),
        ({"voice_settings": "[1]"}, "Write a JSON object"),
        ({"voice_settings": '{"speed": 1}'}, "Name the provider:"),
        ({"kind": "audio", "audio_url": "ftp//x"}, "Enter a valid URL."),
    ],
)
def test_a_variant_that_cannot_be_heard_is_refused(
    variant: dict[str, str], complaint: str, admin_client: Client
) -> None:
    url = reverse("admin:voicegather_prompt_add")

    page = admin_client.post(url, prompt_form(**variant)).content.decode()

    assert complaint in page
    assert not Prompt.objects.exists()


def test_a_number_is_written_in_full(admin_client: Client) -> None:
    form = {"number": "312 555 0100", "connection": "default", "is_active": "on"}

    page = admin_client.post(reverse("admin:voicegather_phonenumber_add"), form).content.decode()

    assert "Write the number with + and its country code: +13125550100" in page
    assert not PhoneNumber.objects.exists()
