"""All that a reviewer looks at of one result: what was asked, entered, said and decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from voicegather.engine.codec import CodecError
from voicegather.engine.graph import Graph, Sensitivity, Words, WordsKind
from voicegather.engine.steps.ai_gather import AiGatherStep
from voicegather.exceptions import UnsealError
from voicegather.models import (
    Conversation,
    GatherAttempt,
    GatherResult,
    Recording,
    ResultReview,
    Turn,
)
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight
from voicegather.selectors.labels import ROLES
from voicegather.selectors.results import masked
from voicegather.selectors.revealing import entry_of
from voicegather.selectors.timeline.steps import CallSteps
from voicegather.services.display import MASK
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.menus.versions import graph_of

#: Turns of a conversation that stand beside a result: the last ones.
MOST_TURNS = 60
MOST_RECORDINGS = 5
_MARKS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller heard: the prompt's key, and its words where it has any."""

    prompt: str
    words: str


@dataclass(frozen=True, slots=True)
class AttemptLook:
    number: int
    purpose: str
    outcome: str
    entry: str
    milliseconds: int | None
    prompt: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One review; `value` is that of a correction, as far as the viewer may see it."""

    pk: int
    decision: str
    label: str
    value: str
    note: str
    reviewer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    role: str
    words: str
    is_caller: bool


@dataclass(frozen=True, slots=True)
class Look:
    """`raw` and `value` are None where no key opens them any more."""

    result: GatherResult
    step_name: str
    raw: str | None
    value: str | None
    is_masked: bool
    asked: tuple[Asked, ...]
    attempts: tuple[AttemptLook, ...]
    #: The newest first.
    decisions: tuple[Decided, ...]
    conversations: tuple[Conversation, ...]
    turns: tuple[Said, ...]

    @property
    def newest(self) -> Decided | None:
        """What counts now."""
        return self.decisions[0] if self.decisions else None

    @property
    def seen(self) -> int | None:
        """The id that a decision of who looks at this has to name."""
        return self.decisions[0].pk if self.decisions else None

    @property
    def corrected(self) -> str | None:
        """What a reviewer put in place of the value, None where nobody did."""
        newest = self.newest
        is_corrected = newest and newest.decision == ResultReview.Decision.CORRECTED
        return newest.value if newest and is_corrected else None


def look_at(result: GatherResult, sight: Sight) -> Look:
    """What `sight` shows of a result with its call and visit; five queries, two more with words."""
    visit = result.visit
    steps = CallSteps([visit], sight)
    entry = entry_of(result, sight)
    attempts = tuple(visit.attempts.order_by("number"))
    conversations = tuple(visit.conversations.order_by("seq").defer("sealed_partial"))
    reviews = result.reviews.select_related("reviewer").order_by("-pk")
    return Look(
        result=result,
        step_name=steps.name(visit),
        raw=None if entry.raw is None else masked(result, entry.raw),
        value=None if entry.value is None else masked(result, entry.value),
        is_masked=entry.is_masked,
        asked=tuple(_asked(result, attempts)),
        attempts=tuple(_attempt(each, steps) for each in attempts),
        decisions=tuple(_decided(each, result, sight) for each in reviews),
        conversations=conversations,
        turns=tuple(_said(conversations, sight)) if conversations else (),
    )


def recordings_beside(result: GatherResult) -> QuerySet[Recording]:
    """The recordings of the result's visit and those of its whole call, the first ones."""
    of_visit, of_call = Q(visit=result.visit_id), Q(visit__isnull=True)
    found = Recording.objects.filter(of_visit | of_call, call=result.call_id, is_replaced=False)
    return found.select_related("call", "visit").order_by("began_at", "pk")[:MOST_RECORDINGS]


def whole_of(review: ResultReview, result: GatherResult, sight: Sight) -> str:
    """The corrected value of `review`: whole where `sight` may see it, else what its step shows."""
    may_open = sight is Sight.REVEALED or result.sensitivity == Sensitivity.NORMAL
    if review.sealed is None or not may_open:
        return review.value
    try:
        return str(unseal(review.sealed)["value"])
    except UnsealError:
        return review.value


def _attempt(attempt: GatherAttempt, steps: CallSteps) -> AttemptLook:
    return AttemptLook(
        number=attempt.number,
        purpose=str(attempt.get_purpose_display()),
        outcome=str(attempt.get_outcome_display()),
        entry=steps.entry(attempt.sealed_digits, attempt.visit).text,
        milliseconds=attempt.milliseconds,
        prompt=attempt.prompt,
    )


def _decided(review: ResultReview, result: GatherResult, sight: Sight) -> Decided:
    is_corrected = review.decision == ResultReview.Decision.CORRECTED
    value = whole_of(review, result, sight) if is_corrected else ""
    return Decided(
        pk=review.pk,
        decision=review.decision,
        label=str(review.get_decision_display()),
        value=(value or MASK) if is_corrected else "",
        note=review.note,
        reviewer=str(review.reviewer or ""),
        at=review.created_at,
    )


def _asked(result: GatherResult, attempts: tuple[GatherAttempt, ...]) -> Iterator[Asked]:
    graph = _graph_of(result)
    step = graph.steps.get(result.step_key) if graph else None
    if graph is None or step is None:
        return
    if step.kind == AiGatherStep.name:
        fields = step.config.get("fields", ())
        wanted = (each for each in fields if each.get("name") == result.field)
        yield from (Asked(result.field, str(each.get("description", ""))) for each in wanted)
    first = str(step.config.get("prompt") or step.config.get("greeting") or "")
    heard = (each.prompt for each in attempts if each.prompt)
    for prompt in dict.fromkeys(filter(None, (first, *heard))):
        yield Asked(prompt, _words(graph.words(prompt, result.visit.language)))


def _words(words: Words | None) -> str:
    """What is spoken, without marks of speech; "" of audio."""
    if words is None or words.kind not in (WordsKind.TEXT, WordsKind.SSML):
        return ""
    is_marked = words.kind is WordsKind.SSML
    return " ".join(_MARKS.sub(" ", words.text).split()) if is_marked else words.text


def _graph_of(result: GatherResult) -> Graph | None:
    version = result.visit.version
    if version is None:
        return None
    try:
        return graph_of(version.sha256)
    except (VersionMissingError, CodecError):
        return None


def _said(conversations: tuple[Conversation, ...], sight: Sight) -> Iterator[Said]:
    sensitivities = {each.pk: each.sensitivity for each in conversations}
    turns = Turn.objects.filter(conversation__in=sensitivities)
    newest = list(turns.order_by("-conversation__seq", "-number")[:MOST_TURNS])
    for turn in reversed(newest):
        words = CallSteps((), sight).spoken(
            turn.sealed_content, sensitivities[turn.conversation_id]
        )
        role = str(ROLES.get(turn.role, turn.role))
        yield Said(role, words.text, is_caller=turn.role == "user")
