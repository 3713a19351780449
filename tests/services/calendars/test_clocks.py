"""Times of the day as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicegather.services.calendars.clocks import (
    ClockError,
    read_clock,
    read_window,
    read_windows,
    windows_text,
)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("8", "08:00"),
        ("08:00", "08:00"),
        ("8.30", "08:30"),
        ("830", "08:30"),
        ("1230", "12:30"),
        ("5 pm", "17:00"),
        ("5:15PM", "17:15"),
        ("5 p.m.", "17:00"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("14h30", "14:30"),
        ("24:00", "24:00"),
    ],
)
def test_a_time_is_understood(written: str, clock: str) -> None:
    assert read_clock(written) == clock


@pytest.mark.parametrize("written", ["", "noon", "25", "24:01", "8:60", "13 pm", "0 am", "8-9"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ClockError):
        read_clock(written)


def test_a_window_until_midnight_ends_the_day_and_one_beyond_runs_over() -> None:
    assert read_window("18", "0") == ["18:00", "24:00"]
    assert read_window("0", "0") == ["00:00", "24:00"]
    assert read_window("22", "2") == ["22:00", "02:00"]


@pytest.mark.parametrize("text", ["8", "8-9-10", "8-12, 11-13", "22-2, 23-24", "8-8", "x-y"])
def test_lines_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ClockError):
        read_windows(text)


def test_a_line_reads_as_it_is_shown() -> None:
    windows = read_windows("13-17; 8 am to 12")

    assert windows_text(windows) == "08:00–12:00, 13:00–17:00"
    assert read_windows(windows_text(windows)) == windows


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        windows = read_windows(text)
    except ClockError:
        return
    assert read_windows(windows_text(windows)) == windows
