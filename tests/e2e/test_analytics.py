"""Analytics in a browser: days chosen, versions compared, a table taken along."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs, picture
from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Menu, MenuVersion, Rollup
from voicegather.services.analytics.running import count_what_changed
from voicegather.services.jobs import run_job

MAY = ("view_menu", "view_step", "view_analytics")


def edge(value: str, target: str, match: str = "digits") -> dict[str, str]:
    return {"match": match, "value": value, "target": target}


STEPS: dict[str, dict[str, Any]] = {
    "welcome": {
        "kind": "gather",
        "name": "Welcome",
        "edges": [edge("1", "number"), edge("2", "prices"), edge("no_input", "desk", "exit")],
    },
    "number": {
        "kind": "gather",
        "name": "Order number",
        "edges": [edge("", "status", "any"), edge("invalid", "desk", "exit")],
    },
    "status": {"kind": "message", "name": "Order status", "edges": [edge("done", "bye", "exit")]},
    "prices": {"kind": "message", "name": "Price list", "edges": [edge("done", "bye", "exit")]},
    "desk": {"kind": "transfer", "name": "Service desk"},
    "bye": {"kind": "hangup", "name": "Goodbye"},
}
SUCCESS = STEPS | {key: STEPS[key] | {"success": True} for key in ("status", "prices")}


class Line:
    """A shop's line: callers of the last days, of whom the second version lost fewer."""

    def __init__(self) -> None:
        self.random = Random(26)
        self.menu = make_menu("orders", name="Orders and prices")
        self.versions = [make_version(self.menu, SUCCESS) for _ in range(2)]

    def fill(self, days: int, calls: int) -> None:
        for back in range(days):
            version = self.versions[back < days // 2]
            day = timezone.localdate() - timedelta(days=back)
            for _ in range(self.random.randrange(calls // 2, calls)):
                self.call(version, day)
        count_what_changed(timezone.now())
        run_job(f"rollup:{Rollup.objects.get().pk}")

    def call(self, version: MenuVersion, day: Any) -> None:
        at = datetime.combine(day, time(self.random.randrange(7, 19), self.random.randrange(60)))
        patience = 0.05 if version.number == 2 else 0.25
        call = make_call(
            version=version,
            started_at=timezone.make_aware(at),
            phase="ended",
            uncounted_since=timezone.now(),
        )
        self.moment, outcome = call.started_at, "completed"
        step = "welcome"
        while step:
            if self.random.random() < patience:
                self.visit(call, step, "")
                outcome, step = "caller_hung_up", ""
                continue
            step, left_by = self.way(step)
            self.visit(call, self.here, left_by)
            if self.here == "desk":
                outcome = "transferred"
        call.outcome, call.ended_at = outcome, self.moment
        call.save()

    def way(self, step: str) -> tuple[str, str]:
        """Where the caller goes from a step, and by which exit."""
        self.here = step
        ways = {
            "welcome": [("number", "1")] * 6 + [("prices", "2")] * 3 + [("desk", "no_input")],
            "number": [("status", "any")] * 5 + [("desk", "invalid")],
            "status": [("bye", "done")],
            "prices": [("bye", "done")],
            "desk": [("", "")],
            "bye": [("", "hangup")],
        }
        return self.random.choice(ways[step])

    def visit(self, call: Any, step: str, left_by: str) -> None:
        seconds = self.random.lognormvariate(2, 0.5)
        visit = make_visit(
            call,
            step,
            entered_at=self.moment,
            exit=left_by,
            left_at=self.moment + timedelta(seconds=seconds),
        )
        self.moment += timedelta(seconds=seconds)
        if STEPS[step]["kind"] == "gather":
            if self.random.random() < 0.2:
                make_attempt(visit, outcome=self.random.choice(("no_input", "invalid")))
            if left_by in ("1", "2", "any"):
                make_attempt(visit, "1")
                make_result(visit, left_by, choice=left_by)


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    line = Line()
    line.fill(days=6, calls=16)
    return line.menu


def test_an_analyst_chooses_days_compares_versions_and_takes_a_table_along(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_menu_change", args=[menu.pk]), *MAY)
    page.get_by_role("link", name="Analytics").click()

    expect(page.locator(".an-chart canvas")).to_have_count(3)
    expect(page.locator(".diagram-svg .node")).to_have_count(len(STEPS))
    total = int(page.locator(".an-heads .an-value").first.inner_text())
    rows = page.locator("#an-by-day ~ details tbody tr td:nth-child(2)").all_inner_texts()
    assert sum(map(int, rows)) == total > 0
    page.locator("a.node", has_text="Order number").click()
    expect(page.locator("#step-number")).to_be_in_viewport()
    picture(page, "analytics")

    page.get_by_label("Version", exact=True).select_option("2")
    page.get_by_label("Compare with").select_option("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Version 2 beside version 1")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Drop-off"))).to_contain_text("points")
    picture(page, "analytics-compared")

    page.get_by_label("From", exact=True).fill("2026-03-02")
    page.get_by_label("To", exact=True).fill("2026-03-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The range is backwards")

    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.get_by_role("heading", name="Hour by hour")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#steps a", has_text="CSV").click()
    assert download.value.path().read_text().startswith("step,name,calls,visits,ended,dropped")


@pytest.mark.parametrize("width", [420, 1280])
def test_the_pages_are_never_wider_than_the_window(menu: Menu, open_as: OpenAs, width: int) -> None:
    for url in (
        reverse("admin:voicegather_menu_analytics", args=[menu.pk]) + "?version=2&with=1",
        reverse("admin:voicegather_menu_analytics_all"),
    ):
        scheme = "dark" if width == 420 else "light"
        page = open_as(url, *MAY, viewport={"width": width, "height": 800}, color_scheme=scheme)

        picture(page, f"analytics-{width}-{len(url)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
