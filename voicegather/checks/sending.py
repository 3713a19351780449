"""How long commands may take, against what Telnyx remembers and what our lease covers."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import fit

LONGEST_PATIENCE = 45
#: When the last repeat must have reached Telnyx, which drops repeats for 60 seconds.
LAST_ARRIVAL = 55


@register(TAG)
@needs_settings
def check_patience(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A repeat that comes after Telnyx forgot the first is carried out twice."""
    if not fit("COMMAND_PATIENCE_SECONDS"):
        return []
    patience = conf.get("COMMAND_PATIENCE_SECONDS")
    if patience > LONGEST_PATIENCE:
        return [
            Error(
                "VOICEGATHER['COMMAND_PATIENCE_SECONDS'] must be 45 or less.",
                hint="Telnyx drops a repeated command only within 60 seconds.",
                id="voicegather.E003",
            )
        ]
    if not fit("COMMAND_TIMEOUT_SECONDS"):
        return []
    arrival = patience + 2 * conf.get("COMMAND_TIMEOUT_SECONDS")
    if arrival <= LAST_ARRIVAL:
        return []
    return [
        Error(
            f"The last repeat of a command may reach Telnyx {arrival:g} seconds after the first.",
            hint=(
                "Telnyx drops a repeat only within 60 seconds. Keep COMMAND_PATIENCE_SECONDS plus "
                "twice COMMAND_TIMEOUT_SECONDS (to connect, and to send) at 55 or less."
            ),
            id="voicegather.E009",
        )
    ]


@register(TAG)
@needs_settings
def check_lease(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A lease that runs out during a try lets a second sender in."""
    if not fit("COMMAND_TIMEOUT_SECONDS", "SEND_LEASE_SECONDS"):
        return []
    if conf.get("SEND_LEASE_SECONDS") > 3 * conf.get("COMMAND_TIMEOUT_SECONDS"):
        return []
    return [
        Error(
            "VOICEGATHER['SEND_LEASE_SECONDS'] must be more than three times "
            "COMMAND_TIMEOUT_SECONDS.",
            hint=(
                "One try may take the time-out to connect, to send and to be answered; when the "
                "lease runs out meanwhile, another process sends the same command beside it."
            ),
            id="voicegather.E008",
        )
    ]
