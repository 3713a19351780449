"""Past calls read from the ledger, many at a time: what was entered is unsealed in memory only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from voicegather.engine.codec import CodecError
from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.exceptions import UnsealError
from voicegather.models import Call, Direction, GatherAttempt, MenuVersion, StepVisit
from voicegather.sealing import unseal
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.moments import to_ms
from voicegather.services.replays.answers import Answers, answers_of, asks_beyond_keys
from voicegather.services.replays.outcomes import Reason
from voicegather.services.replays.past import Attempt, NotReplayableError, PastCall, Visit
from voicegather.services.replays.surroundings import ReplayMenus

#: The exit of a visit that staff cut short.
OPERATOR = "operator"


class _Row(NamedTuple):
    id: int
    number: int
    version: int | None
    step: str
    exit: str
    language: str
    entered_at: datetime
    left_at: datetime | None


Read = PastCall | NotReplayableError


def read_calls(calls: Iterable[int], menus: ReplayMenus) -> dict[int, Read]:
    """The calls of these ids by their id, each with what kept it from being read instead.

    The number of queries does not depend on how many calls there are. `menus` looks up versions.
    """
    rows = list(
        Call.objects.filter(pk__in=list(calls))
        .order_by()
        .values("id", "caller", "called", "direction", "answered_by", "started_at", "version_id")
    )
    visits = _visits([row["id"] for row in rows])
    wanted: set[int | None] = {row["version_id"] for row in rows}
    wanted |= {visit.version for found in visits.values() for visit in found}
    versions = _Versions(wanted, menus)
    attempts = _attempts([visit.id for found in visits.values() for visit in found])
    asked = [
        call
        for call, found in visits.items()
        if any(asks_beyond_keys(versions.node(each.version, each.step)) for each in found)
    ]
    answers = answers_of(asked)
    brought = _brought([row["id"] for row in rows if row["direction"] == Direction.OUTBOUND])
    read: dict[int, Read] = {}
    for row in rows:
        try:
            read[row["id"]] = _past(
                row,
                visits.get(row["id"], []),
                versions,
                attempts,
                answers.get(row["id"], Answers()),
                brought,
            )
        except NotReplayableError as problem:
            read[row["id"]] = problem
        except UnsealError:
            read[row["id"]] = NotReplayableError(Reason.SEALED)
    return read


class _Versions:
    """Versions by their row's id; each is read once."""

    def __init__(self, wanted: set[int | None], menus: ReplayMenus) -> None:
        self._menus = menus
        known = [version for version in wanted if version is not None]
        found = MenuVersion.objects.filter(pk__in=known)
        self._sha256 = dict(found.values_list("pk", "sha256"))

    def sha256(self, version: int | None) -> str:
        """Raises NotReplayableError where the version is gone or cannot be read."""
        sha256 = self._sha256.get(version) if version is not None else None
        try:
            if sha256 is not None:
                self._menus.graph(sha256)
                return sha256
        except (VersionMissingError, CodecError):
            pass
        raise NotReplayableError(Reason.VERSION_GONE)

    def first_language(self, sha256: str) -> str:
        return self._menus.graph(sha256).languages[0]

    def node(self, version: int | None, step: str) -> StepNode | None:
        try:
            return self._menus.graph(self.sha256(version)).steps.get(step)
        except NotReplayableError:
            return None


def _past(
    row: Mapping[str, Any],
    rows: Sequence[_Row],
    versions: _Versions,
    attempts: Mapping[int, Sequence[tuple[Any, ...]]],
    answers: Answers,
    brought: Mapping[int, Mapping[str, str]],
) -> PastCall:
    """Raises NotReplayableError and UnsealError."""
    if not rows:
        raise NotReplayableError(Reason.NEVER_BEGAN)
    if answers.are_sealed:
        raise NotReplayableError(Reason.SEALED)
    if answers.staff_acted or any(each.exit == OPERATOR for each in rows):
        raise NotReplayableError(Reason.STAFF_ACTED)
    graph = versions.sha256(row["version_id"])
    visits = tuple(_visit(each, versions, attempts.get(each.id, ()), answers) for each in rows)
    outbound = row["direction"] == Direction.OUTBOUND
    language = rows[0].language
    return PastCall(
        id=row["id"],
        graph=graph,
        started_at=to_ms(row["started_at"]),
        visits=visits,
        caller=row["caller"],
        called=row["called"],
        language="" if language == versions.first_language(graph) else language,
        answered_by=AnsweredBy(row["answered_by"] or AnsweredBy.HUMAN) if outbound else None,
        variables=brought.get(row["id"], {}),
    )


def _visit(
    row: _Row, versions: _Versions, attempts: Sequence[tuple[Any, ...]], answers: Answers
) -> Visit:
    graph = versions.sha256(row.version)
    node = versions.node(row.version, row.step)
    entered, left = to_ms(row.entered_at), to_ms(row.left_at) if row.left_at else 0
    handled = None
    if node is not None and node.kind == "handler":
        handled = answers.handled(entered, left)
    return Visit(
        graph=graph,
        step=row.step,
        exit=row.exit,
        entered_at=entered,
        left_at=left,
        attempts=tuple(_attempt(each, answers) for each in attempts),
        handled=handled,
    )


def _attempt(row: tuple[Any, ...], answers: Answers) -> Attempt:
    _visit_id, purpose, outcome, digits, seq, began_at, ended_at = row
    began, ended = to_ms(began_at), to_ms(ended_at) if ended_at else 0
    return Attempt(
        purpose=AttemptPurpose(purpose),
        outcome=AttemptOutcome(outcome) if outcome else None,
        keys=Secret(unseal(digits)) if digits is not None else None,
        ended_at=ended,
        verdict=answers.verdict(began, ended),
        result=answers.result(seq, began, ended),
    )


def _visits(calls: Sequence[int]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    rows = (
        StepVisit.objects.filter(call__in=calls)
        .order_by("call_id", "number")
        .values_list(
            "call_id",
            "id",
            "number",
            "version_id",
            "step_key",
            "exit",
            "language",
            "entered_at",
            "left_at",
        )
    )
    for call, *row in rows:
        found[call].append(_Row._make(row))
    return found


def _attempts(visits: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = (
        GatherAttempt.objects.filter(visit__in=visits)
        .order_by("visit_id", "number")
        .values_list(
            "visit_id", "purpose", "outcome", "sealed_digits", "seq", "began_at", "ended_at"
        )
    )
    for row in rows:
        found[row[0]].append(row)
    return found


def _brought(calls: Sequence[int]) -> dict[int, dict[str, str]]:
    """What placed calls knew when they were over: what they brought is among it.

    A variable that the menu has set since is set again by the same deed before it is looked at.
    """
    found: dict[int, dict[str, str]] = {}
    if not calls:
        return found
    for call, sealed in Call.objects.filter(pk__in=calls).values_list("pk", "sealed_state"):
        try:
            state = unseal(sealed)
        except UnsealError:
            continue
        variables = state.get("variables", {})
        found[call] = {name: str(each.get("value", "")) for name, each in variables.items()}
    return found
