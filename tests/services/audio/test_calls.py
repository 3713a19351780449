"""Recordings in real calls: over HTTP to the fake Telnyx, which plays what it has stored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.audio.recording import record, settle
from tests.services.audio.sounds import wav
from voicegather.models import Menu, PhoneNumber
from voicegather.services.menus import publish_menu
from voicegather.testing import PhoneLine, phone_line

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["phone_line"]

NUMBER = "+13125550100"


@pytest.fixture
def media_name(phone_line: PhoneLine, settings: Any, tmp_path: Any) -> str:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.VOICEGATHER = settings.VOICEGATHER | {"AUDIO_DELIVERY": "media"}
    menu, name = record(wav(2))
    settle()
    publish_menu(menu=menu)
    PhoneNumber.objects.create(number=NUMBER, menu=Menu.objects.get())
    return name


def test_callers_hear_the_recording_from_telnyx(phone_line: PhoneLine, media_name: str) -> None:
    call = phone_line.call([{"hear": media_name}, {"press": "1"}], to=NUMBER)

    assert call.results == {"ask.digits": "1"}
    assert call.record.commands.get(action="gather_using_audio").status == "accepted"


def test_a_recording_that_telnyx_lost_is_not_heard(phone_line: PhoneLine, media_name: str) -> None:
    phone_line.telnyx.media.expire(media_name)

    call = phone_line.call(["stay_silent"], to=NUMBER)

    assert list(call.heard) == []
    ended = [each for each in phone_line.telnyx.webhooks() if "playback.ended" in each.event_type]
    assert ended[0].payload["status"] == "file_not_found"
