"""Recordings in real calls: asked for over the SDK, saved by the fake Telnyx, and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.services.menus.building import choice, line, load, words
from voicegather.models import GatherResult, PhoneNumber, Recording
from voicegather.models.jobs import JobState
from voicegather.models.recordings import recording_storage
from voicegather.sealing import unseal
from voicegather.services import dispatch, jobs
from voicegather.services.menus import publish_menu
from voicegather.services.recordings import delete_at_telnyx
from voicegather.simulator import Download
from voicegather.testing import PhoneLine, phone_line

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["phone_line"]

NUMBER = "+13125550100"
#: A caller waits for the beep, speaks, and ends the recording.
TAKE = [{"wait": 3}, {"press_now": "#"}]
ENDS = ("done", "no_input", "failure", "no_consent")


def answer_with(tmp_path: Path, settings: Any, **record: Any) -> None:
    """A menu that records whoever calls, in a storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    step = {"kind": "record", "prompt": "question", "shortest_s": 0, **record}
    step["choices"] = [choice(exit=name) for name in ENDS if name != "no_consent"]
    prompts = {"question": words("Say your name."), "review": words("Press 1 to keep it.")}
    if "review_prompt" not in record:
        del prompts["review"]
    menu = load(
        line(
            entry="name",
            choices=[],
            steps={"name": step, "bye": {"kind": "hangup"}},
            prompts=prompts,
        )
    )
    publish_menu(menu=menu)
    PhoneNumber.objects.create(number=NUMBER, menu=menu)


def the_recording() -> Recording:
    """The only one, when all work in the background has ended."""
    assert dispatch.wait_until_idle()
    return Recording.objects.get()


def test_a_message_comes_into_the_sites_storage_with_its_transcript(
    phone_line: PhoneLine, tmp_path: Path, settings: Any
) -> None:
    answer_with(tmp_path, settings, transcribe=True, review_prompt="review")
    phone_line.telnyx.say_into_recordings("My name is Ada.")

    call = phone_line.call([*TAKE, {"press": "1"}], to=NUMBER)

    found = the_recording()
    assert (found.state, found.failure) == (JobState.DONE, "")
    with recording_storage().open(found.file.name or "") as file:
        content = file.read()
    assert len(content) == found.size > 0
    assert (found.format, found.channels, found.seq is None) == ("mp3", "single", False)
    assert found.sealed_address is None
    assert b"Ada" not in bytes(found.sealed_transcript or b"")
    assert unseal(found.sealed_transcript or b"") == "My name is Ada."
    assert GatherResult.objects.get(call=call.record).field == "recording"
    assert call.record.outcome == "completed"
    assert call.record.commands.get(action="record_start").status == "accepted"
    delete_at_telnyx(found)
    delete_at_telnyx(Recording.objects.get())
    assert phone_line.telnyx.recordings.ids() == []


def test_what_was_said_before_the_hang_up_is_kept(
    phone_line: PhoneLine, tmp_path: Path, settings: Any
) -> None:
    answer_with(tmp_path, settings, silence_s=0)
    phone_line.call([{"hear": "name"}, {"wait": 30}, "hang_up"], to=NUMBER)
    found = the_recording()
    assert found.is_kept
    assert GatherResult.objects.get().outcome == "valid"


@pytest.mark.parametrize("how", [Download.DEAD, Download.MISSING])
def test_a_link_that_died_is_asked_for_anew(
    phone_line: PhoneLine, tmp_path: Path, settings: Any, how: Download
) -> None:
    answer_with(tmp_path, settings, silence_s=1)
    phone_line.telnyx.fail_next_download(how)
    phone_line.call([{"wait": 3}], to=NUMBER)
    assert the_recording().is_kept
    assert "read_recording" in [each.action for each in phone_line.telnyx.commands()]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (Download.BROKEN_SERVER, "could not be fetched (500)"),
        (Download.TRUNCATED, "could not be fetched"),
        (Download.WEB_PAGE, "is no sound"),
        (Download.REDIRECT, "could not be fetched (302)"),
        (Download.GIANT, "larger than RECORDING_MAX_BYTES"),
    ],
)
def test_a_download_that_goes_wrong_is_told_and_tried_again(
    phone_line: PhoneLine, tmp_path: Path, settings: Any, how: Download, told: str
) -> None:
    answer_with(tmp_path, settings, silence_s=1)
    phone_line.telnyx.fail_next_download(how)
    phone_line.call([{"wait": 3}], to=NUMBER)

    found = the_recording()
    assert told in found.failure
    assert list((tmp_path / "media").rglob("*.mp3")) == []
    if found.state == JobState.FAILED:
        assert jobs.retry(found)
    else:
        Recording.objects.update(not_before=found.created_at)
        jobs.start(found)
    assert the_recording().is_kept


def test_a_take_that_the_caller_recorded_anew_is_kept_nowhere(
    phone_line: PhoneLine, tmp_path: Path, settings: Any
) -> None:
    answer_with(tmp_path, settings, review_prompt="review")
    phone_line.call(
        [*TAKE, {"press": "3"}, *TAKE, {"press": "1"}],
        to=NUMBER,
    )
    assert dispatch.wait_until_idle()
    first, second = Recording.objects.order_by("take")
    assert (first.is_replaced, first.file.name, first.state) == (True, "", JobState.DONE)
    assert second.is_kept
    assert phone_line.telnyx.recordings.ids() == [second.recording_id]
    assert len(list((tmp_path / "media").rglob("*.mp3"))) == 1
