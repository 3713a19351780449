"""What an export's page says of what was chosen."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.admin.exports.describing import in_words


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({}, "Everything that the owner could see"),
        ({"reviews": "any", "menu": ""}, "Everything that the owner could see"),
        ({"menu": "clinic", "outcome": "valid"}, "Menu: clinic; Outcome: Valid"),
        ({"list": "gatherresult", "selected": 3}, "List: Gather results; 3 selected"),
        ({"list": "gone", "outcome": "odd"}, "List: gone; Outcome: odd"),
        ({"all_filtered": True}, "All that were filtered, on all pages"),
        ({"of a later release": "<b>"}, "of a later release: <b>"),
    ],
)
def test_it_is_said_in_words(filters: dict[str, Any], words: str) -> None:
    assert in_words(filters) == words
