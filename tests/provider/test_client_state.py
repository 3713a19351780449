from __future__ import annotations

import base64
import json

import pytest

from voicegather.provider.client_state import ClientState, decode, encode


@pytest.mark.parametrize(
    "state", [ClientState("c0ffee", 1), ClientState("c0ffee", 42, is_target=True)]
)
def test_a_token_comes_back_as_it_was_sent(state):
    assert decode(encode(state)) == state


def test_a_token_is_one_line_of_base64_json():
    text = encode(ClientState("c0ffee", 7))
    assert "\n" not in text
    assert json.loads(base64.b64decode(text)) == {"f": 1, "t": "c0ffee", "s": 7}


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        "",
        17,
        {"t": "x"},
        "not base64!",
        "ä",
        base64.b64encode(b"not json").decode(),
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b'{"f": 2, "t": "x", "s": 1}').decode(),
        base64.b64encode(b'{"f": 1, "t": 3, "s": 1}').decode(),
        base64.b64encode(b'{"f": 1, "t": "x", "s": true}').decode(),
        base64.b64encode(b"[" * 100_000).decode(),
    ],
)
def test_somebody_elses_client_state_is_none_of_ours(foreign):
    assert decode(foreign) is None
