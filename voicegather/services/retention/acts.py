"""What is done to the rows of some calls: deleted, or emptied of what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, JSONField, Model, Q, QuerySet, TextField

from voicegather.models import (
    CallCommand,
    CallEvent,
    Conversation,
    GatherAttempt,
    GatherResult,
    Recording,
    Turn,
)
from voicegather.selectors.hanging import Hanging, beneath, hanging_on_calls

Rows = QuerySet[Any]
_LONG = (BinaryField, JSONField, TextField)


@dataclass(frozen=True)
class Act:
    """`of` gives the rows of some calls that the act is still to be done to, `do` does it.

    `weighed` are the columns whose length counts as bytes.
    """

    of: Callable[[Any], Rows]
    do: Callable[[Rows], object]
    weighed: tuple[str, ...] = ()


def deleting(hanging: Hanging) -> Act:
    """Delete the rows of a table that hangs on calls."""
    return Act(hanging.of, lambda rows: rows.delete(), weighed_of(hanging.model))


def emptying(model: type[Model], columns: Mapping[str, Any], *, full: Q) -> Act:
    """Have these columns of rows that are `full` hold these values, and nothing of the caller."""

    def of(calls: Any) -> Rows:
        rows: Rows = model._default_manager.filter(full, call__in=calls)
        return rows.order_by()

    return Act(of, lambda rows: rows.update(**columns), tuple(columns))


def weighed_of(model: type[Model]) -> tuple[str, ...]:
    """The columns of a table that can be long."""
    return tuple(each.name for each in model._meta.concrete_fields if isinstance(each, _LONG))


#: What was said as webhooks told it: a copy of answers and transcripts alike.
SPOKEN = emptying(CallEvent, {"sealed": None}, full=Q(sealed__isnull=False))


def of_answers() -> list[Act]:
    """Digits and results, with their copies in webhooks and in what was sent to Telnyx."""
    params = emptying(CallCommand, {"sealed_params": b""}, full=~Q(sealed_params=b""))
    return [*map(deleting, beneath(GatherAttempt, GatherResult)), SPOKEN, params]


def of_transcripts() -> list[Act]:
    """What was said in conversations and recordings, with its copies in webhooks."""
    partial = Q(sealed_partial__isnull=False)
    written = Q(sealed_transcript__isnull=False)
    return [
        *map(deleting, beneath(Turn)),
        emptying(Conversation, {"sealed_partial": None}, full=partial),
        emptying(Recording, {"sealed_transcript": None, "transcript_source": ""}, full=written),
        SPOKEN,
    ]


def of_whole_calls() -> list[Act]:
    """All that hangs on calls but webhooks, which must be known again, and recordings' files."""
    return [
        deleting(each) for each in hanging_on_calls() if each.model not in (CallEvent, Recording)
    ]
