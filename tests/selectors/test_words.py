from __future__ import annotations

from voicegather.selectors.words import Excerpt, excerpts_of
from voicegather.services.replacing import Phrase


def test_hits_near_each_other_share_what_stands_between_them() -> None:
    assert excerpts_of("Press 1 or press 2.", Phrase("press")) == (
        Excerpt("", "Press", " 1 or "),
        Excerpt("", "press", " 2."),
    )


def test_what_is_far_away_is_left_out() -> None:
    far = "a" * 100

    (found,) = excerpts_of(f"{far} word {far}", Phrase("word"))

    assert found == Excerpt("…" + "a" * 59 + " ", "word", " " + "a" * 59 + "…")
    assert [each.before for each in excerpts_of(f"x{far * 2}x", Phrase("x"))] == [
        "",
        "…" + "a" * 60,
    ]
