from __future__ import annotations

import pytest

from voicegather.services.display import shown
from voicegather.services.parties import e164_of


@pytest.mark.parametrize(
    ("party", "number"),
    [
        ("+13125550111", "+13125550111"),
        ("sip:+13125550111@carrier.example", "+13125550111"),
        ("SIPS:+13125550111@carrier.example;transport=tls", "+13125550111"),
        ("sip:desk@example.com", None),
        ("anonymous", None),
        ("", None),
        ("+0312555011", None),
        ("13125550111", None),
        ("+13125550111\n", None),
        ("+1312555011100000", None),
    ],
)
def test_a_number_is_taken_from_where_there_is_one(party, number):
    assert e164_of(party) == number


@pytest.mark.parametrize(
    ("value", "sensitivity", "shown_last", "expected"),
    [
        ("123456", "normal", 4, "123456"),
        ("123456", "masked", 4, "•••3456"),
        ("123456", "masked", 0, "•••"),
        ("1234", "masked", 4, "•••"),
        ("12", "masked", 4, "•••"),
        ("", "masked", 4, ""),
        ("123456", "secret", 4, ""),
    ],
)
def test_an_entry_shows_what_its_sensitivity_allows(value, sensitivity, shown_last, expected):
    assert shown(value, sensitivity, shown_last) == expected
