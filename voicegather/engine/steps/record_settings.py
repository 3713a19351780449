"""What staff set on a recording: what is said before it, what ends it, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.config import Role, setting
from voicegather.engine.steps.consent import consent_key_setting, consent_prompt_setting
from voicegather.engine.wording import marked as _


class Recorded(StrEnum):
    """What a step records: a message of the caller's, or the call from here on."""

    MESSAGE = _("message")
    CALL = _("call")


@dataclass(frozen=True)
class RecordSettings:
    prompt: str = setting(
        label=_("Prompt"),
        help=_("What the caller hears before the beep. The ending key skips it."),
        default="",
        role=Role.PROMPT,
    )
    records: Recorded = setting(
        label=_("What is recorded"),
        help=_(
            "message: what the caller says now. call: everybody, from here to the end of the call; "
            "the menu goes on at once, and the settings of messages below play no part."
        ),
        default=Recorded.MESSAGE,
    )
    beep: bool = setting(label=_("Beep"), help=_("Before the recording begins."), default=True)
    silence_s: int = setting(
        label=_("Ends after silence (s)"),
        help=_(
            "Counted once something was said. Telnyx listens for it by transcribing, which it "
            "charges for. 0: silence does not end the recording."
        ),
        default=5,
        minimum=0,
        maximum=60,
    )
    longest_s: int = setting(
        label=_("Longest recording (s)"),
        help=_("Then it ends by itself, and the menu goes on."),
        default=120,
        minimum=1,
        maximum=14_400,
    )
    shortest_s: int = setting(
        label=_("Shortest recording (s)"),
        help=_("What is shorter counts as nothing: the step leaves by no_input."),
        default=1,
        minimum=0,
        maximum=60,
    )
    ending_key: str = setting(
        label=_("Ending key"),
        help=_("Ends the recording, such as #. Empty: only time and silence end it."),
        default="#",
        maximum=1,
    )
    review_prompt: str = setting(
        label=_("Review prompt"),
        help=_(
            "Asked afterwards, such as “To keep your message press 1, to listen to it press 2, to "
            "record again press 3.” Empty: the recording is taken at once."
        ),
        default="",
        role=Role.PROMPT,
    )
    keep_key: str = setting(
        label=_("Key to keep"), help=_("At the review; so does silence."), default="1", maximum=1
    )
    listen_key: str = setting(
        label=_("Key to listen"), help=_("At the review."), default="2", maximum=1
    )
    again_key: str = setting(
        label=_("Key to record again"), help=_("At the review."), default="3", maximum=1
    )
    most_takes: int = setting(
        label=_("Most takes"),
        help=_("How often a caller may record in one visit. The last one is kept."),
        default=3,
        minimum=1,
        maximum=9,
    )
    keep_takes: bool = setting(
        label=_("Keep earlier takes"),
        help=_("Otherwise what the caller recorded anew is deleted, at Telnyx too."),
        default=False,
    )
    transcribe: bool = setting(
        label=_("Transcribe"),
        help=_("Telnyx writes down what was said, which it charges for."),
        default=False,
    )
    consent_prompt: str = consent_prompt_setting()
    consent_key: str = consent_key_setting()
    variable: str = setting(
        label=_("Variable"),
        help=_(
            "The name under which prompts and branches know how many seconds were recorded; empty: "
            "the step's key."
        ),
        default="",
        role=Role.VARIABLE,
    )
