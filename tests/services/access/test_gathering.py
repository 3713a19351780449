"""What a person gets who asks what is held about them, and who may take it."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from tests.factories import make_result, make_visit
from tests.services.erasing.conftest import NUMBER, ask, telnyx, work  # noqa: F401
from tests.services.retention.conftest import OldCall, called  # noqa: F401
from voicegather.models import AccessRequest, Disclosure, Recording
from voicegather.models.recordings import recording_storage
from voicegather.sealing import seal
from voicegather.selectors.entries import Sight
from voicegather.services import jobs, moments
from voicegather.services.access import AccessError, may_open, open_file, prepare_request
from voicegather.services.access.keeping import delete_expired_answers
from voicegather.services.erasing import read_subject
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)


def user_with(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def gathered(author: User, sight: Sight = Sight.MASKED) -> AccessRequest:
    asked = prepare_request(read_subject(NUMBER), sight=sight, reason="A letter", author=author)
    jobs.run_job(f"access:{asked.pk}")
    asked.refresh_from_db()
    return asked


def test_everything_is_in_it_and_what_is_sensitive_stays_masked(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
) -> None:
    call = called(3)
    called(3, caller="+13125550199", caller_e164="+13125550199")
    pin = seal({"raw": "9753", "value": "9753"})
    make_result(make_visit(call, "pin"), "", sensitivity="secret", sealed=pin)
    for kind in ("normal", "secret"):
        recording = Recording.objects.create(
            call=call, format="mp3", sensitivity=kind, state="done"
        )
        name = recording_storage().save(f"{kind}.mp3", ContentFile(kind.encode()))
        Recording.objects.filter(pk=recording.pk).update(file=name)
    officer = user_with("officer", "export_caller")

    with pytest.raises(AccessError, match="leave them masked"):
        gathered(officer, Sight.REVEALED)
    asked = gathered(officer)

    assert (asked.state, asked.failure) == ("done", "")
    with open_file(asked, officer) as file, zipfile.ZipFile(file) as held:
        whole = b"".join(held.read(name) for name in held.namelist())
        story = [json.loads(line) for line in held.read("story.jsonl").splitlines()]
        sounds = [name for name in held.namelist() if name.startswith("recordings/")]
    assert b"9753" not in whole
    assert b"+13125550199" not in whole
    assert "4711" in [entry.get("value") for entry in story]
    assert "My account is 4711." in [entry.get("text") for entry in story]
    assert len(sounds) == 1
    record = Disclosure.objects.get()
    assert (record.kind, record.username, record.reason) == ("subject", "officer", "A letter")

    revealing = user_with("chief", "export_caller", "reveal_sensitive")
    chief = User.objects.get(pk=revealing.pk)
    with open_file(gathered(chief, Sight.REVEALED), chief) as file, zipfile.ZipFile(file) as held:
        assert b"9753" in held.read("story.jsonl")
        assert len([name for name in held.namelist() if name.startswith("recordings/")]) == 2


def test_only_who_asked_may_take_it_and_not_for_ever(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
) -> None:
    called(3)
    officer, other = user_with("officer", "export_caller"), user_with("other", "export_caller")
    asked = gathered(officer)

    assert may_open(officer, asked)
    assert not may_open(other, asked)
    assert may_open(User.objects.create_superuser("root"), asked)
    delete_expired_answers(moments.now() + timedelta(days=8))
    asked.refresh_from_db()
    assert (asked.file.name, asked.sealed_subject) == ("", None)
    with pytest.raises(AccessError, match="gather it again"):
        open_file(asked, officer)


def test_an_erasure_takes_the_file_along(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
) -> None:
    called(3)
    asked = gathered(user_with("officer", "export_caller"))

    assert work(ask()).counts["accessrequest"] == 1

    asked.refresh_from_db()
    assert asked.file.name == ""
    with pytest.raises(AccessError, match="nothing to gather"):
        gathered(User.objects.get())


def test_a_storage_that_is_full_says_so(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
    settings: Any,
) -> None:
    called(3)
    full = {"BACKEND": "tests.services.access.test_gathering.FullStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": full}

    asked = gathered(user_with("officer", "export_caller"))

    assert (asked.state, asked.failure) == (
        "failed",
        "The storage for exports is full. Make room, then try again.",
    )


def test_a_caller_who_is_erased_while_a_file_is_gathered_is_in_none(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
    settings: Any,
) -> None:
    called(3)
    erasing = {"BACKEND": "tests.services.access.test_gathering.ErasingStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": erasing}

    asked = gathered(user_with("officer", "export_caller"))

    assert (asked.state, asked.sealed_subject, files(settings)) == ("failed", None, [])
    assert "erased meanwhile" in asked.failure


def test_an_erasure_makes_a_request_that_failed_forget_its_caller(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
) -> None:
    called(3)
    asked = gathered(user_with("officer", "export_caller"))
    AccessRequest.objects.update(state="failed", file="")
    work(ask())
    asked.refresh_from_db()
    assert asked.sealed_subject is None


def test_what_a_dying_worker_stored_is_known_and_goes(
    called: OldCall,  # noqa: F811
    telnyx: FakeTelnyx,  # noqa: F811
    settings: Any,
) -> None:
    called(3)
    whole = settings.STORAGES
    dying = {"BACKEND": "tests.services.access.test_gathering.DyingStorage"}
    settings.STORAGES = {**whole, "default": dying}
    officer = user_with("officer", "export_caller")
    with pytest.raises(SystemExit):
        gathered(officer)
    asked = AccessRequest.objects.get()
    assert len(files(settings)) == 1
    with pytest.raises(AccessError):
        open_file(asked, officer)

    settings.STORAGES = whole
    AccessRequest.objects.update(lease_until=moments.now() - timedelta(seconds=1))
    jobs.run_job(f"access:{asked.pk}")

    asked.refresh_from_db()
    assert (asked.state, len(files(settings))) == ("done", 1)
    open_file(asked, officer).close()


def files(settings: Any) -> list[Any]:
    return [each for each in settings.MEDIA_ROOT.rglob("*.zip") if each.is_file()]


class DyingStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        super()._save(name, content)
        raise SystemExit


class ErasingStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)
        work(ask())
        return saved


class FullStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        raise OSError(28, "No space left on device")
