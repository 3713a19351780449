"""What is held of a caller beside calls: webhooks of no call, logs, saved tests, files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from voicegather.models import AccessRequest, CallEvent, Disclosure, Erasure, Export, MenuTest
from voicegather.models.exports import export_storage
from voicegather.services import moments
from voicegather.services.erasing.counting import count
from voicegather.services.erasing.subject import Subject, redacted
from voicegather.services.exports.storing import reported
from voicegather.services.jobs import Progress
from voicegather.services.retention.events import remove_events

ROWS_A_STROKE = 200
#: In the admin's log, what an erased call is called.
ERASED = "[erased]"


def erase_strays(erasure: Erasure, subject: Subject, progress: Progress) -> None:
    """Webhooks that belong to no call, and texts that have the caller's number in them."""
    _erase_events(erasure, subject, progress)
    texts: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
        (Export, ("filters", "reason")),
        (MenuTest, ("script", "expectations")),
        (Disclosure, ("reason",)),
    )
    for model, columns in texts:
        _redact(erasure, model._default_manager.all(), columns, subject, progress)
    if apps.is_installed("django.contrib.admin"):
        from django.contrib.admin.models import LogEntry

        own = LogEntry.objects.filter(content_type__app_label="voicegather")
        _redact(erasure, own, ("object_repr", "change_message"), subject, progress)


def rename_in_log(calls: Sequence[int]) -> None:
    """Have the admin's log name these calls no more by who called; its entries stay."""
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.models import LogEntry

    names = [str(pk) for pk in calls]
    of_calls = LogEntry.objects.filter(
        content_type__app_label="voicegather", content_type__model="call", object_id__in=names
    )
    of_calls.update(object_repr=ERASED)


def delete_answers(erasure: Erasure, subject: Subject) -> None:
    """Files that were gathered for the caller; StorageFailedError where one cannot be deleted.

    Whoever gathers still finds no caller any more, and keeps no file.
    """
    asked = AccessRequest.objects.filter(subject_hash__in=subject.hashes())
    asked.filter(file="").exclude(sealed_subject=None).update(sealed_subject=None)
    for request in asked.exclude(file=""):
        with reported(request.file.name or ""):
            export_storage().delete(request.file.name or "")
        with transaction.atomic():
            AccessRequest.objects.filter(pk=request.pk).update(file="", sealed_subject=None)
            count(erasure, accessrequest=1)


def _erase_events(erasure: Erasure, subject: Subject, progress: Progress) -> None:
    forms = [form for form in (subject.party, subject.number) if form in subject.forms()]
    if not forms:
        return
    loose = CallEvent.objects.filter(call=None).exclude(payload={})
    told = loose.filter(_contain(("payload__from", "payload__to"), forms)).order_by("pk")
    while pks := list(told.values_list("pk", flat=True)[:ROWS_A_STROKE]):
        with transaction.atomic():
            remove_events(CallEvent.objects.filter(pk__in=pks), now=moments.now())
            count(erasure, callevent=len(pks))
        progress.advance(0)


def _contain(paths: Sequence[str], texts: Sequence[str]) -> Q:
    return reduce(or_, (Q(**{path: text}) for path in paths for text in texts))


def _redact(
    erasure: Erasure, rows: Any, columns: Sequence[str], subject: Subject, progress: Progress
) -> None:
    forms = subject.forms()
    if not forms:
        return
    texts = {f"text_{name}": Cast(name, TextField()) for name in columns}
    has = reduce(or_, (Q(**{f"{name}__contains": form}) for name in texts for form in forms))
    found = rows.annotate(**texts).filter(has).order_by("pk")
    for row in found.iterator(chunk_size=ROWS_A_STROKE):
        new = {name: redacted(getattr(row, name), subject) for name in columns}
        with transaction.atomic():
            rows.model._default_manager.filter(pk=row.pk).update(**new)
            count(erasure, **{row._meta.model_name: 1})
        progress.advance(0)
