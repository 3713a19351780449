"""What was done in one visit of a step, done again as the draft asks for it."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    ConversationFailed,
    FoldingFailed,
    GatherStatus,
    Message,
    RecordingFailed,
    TargetAnswered,
    TargetFate,
)
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose, ConversationKind
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.gather_choices import choices_for
from voicegather.services.replays.outcomes import News, Reason
from voicegather.services.replays.past import Attempt, NotReplayableError, Visit
from voicegather.services.replays.quiet import QuietExchange
from voicegather.services.trials.line import press

#: How attempts end that no answer ends: with the call.
_CUT_OFF = (None, AttemptOutcome.HANGUP, AttemptOutcome.VALID, AttemptOutcome.CANCELLED)
_FATES = {
    "busy": TargetFate.BUSY,
    "no_answer": TargetFate.NO_ANSWER,
    "failure": TargetFate.FAILED,
}
#: Longer than any recording that counts as nothing.
_SPOKEN_MS = 61_000
_TOLD = (AiGatherStatus.VALID, AiGatherStatus.INVALID)
#: In place of what a caller said to a model and what came to nothing.
_SOMETHING = Message("user", Secret("…"))


class Unanswered(Exception):  # noqa: N818 - not an error: where a replay stops
    """The draft asks for what is not on record."""

    def __init__(self, news: News) -> None:
        super().__init__(news)
        self.news = news


class Deeds:
    """The record of one visit, None where the step was never entered so often."""

    def __init__(
        self, visit: Visit | None, node: StepNode | None, *, is_last: bool = False
    ) -> None:
        self._visit = visit
        self._node = node
        self._attempts = list(visit.attempts) if visit else []
        #: Whether the call ended in this visit by what was not the menu's doing.
        self._ends_here = bool(is_last and visit and not visit.exit and self.kind != "hangup")
        if self._ends_here and self._attempts and self._attempts[-1].outcome in _CUT_OFF:
            self._attempts.pop()
        self._judging: Attempt | None = None

    @property
    def kind(self) -> str:
        """The kind of the step as it was when the call was made, "" where that is not known."""
        return self._node.kind if self._node else ""

    @property
    def left_at(self) -> int:
        return self._visit.left_at if self._visit else 0

    @property
    def call_ends_here(self) -> bool:
        """Whether all is done that was done before the call ended in this visit."""
        return self._ends_here and not self._attempts

    @property
    def is_unheard(self) -> bool:
        """Whether the step's message could not be played to the caller."""
        return self.kind == "message" and self._visit is not None and self._visit.exit == "failure"

    def do_next(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        """Answer what the step `asked` waits for. Raises Unanswered, and NotReplayableError."""
        network = exchange.network
        if not self._attempts:
            exchange.reach(self.left_at)
        if network.gathering is not None:
            self._enter_keys(exchange, asked)
        elif network.validators is not None:
            self._judge(exchange, asked)
        elif network.handler is not None:
            self._handle(exchange, asked)
        elif network.recording is not None:
            self._speak(exchange)
        elif network.model is not None and network.model.kind is ConversationKind.AI_GATHER:
            self._answer_model(exchange)
        elif network.model is not None:
            self._end_assistant(exchange, asked)
        else:
            self._ring(exchange, asked)

    # -- keys ----------------------------------------------------------------------------------

    def _enter_keys(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        """The next attempt: keys left over when the draft has heard enough are nobody's."""
        attempt = self._next_attempt(exchange)
        self._judging = attempt
        if attempt.outcome is AttemptOutcome.CANCELLED:
            raise NotReplayableError(Reason.STAFF_ACTED)
        keys = attempt.keys.reveal() if attempt.keys else ""
        if attempt.outcome is AttemptOutcome.ERROR and not keys:
            self._lose(exchange)
        elif not keys:
            exchange.end_gather(GatherStatus.TIMEOUT)
        elif self._was_too_fast(attempt.purpose, keys):
            _enter(exchange, keys)
        else:
            _enter(exchange, _heard_of(keys, exchange, asked))

    def _was_too_fast(self, purpose: AttemptPurpose, keys: str) -> bool:
        """Whether the caller went on pressing when the step had heard enough, and was heard."""
        if len(keys) < 2 or self._node is None or self.kind != "gather":
            return False
        choices = choices_for(self._node, purpose)
        return any(not choices.could_extend(keys[:end]) for end in range(1, len(keys)))

    def _next_attempt(self, exchange: QuietExchange) -> Attempt:
        if not self._attempts or self._attempts[0].purpose is not exchange.asked:
            raise Unanswered(News.CALLER)
        if self.kind == "ai_gather" and exchange.asked is AttemptPurpose.ENTRY:
            raise Unanswered(News.CALLER)
        attempt = self._attempts.pop(0)
        exchange.reach(attempt.ended_at)
        return attempt

    def _lose(self, exchange: QuietExchange) -> None:
        """No word came of the attempt, or its command failed."""
        exchange.change(gathering=None)
        if not self._attempts and self._visit and self._visit.exit == "failure":
            exchange.feed(FoldingFailed(exchange.now))
        else:
            exchange.miss_deadline()

    # -- the site's own functions --------------------------------------------------------------

    def _judge(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        waiting, attempt = exchange.network.validators, self._judging
        assert waiting is not None
        if attempt is None or _validators(asked) != _validators(self._node):
            raise Unanswered(News.SITE)
        exchange.change(validators=None)
        if attempt.verdict is not None:
            exchange.feed(replace(attempt.verdict, at=exchange.now, seq=waiting.seq))
        elif attempt.outcome is AttemptOutcome.ERROR:
            exchange.feed(FoldingFailed(exchange.now))
        else:
            raise NotReplayableError(Reason.NOT_ON_RECORD)

    def _handle(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        waiting = exchange.network.handler
        assert waiting is not None
        if self._visit is None or not _same(asked, self._node, "handler", "options"):
            raise Unanswered(News.SITE)
        exchange.change(handler=None)
        if self._visit.handled is not None:
            exchange.feed(replace(self._visit.handled, at=exchange.now, seq=waiting.seq))
        elif self._visit.exit == "failure":
            exchange.feed(FoldingFailed(exchange.now))
        else:
            raise NotReplayableError(Reason.NOT_ON_RECORD)

    # -- models --------------------------------------------------------------------------------

    def _answer_model(self, exchange: QuietExchange) -> None:
        if self.kind != "ai_gather" or not self._attempts:
            raise Unanswered(News.CALLER)
        if self._attempts[0].purpose is not AttemptPurpose.ENTRY:
            raise Unanswered(News.CALLER)
        attempt = self._judging = self._attempts.pop(0)
        exchange.reach(attempt.ended_at)
        if attempt.outcome is AttemptOutcome.CANCELLED:
            self._wish(exchange)
        elif attempt.outcome is AttemptOutcome.ERROR and not self._was_unjudged(attempt):
            exchange.model_ends(AiGatherStatus.ERROR, None)
        elif attempt.result is not None:
            _model_ends(exchange, attempt, attempt.result)
        elif attempt.outcome is AttemptOutcome.NO_INPUT:
            exchange.model_ends(AiGatherStatus.INVALID, None)
        elif attempt.outcome is AttemptOutcome.ERROR:
            exchange.model_ends(AiGatherStatus.ERROR, None)
        else:
            raise NotReplayableError(Reason.NOT_ON_RECORD)

    def _was_unjudged(self, attempt: Attempt) -> bool:
        """Whether the model did its part, and the site's validators failed."""
        told = attempt.result is not None and attempt.result.status in _TOLD
        return told and bool(_validators(self._node))

    def _end_assistant(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        model, visit = exchange.network.model, self._visit
        assert model is not None
        if visit is None or not _same(asked, self._node, "assistant"):
            raise Unanswered(News.MODEL)
        match visit.exit:
            case "failure":
                exchange.change(model=None)
                exchange.feed(ConversationFailed(exchange.now, "failed", model.seq))
            case "time_limit":
                exchange.miss_deadline()
            case "done":
                exchange.assistant_ends("assistant_ended")
            case _:
                self._wish(exchange)

    def _wish(self, exchange: QuietExchange) -> None:
        """The caller pressed the key of a global choice while a model talked."""
        wishes = self._node.wishes if self._node else ()
        exit_name = self._visit.exit if self._visit else ""
        key = next((edge.value for edge in wishes if edge.label == exit_name), "")
        if not key:
            raise NotReplayableError(Reason.NOT_ON_RECORD)
        visit = exchange.state.visit
        press(exchange, key)
        if exchange.state.visit == visit and exchange.network.model is not None:
            raise Unanswered(News.CALLER)

    # -- recordings ----------------------------------------------------------------------------

    def _speak(self, exchange: QuietExchange) -> None:
        """A message of some length, or of none: how long it was plays no part in the way."""
        recorded, visit = exchange.network.recording, self._visit
        assert recorded is not None
        if visit is None or self.kind != "record":
            raise Unanswered(News.CALLER)
        # What was asked about a take tells that there was one: only the last may be of nothing.
        exit_name = visit.exit if not self._attempts else ""
        if exit_name == "failure":
            exchange.change(recording=None)
            exchange.feed(RecordingFailed(exchange.now, "failed", recorded.seq))
        else:
            exchange.end_recording(0 if exit_name == "no_input" else _SPOKEN_MS)

    # -- transfers -----------------------------------------------------------------------------

    def _ring(self, exchange: QuietExchange, asked: StepNode | None) -> None:
        target, visit = exchange.network.target, self._visit
        assert target is not None
        if visit is None or not _same(asked, self._node, "to"):
            raise Unanswered(News.TARGET)
        if visit.exit == "done":
            exchange.feed(TargetAnswered(exchange.now, target.leg, target.seq))
            exchange.change(target=replace(target, answered=True))
            exchange.target_ends(TargetFate.ENDED)
        elif visit.exit in _FATES:
            exchange.target_ends(_FATES[visit.exit])
        else:
            raise NotReplayableError(Reason.NOT_ON_RECORD)


def _heard_of(keys: str, exchange: QuietExchange, asked: StepNode | None) -> str:
    """As much of `keys` as the step `asked` waits for: to its ending key, or until it has enough.

    That is what would be heard of them one by one, without a turn of the engine for each.
    """
    gathering = exchange.network.gathering
    assert gathering is not None
    choices = choices_for(asked, exchange.asked) if asked and asked.kind == "gather" else None
    for end, key in enumerate(keys, start=1):
        if gathering.terminator and key == gathering.terminator:
            return keys[: end - 1] or key
        if choices is not None and not choices.could_extend(keys[:end]):
            return keys[:end]
    return keys


def _enter(exchange: QuietExchange, keys: str) -> None:
    """The gather under way ends with these keys, or as many of them as it takes."""
    gathering = exchange.network.gathering
    assert gathering is not None
    exchange.change(gathering=replace(gathering, digits=Secret(keys[: gathering.maximum])))
    exchange.end_gather(GatherStatus.VALID)


def _model_ends(exchange: QuietExchange, attempt: Attempt, result: AiGatherEnded) -> None:
    model = exchange.network.model
    assert model is not None
    heard = () if attempt.outcome is AttemptOutcome.NO_INPUT else (_SOMETHING,)
    exchange.change(model=replace(model, messages=heard))
    exchange.model_tells(result.status, result.result)


def _same(asked: StepNode | None, node: StepNode | None, *names: str) -> bool:
    """Whether two steps of one kind are alike in these settings."""
    if asked is None or node is None or asked.kind != node.kind:
        return False
    return all(getattr(asked.settings, name) == getattr(node.settings, name) for name in names)


def _validators(node: StepNode | None) -> dict[str, str]:
    """The validators that a step asks, by the field."""
    if node is None:
        return {}
    if node.kind == "ai_gather":
        return {each.name: each.validator for each in node.settings.fields if each.validator}
    name = getattr(node.settings, "validator", "")
    return {"": name} if name else {}
