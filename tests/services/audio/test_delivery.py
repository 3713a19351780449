"""Recordings brought to Telnyx, kept there, and waited for by whoever publishes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.line import NUMBER
from tests.services.audio.recording import record, replace_recording, settle, upload_of, words
from tests.services.audio.sounds import mp3, wav
from tests.services.menus.building import finding, lint
from voicegather.models import AudioFile, MediaUpload, Menu, PhoneNumber, PromptVariant
from voicegather.services import jobs, moments
from voicegather.services.audio import uploading
from voicegather.services.audio.keeping import keep_at_telnyx
from voicegather.services.audio.uploading import RENEWED_BEFORE, STAYS
from voicegather.services.menus import MenuLintError, publish_menu, republish_version
from voicegather.simulator import FakeTelnyx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def turn_clock() -> None:
    keep_at_telnyx(moments.now())
    settle()


def is_near(moment: Any, wanted: Any) -> bool:
    return abs(moment - wanted) < timedelta(minutes=5)


def test_an_uploaded_recording_is_brought_to_telnyx_and_played_by_name(telnyx: FakeTelnyx) -> None:
    menu, name = record(wav(2))
    settle()

    publish_menu(menu=menu)

    assert telnyx.media.content(name) == wav(2)
    assert words(menu) == {"kind": "media", "media_name": name, "duration_ms": 2_000}
    assert is_near(upload_of().expires_at, moments.now() + STAYS)
    assert telnyx.commands()[-1].params["ttl_secs"] == 90 * 24 * 3600


def test_the_name_at_telnyx_says_what_it_is(telnyx: FakeTelnyx) -> None:
    _, name = record(mp3())
    settle()

    assert name == f"voicegather-{AudioFile.objects.get().sha256}.mp3"
    assert telnyx.media.find(name).content_type == "audio/mpeg"  # type: ignore[union-attr]


def test_a_menu_waits_until_its_recording_is_there(telnyx: FakeTelnyx) -> None:
    telnyx.respond_next("update_media", status=503)
    menu, name = record()
    settle()

    found = finding(menu, "media_pending")
    with pytest.raises(MenuLintError):
        publish_menu(menu=menu)

    assert found.message == (
        "prompt “question” in en-US is on its way to Telnyx (default): "
        "Telnyx has trouble of its own (503): try again in a minute."
    )
    assert telnyx.media.content(name) is None


def test_a_trouble_of_telnyx_is_waited_out(
    telnyx: FakeTelnyx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "FIRST_PAUSE_S", 0.0)
    telnyx.respond_next("upload_media", status=503)
    menu, _ = record()
    settle()
    jobs.run_job(f"media:{upload_of().pk}")

    assert (upload_of().state, upload_of().tries, upload_of().failure) == ("done", 2, "")
    assert lint(menu) == set()


def test_a_refused_key_fails_and_says_what_to_do(telnyx: FakeTelnyx, site: dict[str, Any]) -> None:
    key = site["TELNYX_API_KEY"]
    site["TELNYX_API_KEY"] = "KEY_fake_of_nobody"
    menu, _ = record()
    settle()

    found = finding(menu, "media_failed")
    site["TELNYX_API_KEY"] = key
    assert jobs.retry(upload_of())
    settle()

    assert "did not reach Telnyx (default): Telnyx refused the API key (401)" in found.message
    assert "let it be tried again" in found.message
    assert lint(menu) == set()


def test_what_failed_for_good_is_tried_anew_within_the_hour(site: dict[str, Any]) -> None:
    key = site["TELNYX_API_KEY"]
    site["TELNYX_API_KEY"] = "KEY_fake_of_nobody"
    record()
    settle()
    site["TELNYX_API_KEY"] = key

    keep_at_telnyx(moments.now() + timedelta(minutes=59))
    settle()
    assert upload_of().state == "failed"
    keep_at_telnyx(moments.now() + timedelta(minutes=61))
    settle()
    assert upload_of().state == "done"


def test_a_lost_file_fails_and_asks_for_it_again(telnyx: FakeTelnyx) -> None:
    telnyx.respond_next("update_media", status=503)
    record()
    settle()
    PromptVariant.objects.get().audio_file.delete(save=False)
    MediaUpload.objects.update(not_before=moments.now())
    jobs.run_job(f"media:{upload_of().pk}")

    assert upload_of().failure == "The file is gone from the storage: upload it again."


def test_a_recording_in_use_is_renewed_long_before_its_time_ends(telnyx: FakeTelnyx) -> None:
    record()
    settle()
    due = upload_of().look_at
    assert is_near(due, moments.now() + STAYS - RENEWED_BEFORE)
    MediaUpload.objects.update(look_at=moments.now())

    turn_clock()

    actions = [each.action for each in telnyx.commands()]
    assert actions == ["update_media", "upload_media", "update_media"]
    assert upload_of().look_at >= due


def test_a_live_version_keeps_the_recording_that_its_draft_gave_up(telnyx: FakeTelnyx) -> None:
    menu, old = record(wav(1))
    settle()
    publish_menu(menu=menu)
    replace_recording(wav(2))
    settle()
    MediaUpload.objects.update(look_at=moments.now())
    before = len(telnyx.commands())

    turn_clock()

    assert len(telnyx.commands()) == before + 2
    assert words(menu)["media_name"] == old


def test_what_nothing_plays_is_let_go(telnyx: FakeTelnyx) -> None:
    record(wav(1))
    settle()
    PromptVariant.objects.all().delete()
    MediaUpload.objects.update(look_at=moments.now())
    before = len(telnyx.commands())

    turn_clock()

    assert len(telnyx.commands()) == before
    assert is_near(upload_of().look_at, moments.now() + timedelta(days=1))


def test_each_account_whose_numbers_are_answered_has_the_recording(
    telnyx: FakeTelnyx, other_telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    account = {"api_key": other_telnyx.api_key, "base_url": other_telnyx.base_url}
    site["CONNECTIONS"] = {"second": account, "same": account, "unused": {"api_key": "KEY_x"}}
    menu, name = record()
    settle()
    assert other_telnyx.media.content(name) is None
    for number, connection in enumerate(("second", "same"), start=11):
        PhoneNumber.objects.create(number=f"+131255501{number}", connection=connection)

    assert lint(menu) == {("error", "ask", "prompt", "media_pending")}
    turn_clock()

    assert other_telnyx.media.content(name) == telnyx.media.content(name) == wav()
    assert list(MediaUpload.objects.order_by("pk").values_list("connection", flat=True)) == [
        "default",
        "second",
    ]
    assert lint(menu) == set()


def test_recordings_of_before_are_brought_there_when_the_site_chooses_so(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["AUDIO_DELIVERY"], site["PUBLIC_URL"] = "url", "https://www.example.com"
    menu, name = record()
    publish_menu(menu=menu)
    assert words(menu)["kind"] == "audio"
    assert not MediaUpload.objects.exists()

    site["AUDIO_DELIVERY"] = "media"
    assert lint(menu) == {("error", "ask", "prompt", "media_pending")}
    turn_clock()
    publish_menu(menu=menu)

    assert words(menu)["media_name"] == name


def test_a_file_that_came_by_another_way_is_named_by_its_content_first(
    telnyx: FakeTelnyx,
) -> None:
    menu, _ = record()
    settle()
    variant = PromptVariant.objects.get()
    variant.audio_file.save("Hello There.WAV", ContentFile(wav(3)))

    turn_clock()
    publish_menu(menu=menu)

    assert telnyx.media.content(words(menu)["media_name"]) == wav(3)


def test_an_old_version_goes_live_once_its_recording_is_back(telnyx: FakeTelnyx) -> None:
    menu, old = record(wav(1))
    settle()
    first = publish_menu(menu=menu)
    replace_recording(wav(2))
    settle()
    publish_menu(menu=menu)
    MediaUpload.objects.filter(audio__duration_ms=1_000).delete()
    telnyx.media.expire(old)

    with pytest.raises(MenuLintError) as refused:
        republish_version(version=first)
    settle()
    republish_version(version=first)

    assert [each.code for each in refused.value.findings] == ["media_pending"]
    assert telnyx.media.content(old) == wav(1)
    assert words(menu)["media_name"] == old


def test_a_menu_of_many_recordings_asks_as_often_as_one_of_few(
    django_assert_max_num_queries: Any,
) -> None:
    menu, _ = record()
    settle()
    with django_assert_max_num_queries(12) as few:
        lint(menu)
    prompt = PromptVariant.objects.get().prompt
    Menu.objects.update(languages=["en-US", "es-US", "fr-CA", "de-DE"])
    for seconds, language in enumerate(("es-US", "fr-CA", "de-DE"), start=2):
        variant = PromptVariant(prompt=prompt, language=language, kind="audio")
        variant.audio_file.name = f"voicegather/prompts/{seconds}.wav"
        variant.save()
    menu.refresh_from_db()
    with django_assert_max_num_queries(len(few)):
        lint(menu)


def test_the_number_of_a_menu_is_of_an_account() -> None:
    PhoneNumber.objects.create(number=NUMBER)
    record()
    settle()
    assert upload_of().connection == "default"
