"""Consent: one key, asked for before a model listens or a recording begins, and its proof."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from voicegather.engine.commands import Audio, Speech
from voicegather.engine.config import Role, setting
from voicegather.engine.events import Event, GatherStatus
from voicegather.engine.facts import (
    AttemptOutcome,
    AttemptPurpose,
    CallOutcome,
    ConsentAnswered,
)
from voicegather.engine.graph import Sensitivity
from voicegather.engine.reasons import ONLY_THE_GATHER
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, text_of
from voicegather.engine.steps.attempts import note_ended
from voicegather.engine.steps.one_key import ask_key, hear_key
from voicegather.engine.template import render
from voicegather.engine.turn import Turn, join_words
from voicegather.engine.wording import marked as _

#: In place of a sensitive value, in the proof.
MASK = "•••"
#: The exit of a caller who does not consent.
NO_CONSENT = "no_consent"
#: After so many silences the caller does not consent.
MOST_SILENCES = 2


class AsksConsent(Protocol):
    """The settings of a kind that can ask for consent."""

    @property
    def consent_prompt(self) -> str: ...

    @property
    def consent_key(self) -> str: ...


def consent_prompt_setting() -> Any:
    """The setting ``consent_prompt`` of a kind that can ask for consent."""
    return setting(
        label=_("Consent prompt"),
        help=_(
            "Asked before anything else; what was said, the key and the time are kept as proof. "
            "Any other key, or silence twice, leaves by no_consent. Empty: nobody is asked."
        ),
        default="",
        role=Role.PROMPT,
    )


def consent_key_setting() -> Any:
    """The setting ``consent_key`` of a kind that can ask for consent."""
    return setting(label=_("Key to consent"), help=_("The key that says yes."), default="1")


def consent_exits(settings: AsksConsent) -> tuple[str, ...]:
    """The exits that asking for consent adds to a step."""
    return (NO_CONSENT,) if settings.consent_prompt else ()


class Answer(StrEnum):
    """What came of asking: nothing yet, yes, no, or no word from the network."""

    OPEN = "open"
    GIVEN = "given"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Consenting:
    """Asking for consent: the attempt under way, and its words as the proof shall quote them."""

    asking: Asking
    words: str = field(repr=False)
    answer: Answer = Answer.OPEN


def ask_consent(turn: Turn, settings: AsksConsent, before: Asking | None = None) -> Consenting:
    """Ask with the consent prompt, again where an attempt came before.

    Without words in this call's languages nobody can consent: the answer is LOST.
    """
    before = before or Asking(purpose=AttemptPurpose.CONSENT)
    prompt = settings.consent_prompt
    sound = turn.sound([prompt])
    if sound is None:
        return Consenting(replace(before, prompt=prompt, keys=()), "", Answer.LOST)
    asking = ask_key(turn, replace(before, attempt=before.attempt + 1, prompt=prompt), sound)
    return Consenting(asking, _words(turn, prompt, sound))


def hear_consent(
    turn: Turn, settings: AsksConsent, consenting: Consenting, event: Event
) -> Consenting:
    """What an event makes of it; events of no use change nothing."""
    asking, answer = hear_key(turn, consenting.asking, event)
    consenting = replace(consenting, asking=asking)
    if answer is None:
        return consenting
    if answer.key:
        return _answer(turn, settings, consenting, answer.key, answer.status)
    note_ended(turn, asking, AttemptOutcome.NO_INPUT, status=answer.status)
    silences = asking.no_input + 1
    if silences < MOST_SILENCES:
        return ask_consent(turn, settings, replace(asking, no_input=silences))
    return _note_answer(turn, consenting, "", Answer.REFUSED)


def consent_overdue(turn: Turn, settings: AsksConsent, consenting: Consenting) -> Consenting:
    """The deadline passed: a key that we saw is the answer, else it is asked once more."""
    asking = consenting.asking
    if asking.closed:
        turn.end(CallOutcome.CALLER_HUNG_UP, ONLY_THE_GATHER)
        return consenting
    if asking.keys:
        return _answer(turn, settings, consenting, text_of(asking.keys)[0])
    note_ended(turn, asking, AttemptOutcome.ERROR)
    if asking.reissued:
        return replace(consenting, answer=Answer.LOST)
    return ask_consent(turn, settings, replace(asking, reissued=1))


def drop_consent(turn: Turn, consenting: Consenting, outcome: AttemptOutcome) -> None:
    """The call or the step ended while consent was asked for: nobody answered."""
    if not consenting.asking.closed:
        note_ended(turn, consenting.asking, outcome)


def _answer(
    turn: Turn,
    settings: AsksConsent,
    consenting: Consenting,
    key: str,
    status: GatherStatus | None = None,
) -> Consenting:
    given = key == settings.consent_key
    outcome = AttemptOutcome.VALID if given else AttemptOutcome.INVALID
    note_ended(turn, consenting.asking, outcome, Secret(key), status)
    return _note_answer(turn, consenting, key, Answer.GIVEN if given else Answer.REFUSED)


def _note_answer(turn: Turn, consenting: Consenting, key: str, answer: Answer) -> Consenting:
    turn.record(
        ConsentAnswered(
            turn.now,
            turn.state.visit,
            prompt=consenting.asking.prompt,
            words=consenting.words,
            language=turn.state.language,
            key=key,
            given=answer is Answer.GIVEN,
        )
    )
    return replace(consenting, answer=answer)


def _words(turn: Turn, prompt: str, sound: Speech | Audio) -> str:
    """What is said, as it is kept: the proof is read by people who may not know what is sensitive.

    Of a recording its address or name.
    """
    words = turn.words(prompt)
    if words is None or isinstance(sound, Audio):
        return sound.text if isinstance(sound, Speech) else sound.url or sound.media_name

    def look_up(name: str) -> str:
        known = turn.state.variables.get(name)
        plain = known is None or known.sensitivity is Sensitivity.NORMAL
        return turn.lookup(name) if plain else MASK

    return join_words([render(words.text, look_up, ssml=sound.ssml)], words.kind)
