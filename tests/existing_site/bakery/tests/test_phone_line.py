from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from voicegather.testing import PhoneLine

ORDERS = Path(__file__).with_name("orders.yaml")


def test_the_webhook_is_under_the_sites_own_prefix() -> None:
    assert reverse("voicegather:webhook") == "/telephony/lines/webhook/"


@pytest.mark.django_db
def test_telnyx_needs_no_login_but_a_signature(client: Client) -> None:
    answer = client.post("/telephony/lines/webhook/", b"{}", content_type="application/json")

    assert answer.status_code == 401


def test_the_site_is_live_without_a_login(client: Client) -> None:
    assert client.get("/telephony/lines/health/live/").status_code == 200


def test_a_callers_order_is_kept(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)

    call = phone_line.call([{"press": "2"}])

    assert call.results == {"bread.digits": "2"}
    assert call.outcomes == {"bread.digits": "valid"}
    assert call.heard == ["For rye, press 1. For wheat, press 2.", "It will be ready at noon."]


def test_a_caller_who_says_nothing_is_told_so(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)

    call = phone_line.call(["stay_silent"])

    assert call.outcomes == {"bread.digits": "no_input"}
    assert call.heard[-1] == "We did not hear an order. Goodbye."
