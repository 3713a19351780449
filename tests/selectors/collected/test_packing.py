"""What an export was asked for, kept beside it."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from voicegather.selectors.collected.packing import ascending, near, packed, unpacked


@given(st.sets(st.integers(min_value=1, max_value=2**62)))
def test_ids_come_back_as_they_were(ids: set[int]) -> None:
    assert list(unpacked(packed(ascending(ids)))) == sorted(ids)


def test_a_million_ids_that_follow_each_other_take_little_room() -> None:
    ids = array("q", range(5, 1_000_005))

    data = packed(ids)

    assert len(data) < 50_000
    assert unpacked(data) == ids


def test_ids_that_lie_close_are_a_range_and_others_a_list() -> None:
    assert str(near("pk", [4, 5, 7])) == "(AND: ('pk__gte', 4), ('pk__lte', 7))"
    assert str(near("pk", [4, 500])) == "(AND: ('pk__in', [4, 500]))"
    assert str(near("pk", [])) == "(AND: ('pk__in', []))"
