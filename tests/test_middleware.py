from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from nacl.signing import SigningKey

from tests.webhooks.posting import URL, Telnyx, envelope
from voicegather.models import CallEvent
from voicegather.webhooks import views

FIRST = "voicegather.middleware.WebhookMiddleware"


class NeverAsked:
    """Stands for the sessions, users and languages of a site."""

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("asked", status=418)


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(views, "enqueue", lambda leg: None)
    settings.MIDDLEWARE = [FIRST, f"{__name__}.NeverAsked"]
    return settings


@pytest.fixture
def telnyx(client: Client, signing_key: SigningKey) -> Telnyx:
    return Telnyx(client, signing_key)


@pytest.mark.django_db
def test_a_webhook_reaches_its_view_ahead_of_the_site_s_middleware(
    site: Any, telnyx: Telnyx
) -> None:
    response = telnyx.post(envelope())
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == "0"
    assert CallEvent.objects.count() == 1


@pytest.mark.django_db
def test_it_is_refused_there_too(site: Any, client: Client) -> None:
    assert client.post(URL, b"{}", content_type="application/json").status_code == 401


def test_everything_else_goes_on(site: Any, client: Client) -> None:
    assert client.get("/voicegather/health/live/").status_code == 418
    assert client.get(f"{URL}more/").status_code == 418


@pytest.mark.django_db
def test_a_site_below_a_prefix_has_its_webhook_there(site: Any, telnyx: Telnyx) -> None:
    site.FORCE_SCRIPT_NAME = "/phone"
    assert telnyx.post(envelope()).status_code == 200


def test_a_site_that_includes_no_url_of_ours_goes_on_as_ever(site: Any, client: Client) -> None:
    site.ROOT_URLCONF = "tests.empty_urls"
    assert client.post(URL).status_code == 418
