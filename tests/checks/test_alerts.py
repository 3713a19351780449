"""Alerts that would not be sent, or lead nowhere, are told of before they are needed."""

from __future__ import annotations

from tests.checks.conftest import Site, ids

HOOKS = ["https://hooks.example.com"]
SECRET = "not-a-real-secret-0123"


def test_webhooks_without_a_secret_are_an_error(site: Site) -> None:
    assert ids(site.check(ALERT_WEBHOOKS=HOOKS)) == ["E023"]
    assert site.check(ALERT_WEBHOOKS=HOOKS, ALERT_WEBHOOK_SECRET=SECRET) == []


def test_alerts_of_a_site_without_an_address_have_no_links(site: Site) -> None:
    told = {"ALERT_EMAILS": ["ops@example.com"]}
    assert "W016" in ids(site.check_deployment(**told))
    assert "W016" not in ids(site.check_deployment(**told, PUBLIC_URL="https://www.example.com"))
    assert "W016" not in ids(site.check_deployment())
