"""Why a leg ended, as call.hangup tells it (Telnyx docs: call.hangup)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HangupCause:
    """`hangup_cause`, `hangup_source` and `sip_hangup_cause`."""

    cause: str
    source: str
    sip: str


CALLER_HUNG_UP = HangupCause("normal_clearing", "caller", "200")
CALLEE_HUNG_UP = HangupCause("normal_clearing", "callee", "200")
CANCELLED = HangupCause("originator_cancel", "caller", "487")
CALL_REJECTED = HangupCause("call_rejected", "callee", "603")
USER_BUSY = HangupCause("user_busy", "callee", "486")
NOT_FOUND = HangupCause("not_found", "unknown", "404")
#: How a call looks that the account may not place; its own codes D38 and D13 are in no webhook.
BARRED = HangupCause("call_rejected", "unknown", "403")
TIMED_OUT = HangupCause("timeout", "unknown", "487")
NO_ANSWER = HangupCause("no_answer", "callee", "480")
TIME_LIMIT = HangupCause("time_limit", "unknown", "200")
