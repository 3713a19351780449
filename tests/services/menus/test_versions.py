from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.services.menus.building import line, load, words
from voicegather.engine.hours import Day, Hours, Window
from voicegather.models import Calendar
from voicegather.services import moments
from voicegather.services.menus import (
    LiveMenus,
    VersionMissingError,
    graph_of,
    publish_menu,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold_cache() -> None:
    graph_of.cache_clear()


AT = moments.to_ms(datetime(2026, 7, 1, tzinfo=UTC))


def test_a_version_is_read_once_a_process(django_assert_num_queries: Any) -> None:
    version = publish_menu(menu=load(line()))

    with django_assert_num_queries(1):
        first, second = graph_of(version.sha256), graph_of(version.sha256)

    assert first is second
    assert (first.menu, first.entry, first.sha256) == ("line", "ask", version.sha256)


def test_a_hash_that_nobody_published_is_refused() -> None:
    with pytest.raises(VersionMissingError, match="SHA-256 abc: publish the menu"):
        graph_of("abc")


def test_memory_holds_a_bounded_number_of_versions() -> None:
    assert graph_of.cache_info().maxsize == 256


def test_the_live_version_is_found_by_slug_in_one_query(django_assert_num_queries: Any) -> None:
    menus = LiveMenus()
    first = publish_menu(menu=load(line()))
    graph_of(first.sha256)

    with django_assert_num_queries(1):
        live = menus.live_graph("line")

    assert live is graph_of(first.sha256)
    assert live is menus.graph(first.sha256)


def test_a_new_version_is_live_at_once_and_the_old_one_stays_readable() -> None:
    menus = LiveMenus()
    first = publish_menu(menu=load(line()))
    second = publish_menu(menu=load(line(prompts={"question": words("Press one.")})))

    live = menus.live_graph("line")

    assert live is not None
    assert live.sha256 == second.sha256
    assert menus.graph(first.sha256).prompts["question"]["en-US"].text == "Press 1."


def test_a_menu_that_is_unknown_or_not_published_has_no_live_version() -> None:
    load(line())

    assert LiveMenus().live_graph("line") is None
    assert LiveMenus().live_graph("other") is None


def test_opening_hours_are_read_from_the_calendar() -> None:
    Calendar.objects.create(
        key="desk",
        zone="America/Chicago",
        weekly={"monday": [["08:00", "12:00"], ["13:00", "24:00"]]},
        exceptions={
            "2026-12-25": {"name": "Christmas", "hours": []},
            "2026-07-03": {"exit": "holiday"},
        },
    )

    assert LiveMenus().hours("desk", AT) == Hours(
        zone="America/Chicago",
        weekly={"monday": (Window("08:00", "12:00"), Window("13:00", "24:00"))},
        days={"2026-12-25": Day("Christmas"), "2026-07-03": Day(exit="holiday")},
    )


def test_a_calendar_that_is_unknown_or_unreadable_gives_no_hours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Calendar.objects.create(key="desk", zone="Chicago")

    assert LiveMenus().hours("desk", AT) is None
    assert LiveMenus().hours("other", AT) is None
    assert caplog.messages == [
        "calendar desk cannot be read: “Chicago” is not a time zone: write one such as "
        "America/Chicago"
    ]
