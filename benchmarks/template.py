"""A call's rows as texts for COPY, with slots for all that differs from one call to the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

from django.db import connection, models

from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CallLeg,
    GatherAttempt,
    GatherResult,
    StepVisit,
)

#: What a call leaves behind, in an order in which rows may be inserted.
MODELS: tuple[type[models.Model], ...] = (
    *(Call, CallLeg, CallEvent, CallCommand),
    *(StepVisit, GatherAttempt, GatherResult),
)
TABLES = tuple(model._meta.db_table for model in MODELS)

#: Whoever calls in a template, and the account that they enter.
CALLER = "+13125550111"
ACCOUNT = "5551234"

_NULL = r"\N"
_OWN = re.compile(
    r"\b(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
    r"|\b(?P<token>[0-9a-f]{32})\b"
    rf"|(?P<number>{re.escape(CALLER)})\b|\b(?P<account>{ACCOUNT})\b"
    r"|(?<=dead:)(?P<event>\d+)"
)


class Template:
    """One call that the app itself has processed; copies of it differ in ids and moments.

    What is sealed stays as it was, and so names the template's own token.
    """

    def __init__(self, place_call: Callable[[], None]) -> None:
        #: By table, what COPY takes, as a text for the % operator.
        self._forms: dict[str, str] = {}
        # The slots, by what fills them.
        self._rows: dict[str, list[str]] = {}
        self._uuids: set[str] = set()
        self._tokens: set[str] = set()
        self._moments: dict[str, datetime] = {}
        last = {model: _highest_id(model) for model in MODELS}
        place_call()
        # Copies are calls of long ago: they are counted.
        Call.objects.filter(pk__gt=last[Call]).update(uncounted_since=None)
        for model in MODELS:
            self._take(model, after=last[model])
        self._began = min(self._moments.values())

    def rows_in(self, model: type[models.Model]) -> int:
        """How many rows of `model` the call left behind."""
        return len(self._rows[model._meta.db_table])

    def copy(
        self,
        began: datetime,
        next_ids: dict[str, int],
        random: Random,
        wanted: Sequence[type[models.Model]] = MODELS,
    ) -> Iterator[tuple[str, str]]:
        """Each wanted table with the rows of one more call; moves `next_ids` on by what it uses."""
        shift = began - self._began
        values: dict[str, object] = {slot: moment + shift for slot, moment in self._moments.items()}
        for slot in self._uuids:
            values[slot] = UUID(int=random.getrandbits(128), version=4)
        for slot in self._tokens:
            values[slot] = f"{random.getrandbits(128):032x}"
        values[CALLER] = f"+1312555{random.randrange(10_000):04}"
        values[ACCOUNT] = f"{random.randrange(10_000_000):07}"
        for table, slots in self._rows.items():
            first = next_ids[table]
            values.update(zip(slots, range(first, first + len(slots)), strict=True))
            next_ids[table] = first + len(slots)
        for model in wanted:
            table = model._meta.db_table
            yield table, self._forms[table] % values

    def _take(self, model: type[models.Model], *, after: int) -> None:
        table = model._meta.db_table
        query = f"COPY (SELECT {columns_of(model)} FROM {table} WHERE id > {after} ORDER BY id) "
        with connection.cursor() as cursor, cursor.copy(f"{query} TO STDOUT") as out:
            lines = b"".join(out).decode().splitlines()
        fields = model._meta.concrete_fields
        self._rows[table] = []
        self._forms[table] = "".join(
            "\t".join(
                self._slotted(field, text)
                for field, text in zip(fields, line.split("\t"), strict=True)
            )
            + "\n"
            for line in lines
        )

    def _slotted(self, field: models.Field, text: str) -> str:  # type: ignore[type-arg]
        if text == _NULL:
            return text
        table = field.model._meta.db_table
        if field.primary_key:
            self._rows[table].append(f"{table} {text}")
            return f"%({table} {text})d"
        if field.is_relation and field.related_model in MODELS:
            return f"%({field.related_model._meta.db_table} {text})d"
        if isinstance(field, models.DateTimeField):
            self._moments[text] = datetime.fromisoformat(text)
            return f"%({text})s"
        return self._with_slots(text.replace("%", "%%"))

    def _with_slots(self, text: str) -> str:
        def slot(found: re.Match[str]) -> str:
            kind, own = found.lastgroup, found.group()
            if kind == "uuid":
                self._uuids.add(own)
            elif kind == "token":
                self._tokens.add(own)
            elif kind == "event":
                own = f"{CallEvent._meta.db_table} {own}"
            return f"%({own})s"

        return _OWN.sub(slot, text)


def columns_of(model: type[models.Model]) -> str:
    """The columns that :class:`Template` gives COPY, in its order."""
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def _highest_id(model: type[models.Model]) -> int:
    found: int | None = model._default_manager.aggregate(highest=models.Max("pk"))["highest"]
    return found or 0
