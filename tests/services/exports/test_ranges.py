from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import override_settings

from voicegather.services.exports import ExportError, first_moment, moment_after


def test_a_date_begins_and_ends_in_the_current_time_zone() -> None:
    with override_settings(TIME_ZONE="America/Chicago"):
        assert first_moment("2026-03-01") == datetime(2026, 3, 1, 6, tzinfo=UTC)
        assert moment_after("2026-03-01") == datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_the_day_on_which_clocks_change_has_its_own_length() -> None:
    with override_settings(TIME_ZONE="America/Chicago"):
        assert first_moment("2026-03-08") == datetime(2026, 3, 8, 6, tzinfo=UTC)
        assert moment_after("2026-03-08") == datetime(2026, 3, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("read", [first_moment, moment_after])
def test_a_datetime_is_the_moment_itself(read: object) -> None:
    assert callable(read)
    assert read("2026-03-01T09:30+01:00") == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "01/03/2026", ""])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ExportError, match=r"is no date: write 2026-03-01, 2026-03-01T09:30"):
        first_moment(text)


def test_a_date_at_the_end_of_time_is_refused() -> None:
    with pytest.raises(ExportError, match="out of range"):
        moment_after("9999-12-31")
