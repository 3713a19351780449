"""Incidents: noticed once, told of once, closed by themselves when their cause is gone."""

from __future__ import annotations

from voicegather.services.alerts.announcing import send_again, send_test
from voicegather.services.alerts.errors import AlertError
from voicegather.services.alerts.steering import acknowledge, mute, unmute

__all__ = ["AlertError", "acknowledge", "mute", "send_again", "send_test", "unmute"]
