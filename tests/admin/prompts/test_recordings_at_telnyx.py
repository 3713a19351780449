"""Where a recording is in Telnyx's media storage: told on its prompt's page, and tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from tests.services.audio.sounds import wav
from voicegather.models import AudioFile, MediaUpload, Prompt, PromptVariant
from voicegather.services import dispatch, moments
from voicegather.services.audio import read_sound, store_sound
from voicegather.services.audio.keeping import bring_to_telnyx

pytestmark = pytest.mark.django_db(transaction=True)

FAILURE = "Telnyx refused the API key (401): copy it anew from the Telnyx portal"


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.VOICEGATHER = settings.VOICEGATHER | {
        "AUDIO_DELIVERY": "media",
        "TELNYX_BASE_URL": "http://127.0.0.1:9/v2",
    }
    return settings.VOICEGATHER


@pytest.fixture
def staff() -> Callable[..., Client]:
    def make(*permissions: str, team: str = "ours") -> Client:
        user = User.objects.create_user(f"{team}{len(permissions)}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        user.groups.add(Group.objects.get_or_create(name=team)[0])
        client = Client()
        client.force_login(user)
        return client

    return make


def recording(team: str = "", **columns: Any) -> MediaUpload:
    """A recording of a prompt, on its way to Telnyx as `columns` say."""
    file = ContentFile(wav(2))
    name = store_sound(file, read_sound(file, size=file.size))
    owner = Group.objects.get_or_create(name=team)[0] if team else None
    prompt, _ = Prompt.objects.get_or_create(key="welcome", defaults={"team": owner})
    PromptVariant.objects.create(prompt=prompt, language="en-US", kind="audio", audio_file=name)
    audio = AudioFile.objects.get(name=name)
    return MediaUpload.objects.create(audio=audio, connection="default", **columns)


def page_of(client: Client, prompt: Prompt) -> str:
    url = reverse("admin:voicegather_prompt_change", args=[prompt.pk])
    return client.get(url).content.decode()


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"state": "waiting"}, "On its way to Telnyx …"),
        ({"state": "waiting", "failure": "Telnyx is busy."}, "On its way to Telnyx … Telnyx is"),
        ({"state": "failed", "failure": FAILURE}, f"Did not reach Telnyx: {FAILURE}"),
    ],
)
def test_the_prompts_page_tells_how_far_it_is(
    columns: dict[str, str], says: str, admin_client: Client
) -> None:
    upload = recording(**columns)

    page = page_of(admin_client, Prompt.objects.get())

    assert says in page
    assert reverse("admin:voicegather_mediaupload_change", args=[upload.pk]) in page


def test_the_prompts_page_tells_until_when_it_is_there(admin_client: Client) -> None:
    until = moments.now() + timedelta(days=90)
    recording(state="done", expires_at=until)

    page = page_of(admin_client, Prompt.objects.get())

    assert "At Telnyx until " in page
    assert "See how far it is" not in page


def test_what_failed_is_tried_again_by_who_may_change_prompts(staff: Any) -> None:
    upload = recording(state="failed", failure=FAILURE)
    url = reverse("admin:voicegather_mediaupload_change", args=[upload.pk])
    again = reverse("admin:voicegather_mediaupload_retry", args=[upload.pk])
    reader, writer = staff("view_prompt"), staff("view_prompt", "change_prompt")

    assert FAILURE in reader.get(url).content.decode()
    assert again not in reader.get(url).content.decode()
    assert again in writer.get(url).content.decode()
    assert reader.post(again).status_code == 403
    assert writer.post(again).status_code == 302

    assert dispatch.wait_until_idle()
    upload.refresh_from_db()
    assert (upload.state, upload.tries) == ("waiting", 1)
    assert "could not be asked" in upload.failure


def test_recordings_of_other_teams_do_not_exist(staff: Any) -> None:
    upload = recording(team="theirs", state="failed")
    url = reverse("admin:voicegather_mediaupload_change", args=[upload.pk])
    ours, theirs = staff("view_prompt"), staff("view_prompt", team="theirs")
    listing = reverse("admin:voicegather_mediaupload_changelist")

    assert ours.get(url).status_code == 302
    assert "welcome" not in ours.get(listing).content.decode()
    assert "welcome" in theirs.get(listing).content.decode()
    assert theirs.get(url).status_code == 200


def test_nobody_without_a_right_to_prompts_sees_recordings(staff: Any) -> None:
    client = staff("view_menu")

    assert client.get(reverse("admin:voicegather_mediaupload_changelist")).status_code == 403


def test_the_list_asks_as_often_for_many_as_for_one(
    admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    recording()
    listing = reverse("admin:voicegather_mediaupload_changelist")
    admin_client.get(listing)
    with django_assert_max_num_queries(12) as one:
        admin_client.get(listing)
    audio = AudioFile.objects.get()
    for number in range(20):
        MediaUpload.objects.create(audio=audio, connection=f"c{number}")
    with django_assert_max_num_queries(len(one)):
        admin_client.get(listing)


def test_a_site_without_an_account_brings_nothing_anywhere(
    monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    monkeypatch.delenv("TELNYX_API_KEY")
    upload = recording()
    upload.delete()

    bring_to_telnyx([AudioFile.objects.get().name])

    assert not MediaUpload.objects.exists()
    assert "Telnyx …" not in page_of(admin_client, Prompt.objects.get())
