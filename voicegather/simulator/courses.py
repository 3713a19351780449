"""A script turned into deeds: what a caller does on a leg, and what each deed waits for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from voicegather.simulator.causes import CALLEE_HUNG_UP, CALLER_HUNG_UP, CANCELLED
from voicegather.simulator.conversations import Conversation, Utterance
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import Direction, EndedBy, Leg, Phase
from voicegather.simulator.script import (
    AiFails,
    Converse,
    Ending,
    ExpectEnd,
    HangUp,
    HangUpDuringGather,
    Hear,
    Press,
    PressNow,
    Say,
    StaySilent,
    Step,
    Wait,
)


@dataclass(frozen=True, slots=True)
class Pause:
    """Go on after some simulated seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """Go on when something is possible."""

    possible: Callable[[], bool]


Deeds = Generator[Pause | Until, None, None]


@dataclass(frozen=True, slots=True)
class _Question:
    """One try of a gather, or one turn of a conversation; equal when it is the same one."""

    asker: object
    number: int
    began: float


class Course:
    """Takes the steps of a script, one after the other, on one leg."""

    def __init__(self, exchange: Exchange, leg: Leg) -> None:
        self._exchange = exchange
        self._leg = leg
        self._answered: set[_Question] = set()
        self._heard_before = 0

    def take(self, step: Step) -> Deeds:
        """What a caller does for this step; it ends when the step is done."""
        match step:
            case Press(keys, after, gap):
                yield from self._into(self._keypad, after)
                yield from self._press(keys, gap)
            case PressNow(keys, gap):
                yield Until(lambda: self._leg.phase is Phase.ANSWERED)
                yield from self._press(keys, gap)
            case Say(words, values, reply, after):
                yield from self._speak(Utterance(words, values, reply), after)
            case Converse(lines, ending, after):
                yield from self._converse(lines, ending, after)
            case StaySilent():
                yield Until(lambda: self._open(self._either))
                question = self._mark(self._either)
                yield Until(lambda: self._either() != question)
                self._heard_before = len(self._leg.heard)
            case Wait(seconds):
                yield Pause(seconds)
            case Hear(text):
                yield Until(lambda: self._find(text) is not None)
                self._heard_before = (self._find(text) or 0) + 1
            case HangUpDuringGather(after):
                yield from self._into(self._either, after)
                self.hang_up()
            case AiFails():
                yield Until(lambda: self._created() is not None)
                if (conversation := self._created()) is not None:
                    conversation.fail()
            case HangUp():
                self.hang_up()
            case ExpectEnd():
                yield Until(lambda: False)

    def hang_up(self) -> None:
        """Leave the call, even before it is answered."""
        cause = CALLER_HUNG_UP
        if self._leg.direction is Direction.OUTGOING:
            cause = CALLEE_HUNG_UP
        elif self._leg.phase is Phase.WAITING:
            cause = CANCELLED
        self._exchange.hang_up(self._leg, cause, EndedBy.CALLER)

    def _press(self, keys: str, gap: float) -> Deeds:
        for position, key in enumerate(keys):
            if position:
                yield Pause(gap)
            self._heard_before = len(self._leg.heard)
            self._exchange.press(self._leg, key)

    def _speak(self, utterance: Utterance, after: float) -> Deeds:
        yield from self._into(self._ear, after)
        self._heard_before = len(self._leg.heard)
        if (talk := self._leg.conversation) is not None:
            talk.hear(utterance)
            yield Until(lambda: not talk.understanding)

    def _converse(self, lines: tuple[str, ...], ending: Ending, after: float) -> Deeds:
        pairs = [lines[position : position + 2] for position in range(0, len(lines), 2)]
        for number, (words, *reply) in enumerate(pairs, start=1):
            is_last = number == len(pairs) and ending is Ending.ASSISTANT
            said = Utterance(words, reply=reply[0] if reply else None, is_last=is_last)
            yield from self._speak(said, after)
        if ending is Ending.CALLER:
            yield from self._into(self._ear, after)
            self.hang_up()

    def _into(self, source: Callable[[], _Question | None], after: float) -> Deeds:
        """Go on `after` seconds into an unanswered question; when that one ended, into the next."""
        while True:
            yield Until(lambda: self._open(source))
            question = source()
            if question is None:
                continue
            remaining = question.began + after - self._exchange.now()
            if remaining > 0:
                yield Pause(remaining)
            if source() == question:
                self._answered.add(question)
                return

    def _open(self, source: Callable[[], _Question | None]) -> bool:
        question = source()
        return question is not None and question not in self._answered

    def _mark(self, source: Callable[[], _Question | None]) -> _Question | None:
        question = source()
        if question is not None:
            self._answered.add(question)
        return question

    def _keypad(self) -> _Question | None:
        gather = self._leg.gather
        return None if gather is None else _Question(gather, gather.try_number, gather.began)

    def _ear(self) -> _Question | None:
        talk = self._leg.conversation
        if talk is None or not talk.listening:
            return None
        return _Question(talk, talk.turn, talk.began)

    def _either(self) -> _Question | None:
        return self._keypad() or self._ear()

    def _created(self) -> Conversation | None:
        talk = self._leg.conversation
        return talk if talk is not None and talk.created else None

    def _find(self, text: str) -> int | None:
        for position in range(self._heard_before, len(self._leg.heard)):
            if text.lower() in self._leg.heard[position].lower():
                return position
        return None
