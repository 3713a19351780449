"""The edges of a step in the order in which they take an entry."""

from __future__ import annotations

from voicegather.engine.choices import EntryChoices
from voicegather.engine.edges import Edge, Match

OWN_ANY = Edge(Match.ANY, target="any")
OWN_TWO = Edge(Match.DIGITS, "2", target="two")
RANGE = Edge(Match.RANGE, "100-199", target="range")
PATTERN = Edge(Match.PATTERN, "3X", target="pattern")
OPERATOR = Edge(Match.DIGITS, "0", target="operator", inherited=True)
INHERITED_TWO = Edge(Match.DIGITS, "2", target="inherited", inherited=True)
SILENCE = Edge(Match.EXIT, "no_input", target="silence")


def choices(*edges: Edge, fewest: int = 1, most: int = 5) -> EntryChoices:
    return EntryChoices.of(edges, fewest=fewest, most=most)


def test_each_entry_takes_the_edge_that_accepts_it():
    found = choices(OWN_TWO, RANGE, PATTERN, OPERATOR, SILENCE)
    assert [found.find(entry) for entry in ("2", "150", "37", "0")] == [
        OWN_TWO,
        RANGE,
        PATTERN,
        OPERATOR,
    ]


def test_an_entry_that_nothing_accepts_takes_no_edge():
    assert choices(OWN_TWO, RANGE, SILENCE).find("7") is None
    assert choices(OWN_TWO).find("") is None


def test_ones_own_choice_comes_before_an_inherited_one():
    assert choices(INHERITED_TWO, OWN_TWO).find("2") is OWN_TWO


def test_any_comes_last():
    found = choices(OWN_ANY, OPERATOR, OWN_TWO)
    assert found.find("2") is OWN_TWO
    assert found.find("0") is OPERATOR
    assert found.find("7") is OWN_ANY


def test_lengths_follow_from_the_choices():
    found = choices(OWN_TWO, RANGE)
    assert (found.shortest, found.longest) == (1, 3)
    found = choices(OWN_ANY, fewest=4, most=8)
    assert (found.shortest, found.longest) == (4, 8)


def test_a_step_without_input_edges_takes_one_key():
    found = choices(SILENCE)
    assert (found.shortest, found.longest) == (1, 1)
    assert found.find("1") is None


def test_an_entry_can_go_on_where_any_choice_says_so():
    found = choices(OWN_TWO, RANGE)
    assert [entry for entry in ("", "1", "15", "150", "2", "9") if found.could_extend(entry)] == [
        "",
        "1",
        "15",
    ]
