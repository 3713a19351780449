"""Analytics over the API: the numbers of the admin's page."""

from __future__ import annotations

from django.utils import timezone

from tests.admin.analytics.test_page import STEPS, call
from tests.api.conftest import Api
from tests.factories import make_menu, make_version


def test_a_menus_numbers_are_told(api: Api, db: None) -> None:
    version = make_version(make_menu(), STEPS)
    call(version, reached=True)
    call(version, reached=False)
    asking = api("view_analytics")

    told = asking.ask("get", "menus/clinic/analytics/", {"version": "1"}).json()

    assert (told["until"], told["version"]) == (timezone.localdate().isoformat(), 1)
    assert (told["totals"]["calls"], told["totals"]["containment"]) == (2, 0.5)
    assert [day["figures"]["calls"] for day in told["days"]] == [0, 0, 0, 0, 0, 0, 2]
    first = told["steps"][0]
    assert (first["step"], first["dropped"], first["no_input_rate"]) == ("account", 1, 0.5)
    assert first["ways"] == [
        {"exit": "1", "to": "", "visits": 1},
        {"exit": "1", "to": "told", "visits": 1},
    ]
    assert first["top_values"] == [{"choice": "1", "times": 2}]


def test_odd_days_and_versions_are_refused(api: Api, db: None) -> None:
    make_version(make_menu(), STEPS)
    asking = api("view_analytics")

    backwards = {"since": "2026-03-02", "until": "2026-03-01"}
    refused = asking.ask("get", "menus/clinic/analytics/", backwards)

    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "since")
    assert asking.ask("get", "menus/clinic/analytics/", {"version": "7"}).status_code == 404
    assert api("view_menu").ask("get", "menus/clinic/analytics/").status_code == 403
