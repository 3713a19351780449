from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicegather.services.replacing import Phrase


@pytest.mark.parametrize(
    ("phrase", "text", "after"),
    [
        (Phrase("front desk"), "The front desk. Front\ndesk!", "The X. X!"),
        (Phrase("Desk", match_case=True), "desk Desk", "desk X"),
        (Phrase("desk", whole_words=True), "desk desks kiosk-desk", "X desks kiosk-X"),
        (Phrase("línea"), "LÍNEA línea", "X X"),
        (Phrase("caller"), "caller {{ caller }}", "X {{ caller }}"),
        (Phrase("{{ caller }}"), "Hello {{ caller }}", "Hello X"),
        (Phrase("(a.b)*"), "(a.b)* aab", "X aab"),
    ],
)
def test_a_phrase_is_found_where_its_words_stand(phrase: Phrase, text: str, after: str) -> None:
    assert phrase.replaced(text, "X", kind="text") == after


def test_tags_of_ssml_are_no_words() -> None:
    text = '<speak>break <break time="1s"/></speak>'

    assert Phrase("break").replaced(text, "rest", kind="ssml") == (
        '<speak>rest <break time="1s"/></speak>'
    )
    assert Phrase("break").replaced("break <break>", "rest", kind="text") == "rest <rest>"


@given(text=st.text(), word=st.text(min_size=1).filter(str.strip), by=st.text())
def test_what_is_not_the_phrase_stays_letter_for_letter(text: str, word: str, by: str) -> None:
    phrase = Phrase(word)

    after = phrase.replaced(text, by, kind="text")

    spans = phrase.spans(text, kind="text")
    kept = sum(stop - start for start, stop in spans)
    assert len(after) == len(text) - kept + len(by) * len(spans)
    if not spans:
        assert after == text
