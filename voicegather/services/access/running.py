"""A request worked off: one file, written on this machine first, then put into the storage."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.exceptions import VoicegatherError
from voicegather.models import AccessRequest, Call, Recording
from voicegather.models.exports import FOLDER, export_storage
from voicegather.models.recordings import recording_storage
from voicegather.selectors.entries import Sight
from voicegather.services import moments
from voicegather.services.access import contents
from voicegather.services.access.asking import AccessError
from voicegather.services.erasing.scope import calls_of
from voicegather.services.erasing.subject import Subject
from voicegather.services.exports.storing import reported
from voicegather.services.jobs import LeaseLost, Progress, job_kind

CALLS_A_PAGE = 100
#: The parts that are written call by call.
PARTS = ("calls.jsonl", "story.jsonl", "webhooks.jsonl", "summary.html")


@job_kind("access", model=AccessRequest)
def run_request(request: AccessRequest, progress: Progress) -> None:
    """Gather what is held into one zip file; another worker begins anew."""
    if request.sealed_subject is None:
        raise AccessError(_("Its time is over: gather it again, from the beginning."))
    subject = Subject.unsealed(request.sealed_subject)
    sight = Sight.REVEALED if request.reveals else Sight.MASKED
    calls = calls_of(subject, until=request.as_of)
    progress.total(calls.count())
    gathering = _Gathering(subject, sight, progress)
    try:
        with tempfile.TemporaryFile() as made:
            gathering.write(calls, made)
            size = made.tell()
            made.seek(0)
            _store(request, made, size=size, counts=gathering.counts)
    except OSError as problem:
        told = _("This machine has no room for the file, or cannot write it (%s).")
        raise AccessError(told % type(problem).__name__) from None


class _Gathering:
    """Writes each part into a file of its own, then all into one."""

    def __init__(self, subject: Subject, sight: Sight, progress: Progress) -> None:
        self._subject, self._sight, self._progress = subject, sight, progress
        self.counts = {"calls": 0, "recordings": 0, "missing": 0}

    def write(self, calls: Any, into: IO[bytes]) -> None:
        with ExitStack() as stack:
            parts = {name: stack.enter_context(tempfile.TemporaryFile()) for name in PARTS}
            whole = stack.enter_context(zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED))
            head = {"party": self._subject.name, "moment": moments.now(), "sight": self._sight}
            parts["summary.html"].write(contents.page_beginning(head))
            for call in _each(calls):
                self._call(call, parts)
                self._recordings(call, whole)
                self.counts["calls"] += 1
                self._progress.advance()
            parts["summary.html"].write(contents.page_end())
            for name, part in parts.items():
                part.seek(0)
                with whole.open(name, "w", force_zip64=True) as target:
                    shutil.copyfileobj(part, target)

    def _call(self, call: Call, parts: Mapping[str, IO[bytes]]) -> None:
        entries = contents.story(call, self._sight)
        parts["calls.jsonl"].write(contents.line(contents.call_facts(call)))
        _all(parts["story.jsonl"], contents.story_lines(call, entries))
        _all(parts["webhooks.jsonl"], contents.event_lines(call, self._sight))
        parts["summary.html"].write(contents.page_of_call(call, entries))
        self._progress.advance(0)

    def _recordings(self, call: Call, whole: zipfile.ZipFile) -> None:
        """The sound of ordinary steps; that of sensitive ones only where they are revealed."""
        found = Recording.objects.filter(call=call).exclude(file="").order_by("pk")
        if self._sight is not Sight.REVEALED:
            found = found.filter(sensitivity="normal")
        for recording in found:
            name = f"recordings/{call.pk}-{recording.pk}.{recording.format or 'bin'}"
            try:
                with (
                    recording_storage().open(recording.file.name or "") as sound,
                    whole.open(name, "w", force_zip64=True) as target,
                ):
                    shutil.copyfileobj(sound, target)
            except FileNotFoundError:
                self.counts["missing"] += 1
            else:
                self.counts["recordings"] += 1
            self._progress.advance(0)


def _store(request: AccessRequest, made: IO[bytes], **facts: Any) -> None:
    """Under a name that the row has first: whatever a dying worker leaves is found by it."""
    storage = export_storage()
    name = request.file.name or f"{FOLDER}/access/{request.token}.zip"
    expires_at = moments.now() + timedelta(days=conf.get("EXPORT_DAYS"))
    _write(request, file=name, expires_at=expires_at)
    with reported(name):
        storage.delete(name)
        stored = storage.save(name, File(made))
    try:
        _write(request, file=stored, **facts)
    except VoicegatherError:
        with reported(stored):
            storage.delete(stored)
        raise


def _write(request: AccessRequest, **columns: Any) -> None:
    """Raises AccessError where the caller was erased, LeaseLost where another worker has it."""
    rows = AccessRequest.objects.filter(pk=request.pk, lease_owner=request.lease_owner)
    if not rows.exclude(sealed_subject=None).update(**columns):
        if rows.exists():
            raise AccessError(_("The caller was erased meanwhile: nothing is kept of them."))
        raise LeaseLost("Another worker has taken this request, or it is gone.")
    for name, value in columns.items():
        setattr(request, name, value)


def _each(calls: Any) -> Iterator[Call]:
    after = 0
    while True:
        page = list(calls.filter(pk__gt=after).defer("sealed_state").order_by("pk")[:CALLS_A_PAGE])
        if not page:
            return
        after = page[-1].pk
        yield from page


def _all(file: IO[bytes], lines: Iterable[bytes]) -> None:
    for each in lines:
        file.write(each)
