"""Keys by which a site can tell that it believes a simulator and not Telnyx."""

from __future__ import annotations

#: Every fake's API key begins so.
FAKE_KEY_PREFIX = "KEY_fake_"
#: The API key of `voicegather_simulate`, and the seed of the key that it signs with: known to all.
SIMULATION_KEY = f"{FAKE_KEY_PREFIX}for_simulation_only"
