from __future__ import annotations

import pytest

from voicegather.provider.client import RefusedError
from voicegather.services.applications import advice_on


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (RefusedError(0, title="APITimeoutError"), "could not be asked (APITimeoutError)"),
        (RefusedError(0), "could not be asked (no answer)"),
        (RefusedError(401), "refused the API key (401)"),
        (RefusedError(403), "refused the API key (403)"),
        (RefusedError(404), "knows no such thing"),
        (RefusedError(429), "no more requests for the moment (429)"),
        (RefusedError(503), "trouble of its own (503)"),
        (
            RefusedError(422, title="Invalid URL", field="webhook_event_url"),
            "does not take this (422, Invalid URL: webhook_event_url)",
        ),
        (RefusedError(400), "does not take this (400, without a reason)"),
    ],
)
def test_every_refusal_says_what_happened(refused: RefusedError, words: str) -> None:
    assert words in advice_on(refused)
