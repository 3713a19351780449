"""How long data is kept: rules by class, and runs that remove what is older."""

from voicegather.services.retention.asking import Mode, ask_retention, prepare_run
from voicegather.services.retention.rules import (
    LEAST,
    MOST,
    RetentionError,
    cutoffs_at,
    days_kept,
    set_rules,
)
from voicegather.services.retention.running import load_sweeps
from voicegather.services.retention.tally import Tally

__all__ = [
    "LEAST",
    "MOST",
    "Mode",
    "RetentionError",
    "Tally",
    "ask_retention",
    "cutoffs_at",
    "days_kept",
    "load_sweeps",
    "prepare_run",
    "set_rules",
]
