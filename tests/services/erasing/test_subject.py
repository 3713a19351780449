"""Whom an erasure is of: one caller however the number is written, and never many."""

from __future__ import annotations

import pytest

from tests.factories import make_call
from voicegather.services.erasing import Subject, SubjectError, read_subject, redacted, subject_of


@pytest.mark.parametrize(
    "written",
    ["+13125550101", " +1 (312) 555-0101 ", "001 312 555 0101", "sip:+13125550101@pbx.example.com"],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert read_subject(written).number == "+13125550101"
    assert read_subject(written).hashes() == read_subject("+13125550101").hashes()


@pytest.mark.parametrize(
    "written",
    [
        "anonymous",
        "Anonymous",
        "sip:anonymous@anonymous.invalid",
        "+266696687",
        "Restricted",
        "Unknown",
        "Private number",
    ],
)
def test_a_withheld_number_is_refused_with_what_to_do(written: str) -> None:
    with pytest.raises(SubjectError, match="open each: its page erases that call alone"):
        read_subject(written)


@pytest.mark.parametrize("written", ["", "   ", "\0", "+1\x00312", "x" * 256, "\ud83d"])
def test_what_no_caller_is_called_is_refused(written: str) -> None:
    with pytest.raises(SubjectError):
        read_subject(written)


@pytest.mark.django_db
def test_a_call_names_its_caller_or_itself() -> None:
    known = make_call()
    hidden = make_call(caller="anonymous", caller_e164=None)
    named = make_call(caller="sip:élise@例え.example", caller_e164=None)

    assert subject_of(known) == Subject("+13125550101", "+13125550101")
    assert subject_of(hidden) == Subject("anonymous", call=hidden.pk)
    assert subject_of(named).name == "sip:élise@例え.example"
    assert subject_of(hidden).hashes() != subject_of(known).hashes()


def test_the_number_is_taken_out_of_texts_wherever_and_however_it_stands() -> None:
    subject = read_subject("+13125550101")
    told = {"q": "filter=%2B13125550101", "notes": ["Call 13125550101 back", 7]}
    assert redacted(told, subject) == {"q": "filter=[…]", "notes": ["Call […] back", 7]}
