"""Test calls: the production engine on a menu's draft, without Telnyx and without call tables."""

from voicegather.services.trials.acts import Act, act_document, read_act
from voicegather.services.trials.errors import ActError, TrialGoneError, TrialMovedError
from voicegather.services.trials.line import Start, begin_line, perform
from voicegather.services.trials.sessions import (
    Trial,
    act_on_trial,
    open_trial,
    start_trial,
    step_of,
)

__all__ = [
    "Act",
    "ActError",
    "Start",
    "Trial",
    "TrialGoneError",
    "TrialMovedError",
    "act_document",
    "act_on_trial",
    "begin_line",
    "open_trial",
    "perform",
    "read_act",
    "start_trial",
    "step_of",
]
