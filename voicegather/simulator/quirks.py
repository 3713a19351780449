"""Where Telnyx's behaviour is undocumented or contradictory: how this call will behave."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Rejected(StrEnum):
    """What becomes of a key that valid_digits does not allow."""

    DROPPED = "dropped"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """One call's choice wherever the documentation leaves Telnyx free.

    The defaults are the most orderly reading of the documents; `Quirks.drawn` mixes them.
    """

    #: call.gather.ended when nobody pressed a key: `timeout` by the schema, `invalid` observed.
    no_input_status: str = "timeout"
    #: Its digits: the empty string observed, null plausible.
    no_input_digits: str | None = ""
    #: The status after our own gather_stop when digits had been pressed.
    stopped_status: str = "cancelled"
    #: Whether a stopped or cancelled gather reports the digits pressed so far, or null.
    stopped_digits_reported: bool = True
    #: Whether `digits` ends with the terminating digit.
    terminator_in_digits: bool = False
    #: Whether the ends of gathers and conversations, and keys, carry null for client_state.
    null_client_state: bool = False
    #: What happens to keys outside valid_digits.
    rejected_digits: Rejected = Rejected.KEPT
    #: Whether the gather of a dropped call ends after call.hangup.
    gather_ended_after_hangup: bool = False
    #: Whether call.gather.ended is delivered before the call.dtmf.received that caused it.
    gather_ended_overtakes_key: bool = False
    #: Whether gather_using_speak also sends call.speak.started and call.speak.ended.
    speech_events_in_gather: bool = True
    #: call.speak.ended of a speech that a key or a command cut off.
    stopped_speech_status: str = "completed"
    #: Whether call.conversation.ended comes only after the command that follows an AI gather.
    conversation_ended_after_command: bool = False
    #: call.ai_gather.ended of a call that was hung up: not documented.
    hung_up_ai_gather_status: str = "invalid"
    #: Documented fields that are left out of events.
    omitted_fields: frozenset[str] = frozenset()
    #: Whether events carry the undocumented fields that real traffic has.
    undocumented_fields: bool = False

    @classmethod
    def drawn(cls, source: random.Random) -> Quirks:
        """A mixture, the same for the same state of `source`."""

        def coin() -> bool:
            return source.random() < 0.5

        optional = ("state", "start_time", "caller_id_name", "hangup_source", "tags")
        return cls(
            no_input_status=source.choice(("timeout", "invalid")),
            no_input_digits=source.choice(("", None)),
            stopped_status=source.choice(("cancelled", "valid")),
            stopped_digits_reported=coin(),
            terminator_in_digits=coin(),
            null_client_state=source.random() < 0.25,
            rejected_digits=source.choice(tuple(Rejected)),
            gather_ended_after_hangup=coin(),
            gather_ended_overtakes_key=coin(),
            speech_events_in_gather=coin(),
            stopped_speech_status=source.choice(("completed", "cancelled")),
            omitted_fields=frozenset(name for name in optional if source.random() < 0.4),
            undocumented_fields=coin(),
            conversation_ended_after_command=coin(),
            hung_up_ai_gather_status=source.choice(("invalid", "call_hangup")),
        )
