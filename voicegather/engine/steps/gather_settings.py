"""What staff set on a gather: prompts, limits, lengths, time-outs, and how it treats keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.config import Role, setting
from voicegather.engine.wording import marked as _


class TypeAhead(StrEnum):
    """What becomes of keys pressed before the prompt: they count, or they are dropped."""

    ACCEPT = _("accept")
    FLUSH = _("flush")


@dataclass(frozen=True)
class GatherSettings:
    prompt: str = setting(
        label=_("Prompt"),
        help=_("The question. Empty: the caller hears nothing and may press keys."),
        default="",
        role=Role.PROMPT,
    )
    no_input_prompts: tuple[str, ...] = setting(
        label=_("After silence"),
        help=_(
            "One prompt an attempt: the first after the first silence, and so on; the last one "
            "repeats. Empty: the question again."
        ),
        default=(),
        role=Role.PROMPT,
    )
    invalid_prompts: tuple[str, ...] = setting(
        label=_("After a wrong entry"),
        help=_("One prompt an attempt, as for silence."),
        default=(),
        role=Role.PROMPT,
    )
    no_input_limit: int = setting(
        label=_("Silences allowed"),
        help=_("After so many attempts without a key the step leaves by no_input."),
        default=3,
        minimum=1,
        maximum=9,
    )
    invalid_limit: int = setting(
        label=_("Wrong entries allowed"),
        help=_("After so many wrong entries the step leaves by invalid."),
        default=3,
        minimum=1,
        maximum=9,
    )
    minimum_digits: int = setting(
        label=_("Fewest digits"),
        help=_("For the choice any: an entry with fewer digits is wrong."),
        default=1,
        minimum=1,
        maximum=128,
    )
    maximum_digits: int = setting(
        label=_("Most digits"),
        help=_("For the choice any, and for patterns that end in a full stop."),
        default=16,
        minimum=1,
        maximum=128,
    )
    terminator: str = setting(
        label=_("Ending key"),
        help=_("Ends entries whose length varies: # or *. Empty: only time ends them."),
        default="#",
    )
    first_digit_timeout_ms: int = setting(
        label=_("Wait for the first key (ms)"),
        help=_("Counted from the end of the prompt."),
        default=5_000,
        minimum=1,
        maximum=120_000,
    )
    inter_digit_timeout_ms: int = setting(
        label=_("Wait between keys (ms)"),
        help=_("An entry whose length varies is over after this silence."),
        default=3_000,
        minimum=1,
        maximum=120_000,
    )
    type_ahead: TypeAhead = setting(
        label=_("Keys before the prompt"),
        help=_(
            "accept: callers who know the menu may type ahead. flush: only keys pressed after "
            "the question began count."
        ),
        default=TypeAhead.ACCEPT,
    )
    validator: str = setting(
        label=_("Validator"),
        help=_(
            "A function of this site that accepts, normalises or refuses what the step's own "
            "choices take, before it is read back."
        ),
        default="",
        maximum=60,
    )
    refusal_prompts: Mapping[str, str] = setting(
        label=_("After a refusal"),
        help=_(
            "The prompt for each reason that the validator gives. For others: as after a wrong "
            "entry."
        ),
        default={},
        role=Role.PROMPT,
    )
    read_back: str = setting(
        label=_("Read-back prompt"),
        help=_("Repeats {{ entry|digits }} and asks to confirm. Empty: entries are taken at once."),
        default="",
        role=Role.PROMPT,
    )
    confirm_key: str = setting(label=_("Key to confirm"), help=_("At the read-back."), default="1")
    reenter_key: str = setting(
        label=_("Key to enter again"), help=_("At the read-back."), default="2"
    )
    variable: str = setting(
        label=_("Variable"),
        help=_(
            "The name under which prompts, branches and results know the entry; empty: the "
            "step's key."
        ),
        default="",
        role=Role.VARIABLE,
    )
    speak_secret: bool = setting(
        label=_("May be spoken although it is sensitive"),
        help=_("Allows prompts and the read-back to speak a masked or secret entry."),
        default=False,
    )
