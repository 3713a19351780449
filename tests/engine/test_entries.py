"""Every form of a choice accepts exactly the keys that it says, checked against brute force."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicegather.engine.entries import (
    EntryError,
    EntryPattern,
    any_pattern,
    dial_pattern,
    digits_pattern,
    range_patterns,
)

#: Every entry of up to three keys, on a keypad small enough to try them all.
SHORT = ["".join(keys) for length in range(4) for keys in product("0123456789*#", repeat=length)]


def accepted(*patterns: EntryPattern) -> set[str]:
    return {entry for entry in SHORT if any(each.matches(entry) for each in patterns)}


@pytest.mark.parametrize("low", range(0, 400, 7))
@pytest.mark.parametrize("high", [5, 9, 10, 42, 99, 100, 101, 399, 999])
def test_a_range_accepts_its_numbers_and_nothing_else(low: int, high: int):
    if low > high:
        low, high = high, low
    assert accepted(*range_patterns(f"{low}-{high}")) == {
        str(each) for each in range(low, high + 1)
    }


@pytest.mark.parametrize(("low", "high"), [(0, 9), (0, 99), (7, 42), (10, 19), (0, 0)])
def test_a_range_of_one_width_keeps_leading_zeros(low: int, high: int):
    text = f"{low:03d}-{high:03d}"
    assert accepted(*range_patterns(text)) == {f"{each:03d}" for each in range(low, high + 1)}


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 2 * 10**9))
def test_a_range_of_any_size_accepts_what_lies_between(one: int, other: int, entry: int):
    low, high = sorted((one, other))
    patterns = range_patterns(f"{low}-{high}")
    assert any(each.matches(str(entry)) for each in patterns) == (low <= entry <= high)
    assert sum(each.matches(str(low)) for each in patterns) == 1


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("12*", {"12*"}),
        ("X", set("0123456789")),
        ("z", set("123456789")),
        ("N", set("23456789")),
        ("[1-3#]", set("123#")),
        ("[*7]9", {"*9", "79"}),
        ("1[0-1].", {f"1{a}{b}" for a in "01" for b in "0123456789"}),
    ],
)
def test_a_dial_pattern_accepts_its_keys_and_nothing_else(text: str, entries: set[str]):
    assert accepted(dial_pattern(text, 3)) == entries


def test_a_dial_pattern_with_an_open_end_takes_up_to_the_most_digits():
    pattern = dial_pattern("9.", 4)
    assert [length for length in range(7) if pattern.matches("9" * length)] == [2, 3, 4]


def test_any_takes_digits_within_its_lengths():
    assert accepted(any_pattern(2, 3)) == {
        entry for entry in SHORT if len(entry) in (2, 3) and entry.isdigit()
    }


def test_exact_keys_accept_themselves_alone():
    assert accepted(digits_pattern("1#")) == {"1#"}


FORMS = [
    (digits_pattern("12"),),
    range_patterns("5-120"),
    range_patterns("007-042"),
    (dial_pattern("[1*]X.", 3),),
    (dial_pattern("#", 3),),
    (any_pattern(1, 3),),
    (any_pattern(3, 3),),
]


@pytest.mark.parametrize("patterns", FORMS)
def test_an_entry_can_go_on_where_a_longer_one_is_accepted(patterns: tuple[EntryPattern, ...]):
    whole = accepted(*patterns)
    beginnings = {entry[:cut] for entry in whole for cut in range(len(entry))}
    found = {entry for entry in SHORT if any(each.could_extend(entry) for each in patterns)}
    assert found == beginnings


@pytest.mark.parametrize(("one", "other"), list(product(FORMS, FORMS)))
def test_forms_overlap_where_both_accept_an_entry(
    one: tuple[EntryPattern, ...], other: tuple[EntryPattern, ...]
):
    shared = accepted(*one) & accepted(*other)
    assert any(a.overlaps(b) for a in one for b in other) == bool(shared)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("12", "not a range"),
        ("a-b", "not a range"),
        ("-5", "not a range"),
        ("9-1", "runs backwards"),
        ("01-123", "mixes widths"),
        ("1-1234567890123456789", "too wide"),
    ],
)
def test_a_range_that_cannot_be_read_says_why(text: str, message: str):
    with pytest.raises(EntryError, match=message):
        range_patterns(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not within 1 to 4 keys"),
        (".5", "has “.”"),
        ("12345", "not within 1 to 4 keys"),
        ("1234.", "not within 1 to 4 keys"),
        ("[12", r"has a \[ without its \]"),
        ("[]", r"has a \[ without its \]"),
        ("[5-1]", r"has the set \[5-1\]"),
        ("[1-]", "only 0-9"),
        ("Q", "has “Q”"),
    ],
)
def test_a_dial_pattern_that_cannot_be_read_says_why(text: str, message: str):
    with pytest.raises(EntryError, match=message):
        dial_pattern(text, 4)


@pytest.mark.parametrize("digits", ["", "12x", "1" * 129])
def test_keys_that_cannot_be_read_say_why(digits: str):
    with pytest.raises(EntryError, match="is not 1 to 128 keys"):
        digits_pattern(digits)


@pytest.mark.parametrize(("fewest", "most"), [(0, 5), (6, 5), (1, 129)])
def test_lengths_out_of_bounds_say_why(fewest: int, most: int):
    with pytest.raises(EntryError, match="not within 1 to 128"):
        any_pattern(fewest, most)
