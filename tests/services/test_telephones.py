"""Numbers as people write them and read them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from voicegather.services.telephones import (
    NumberError,
    read_number,
    shown_number,
    sought_number,
)

US = {"DEFAULT_REGION": "US"}


@pytest.fixture(autouse=True)
def region(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, **US}


@pytest.mark.parametrize(
    "written",
    [
        "+13125550100",
        "(312) 555-0100",
        "312.555.0100",
        "1 312 555 0100",
        "+1 (312) 555‑0100",
        " tel:+1-312-555-0100 ",
        "３１２５５５０１００",
    ],
)
def test_a_number_is_kept_in_one_form_however_it_was_pasted(written: str) -> None:
    assert read_number(written) == "+13125550100"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("hello", "“hello” is not a phone number."),
        ("", "“” is not a phone number."),
        ("\0", "is not a phone number."),
        ("+999 123 4567", "begins with no country code"),
        ("555-0100", "is no number that its country gives out"),
        ("312 555", "has too few or too many digits"),
        ("+1 312 555 0100 0100 0100", "has too few or too many digits"),
        ("+1 100 555 0100", "is no number that its country gives out"),
        ("+13125550100 ext. 5", "Leave out the extension"),
        ("9" * 5000, "has too few or too many digits"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(written: str, says: str) -> None:
    with pytest.raises(NumberError, match=says):
        read_number(written)


def test_without_a_region_the_country_code_must_be_there(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DEFAULT_REGION": ""}

    assert read_number("+1 312-555-0100") == "+13125550100"
    with pytest.raises(NumberError, match=r"with \+ and its country code"):
        read_number("(312) 555-0100")


@pytest.mark.parametrize(
    ("number", "region", "shown"),
    [
        ("+13125550100", "US", "(312) 555-0100"),
        ("+13125550100", "ES", "+1 312-555-0100"),
        ("+13125550100", "", "+1 312-555-0100"),
        ("+441632960123", "US", "+44 1632 960123"),
        ("+441632960123", "GB", "01632 960123"),
        ("anonymous", "US", "anonymous"),
        ("sip:desk@example.com", "US", "sip:desk@example.com"),
        ("+99912345678", "US", "+99912345678"),
    ],
)
def test_numbers_of_the_sites_region_are_shown_as_people_there_write_them(
    number: str, region: str, shown: str, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DEFAULT_REGION": region}

    assert shown_number(number) == shown


@pytest.mark.parametrize(
    ("term", "sought"),
    [
        ("(312) 555-0100", "+13125550100"),
        ("312 555", "+1312555"),
        ("+1 312 555", "+1312555"),
        ("0044 1632", "+441632"),
        ("clinic", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_search_means_the_beginning_of_a_number(term: str, sought: str) -> None:
    assert sought_number(term) == sought


@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_or_the_search(text: str) -> None:
    sought_number(text)
    shown_number(text)
    try:
        number = read_number(text)
    except NumberError:
        return
    assert read_number(number) == number
