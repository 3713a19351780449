"""The one way in which what is sensitive is shown: on record first, with who and why.

Whoever is about to show something calls :func:`reveal` (values, for which staff give a reason),
:func:`note_disclosure` (each time: downloads, a subject's file) or :func:`note_view` (what is
looked at again and again: transcripts, recordings), and shows nothing if that raises.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Call, Disclosure, Export, GatherAttempt, GatherResult
from voicegather.selectors.entries import EntryKind, Sight, TimelineEntry, sight_of
from voicegather.selectors.teams import AnyUser
from voicegather.services import moments

Kind = Disclosure.Kind
Way = Disclosure.Way

#: Whoever looks again within this time leaves no second record of a view.
VIEW_AGAIN = timedelta(hours=1)
SHORTEST_REASON, LONGEST_REASON = 5, 300
#: Letters and digits that a reason has at least.
FEWEST_WORDS = 3
RECENT_REASONS = 5
#: Of a person's newest disclosures, those in which recent reasons are looked for.
LOOKED_AT = 50
_LEAST_IN_NUMBER = 7
#: Controls that turn the direction of what follows (Unicode, UAX #9): marks and isolates, too.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ReasonError(VoicegatherError):
    """The reason for revealing something is missing or cannot be kept; nothing was shown."""


class RevealRefusedError(VoicegatherError):
    """Who asks may not see sensitive values; nothing was shown, and nothing is on record."""


def reveal(
    *, user: AnyUser, rows: Sequence[Model], reason: str, way: Way, kind: Kind = Kind.VALUE
) -> None:
    """Put on record that `user` is about to be shown what is sensitive in each of `rows`.

    Raises RevealRefusedError without the permission ``reveal_sensitive``, and ReasonError. That the
    user may see the rows at all is looked at before.
    """
    why = _cleared_reason(user, reason)
    note_disclosure(user=user, kind=kind, rows=rows, way=way, reason=why)


def reveal_again(*, user: AnyUser, rows: Sequence[Model], reason: str, way: Way) -> None:
    """As :func:`reveal`; with the same reason once an hour, for what is asked for by polling."""
    why = _cleared_reason(user, reason)
    note_view(user=user, kind=Kind.VALUE, rows=rows, way=way, reason=why)


def note_disclosure(
    *, user: AnyUser, kind: Kind, rows: Sequence[Model], way: Way, reason: str = ""
) -> None:
    """Put on record that `user` is shown each of `rows`, whatever was shown before."""
    records = [_record(row, kind=kind) for row in rows]
    _place(records)
    moment = moments.now()
    for record in records:
        record.at, record.way, record.reason = moment, way, reason
        record.user_id = user.pk
        record.username = _name_of(user)
    Disclosure.objects.bulk_create(records)


def note_view(
    *, user: AnyUser, kind: Kind, rows: Sequence[Model], way: Way, reason: str = ""
) -> None:
    """As :func:`note_disclosure`, but once an hour for a person, an object and a reason."""
    recent = Disclosure.objects.filter(
        user=user.pk, at__gt=moments.now() - VIEW_AGAIN, kind=kind, reason=reason
    )
    seen = set(recent.order_by().values_list("model", "object_id"))
    new = [row for row in rows if (_model_of(row), row.pk) not in seen]
    if new:
        note_disclosure(user=user, kind=kind, rows=new, way=way, reason=reason)


def note_transcripts(
    *, user: AnyUser, call: Call, entries: Iterable[TimelineEntry], way: Way
) -> None:
    """Put the views of those conversations of `call` on record whose words are in `entries`."""
    words = (each for each in entries if each.kind is EntryKind.TURN and not each.is_masked)
    seqs = {int(each.details["conversation"] or 0) for each in words}
    if seqs:
        rows = list(call.conversations.filter(seq__in=seqs))
        note_view(user=user, kind=Kind.TRANSCRIPT, rows=rows, way=way)


def cleaned_reason(reason: str) -> str:
    """The reason in one line as it is kept; raises ReasonError, which says what to write."""
    text = " ".join("".join(map(_kept, reason)).split())
    if not text:
        raise ReasonError(_("Write why you need to see it, such as the number of a ticket."))
    words = sum(each.isalnum() for each in text)
    if len(text) < SHORTEST_REASON or words < FEWEST_WORDS:
        raise ReasonError(
            _("Write a reason of %(shortest)s characters or more that others understand later.")
            % {"shortest": SHORTEST_REASON}
        )
    if len(text) > LONGEST_REASON:
        raise ReasonError(
            _("A reason has at most %(longest)s characters: shorten it.")
            % {"longest": LONGEST_REASON}
        )
    return text


def recent_reasons(user: AnyUser) -> list[str]:
    """The last reasons that `user` gave, the newest first, each once."""
    newest = Disclosure.objects.filter(user=user.pk).order_by("-at")
    reasons = newest.values_list("reason", flat=True)[:LOOKED_AT]
    return list(dict.fromkeys(filter(None, reasons)))[:RECENT_REASONS]


def forget_callers(calls: Collection[int]) -> int:
    """Take telephone numbers out of the reasons that were given for these calls.

    For erasure: the records stay, without what staff may have written of the caller. Returns how
    many were changed.
    """
    changed = []
    for record in Disclosure.objects.filter(call__in=calls).exclude(reason="").iterator():
        without = _without_numbers(record.reason)
        if without != record.reason:
            record.reason = without
            changed.append(record)
    Disclosure.objects.bulk_update(changed, ["reason"], batch_size=500)
    return len(changed)


def _cleared_reason(user: AnyUser, reason: str) -> str:
    if sight_of(user) is not Sight.REVEALED:
        raise RevealRefusedError(_("This takes the permission “%s”.") % "reveal_sensitive")
    return cleaned_reason(reason)


def _record(row: Model, *, kind: Kind) -> Disclosure:
    label = str(row) if isinstance(row, GatherResult | Export) else ""
    return Disclosure(
        kind=kind, model=_model_of(row), object_id=row.pk, label=label, call_id=_call_of(row)
    )


def _model_of(row: Model) -> str:
    return row._meta.model_name or ""


def _call_of(row: Model) -> int | None:
    if isinstance(row, Call):
        return row.pk
    if isinstance(row, GatherAttempt):
        return row.visit.call_id
    call: int | None = getattr(row, "call_id", None)
    return call


def _place(records: Iterable[Disclosure]) -> None:
    """Write the menus of the calls, by which teams see the records."""
    calls = {record.call_id for record in records if record.call_id}
    menus = dict(Call.objects.filter(pk__in=calls).values_list("pk", "menu_id")) if calls else {}
    for record in records:
        record.menu_id = menus.get(record.call_id or 0)


def _name_of(user: AnyUser) -> str:
    name = user.get_username() if isinstance(user, AbstractBaseUser) else ""
    return str(name)[:255]


def _kept(character: str) -> str:
    """Nothing that ends a line, that no database keeps, or that reorders its neighbours."""
    if character in _REORDERING or "\ud800" <= character <= "\udfff":
        return ""
    return " " if unicodedata.category(character) == "Cc" else character


def _without_numbers(reason: str) -> str:
    """`reason` without words and runs of words that are telephone numbers, however grouped."""
    kept: list[str] = []
    run: list[str] = []
    for word in [*reason.split(" "), "end"]:
        if any(each.isdigit() for each in word) and not any(each.isalpha() for each in word):
            run.append(word)
            continue
        digits = sum(each.isdigit() for each in "".join(run))
        kept += ["…"] if digits >= _LEAST_IN_NUMBER else run
        run = []
        kept.append(word)
    return " ".join(kept[:-1])
