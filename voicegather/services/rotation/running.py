"""A key rotation: row after row, from place to place, whatever calls do meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from voicegather.exceptions import UnsealError, VoicegatherError
from voicegather.models import KeyRotation
from voicegather.sealing import key_names, newest_header, reseal
from voicegather.services.jobs import Progress, job_kind
from voicegather.services.rotation.columns import SealedColumn, sealed_columns

#: Rows written by one transaction: a call that wants one of them waits for milliseconds.
ROWS_A_WRITE = 50
#: Ids that are told of rows which no key opens, a column.
IDS_TOLD = 10


class RotationIncompleteError(VoicegatherError):
    """Not everything is sealed under the newest key; the message says what, and what to do."""


@job_kind("keyrotation", model=KeyRotation)
def run_rotation(rotation: KeyRotation, progress: Progress) -> None:
    """Seal again what other keys than the newest sealed, going on where an earlier worker was.

    A row that changed since it was read is left as it is: whoever wrote it sealed it. Raises
    RotationIncompleteError where some rows cannot be opened, or came under an older key meanwhile;
    all others are done then.
    """
    newest = key_names()[0]
    if rotation.key != newest:
        rotation.key, rotation.places, rotation.unreadable = newest, {}, {}
    columns = sealed_columns()
    spans = {str(column): column.span() for column in columns}
    done = sum(max(0, rotation.places.get(name, 0) - spans[name][0] + 1) for name in spans)
    progress.total(sum(last - first + 1 for first, last in spans.values() if last), done=done)
    for column in columns:
        _rotate(rotation, column, progress)
    _require_all(rotation, columns, progress)


def _rotate(rotation: KeyRotation, column: SealedColumn, progress: Progress) -> None:
    name = str(column)
    start = max(rotation.places.get(name, 0), column.span()[0] - 1)
    for window in column.windows(start):
        old = column.sealed_in(window).exclude(head=newest_header())
        rows = list(old.order_by("pk").values_list("pk", column.name))
        for at in range(0, len(rows), ROWS_A_WRITE):
            _write(rotation, column, rows[at : at + ROWS_A_WRITE])
            progress.advance(0)
        rotation.places[name] = window[1]
        _keep(rotation)
        progress.advance(window[1] - window[0])


def _write(rotation: KeyRotation, column: SealedColumn, rows: Sequence[tuple[int, Any]]) -> None:
    with transaction.atomic():
        for pk, sealed in rows:
            before = bytes(sealed)
            try:
                after = reseal(before)
            except UnsealError:
                _note_unreadable(rotation, column, pk)
                continue
            same = column.rows().filter(pk=pk, **{column.name: before})
            rotation.resealed += same.update(**{column.name: after})


def _note_unreadable(rotation: KeyRotation, column: SealedColumn, pk: int) -> None:
    found = rotation.unreadable.setdefault(str(column), {"rows": 0, "ids": []})
    found["rows"] += 1
    if len(found["ids"]) < IDS_TOLD:
        found["ids"].append(pk)


def _keep(rotation: KeyRotation) -> None:
    KeyRotation.objects.filter(pk=rotation.pk).update(
        key=rotation.key,
        places=rotation.places,
        resealed=rotation.resealed,
        unreadable=rotation.unreadable,
    )


def _require_all(
    rotation: KeyRotation, columns: Sequence[SealedColumn], progress: Progress
) -> None:
    """Look at everything once more: what processes with the older key alone wrote meanwhile."""
    left = 0
    for column in columns:
        for window in column.windows(0):
            left += column.sealed_in(window).exclude(head=newest_header()).count()
            progress.advance(0)
    unreadable = sum(each["rows"] for each in rotation.unreadable.values())
    # A second try walks it all again: what came late, and rows whose key is back.
    if left:
        KeyRotation.objects.filter(pk=rotation.pk).update(places={}, unreadable={})
    if unreadable:
        raise RotationIncompleteError(_told_unreadable(rotation.unreadable))
    if left:
        raise RotationIncompleteError(
            ngettext(
                "%(left)s value came under an older key meanwhile: restart every process with the "
                "new key first, then try again.",
                "%(left)s values came under an older key meanwhile: restart every process with the "
                "new key first, then try again.",
                left,
            )
            % {"left": left}
        )


def _told_unreadable(unreadable: dict[str, Any]) -> str:
    """Tables and ids, never what is in them."""
    places = "; ".join(
        f"{name}: {', '.join(map(str, found['ids']))}"
        + (" …" if found["rows"] > len(found["ids"]) else "")
        for name, found in unreadable.items()
    )
    rows = sum(found["rows"] for found in unreadable.values())
    return ngettext(
        "%(rows)s value is opened by no configured key; all others are done. Put the key that "
        "sealed it back into VOICEGATHER_ENCRYPTION_KEYS, after the newest, and try again. By "
        "id: %(places)s",
        "%(rows)s values are opened by no configured key; all others are done. Put the keys that "
        "sealed them back into VOICEGATHER_ENCRYPTION_KEYS, after the newest, and try again. By "
        "id: %(places)s",
        rows,
    ) % {"rows": rows, "places": places}
