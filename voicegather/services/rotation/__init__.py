"""Everything sealed, sealed again under the newest key, beside the traffic."""

from __future__ import annotations

from voicegather.services.rotation.columns import KeyCount, count_keys, sealed_columns
from voicegather.services.rotation.starting import prepare_rotation, start_rotation, stop_at_once

__all__ = [
    "KeyCount",
    "count_keys",
    "prepare_rotation",
    "sealed_columns",
    "start_rotation",
    "stop_at_once",
]
