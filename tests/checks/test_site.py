from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tests.checks.conftest import Site, ids
from voicegather.checks import site as checks_of_the_site

OURS = path("phones/", include("voicegather.urls"))
MIDDLEWARE = "voicegather.middleware.WebhookMiddleware"


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch, settings: Any) -> ModuleType:
    """The site's urls.py, without any pattern as yet."""
    module = ModuleType("urls_of_a_site")
    module.urlpatterns = []  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = module.__name__
    return module


def test_urls_without_ours_are_an_error_with_the_line_to_add(site: Site, urls: Any) -> None:
    (found,) = site.check()
    assert (found.id, found.msg) == (
        "voicegather.E012",
        "The site has no address for Telnyx's webhooks.",
    )
    assert 'path("voicegather/", include("voicegather.urls"))' in str(found.hint)


def test_urls_with_ours_under_any_prefix_are_in_order(site: Site, urls: Any) -> None:
    urls.urlpatterns = [OURS]
    assert site.check() == []


def test_urls_with_ours_by_language_are_in_order(site: Site, urls: Any) -> None:
    urls.urlpatterns = i18n_patterns(OURS)
    assert site.check() == []


def test_ours_inside_of_another_namespace_are_not_found(site: Site, urls: Any) -> None:
    urls.urlpatterns = [path("", include(([OURS], "phones")))]
    assert ids(site.check()) == ["E012"]


@pytest.mark.parametrize("urlconf", ["no_such_module", "", None])
def test_urls_that_cannot_be_loaded_are_left_to_django(
    site: Site, settings: Any, urlconf: str | None
) -> None:
    settings.ROOT_URLCONF = urlconf
    assert checks_of_the_site.check_urls(None) == []


def test_a_site_without_time_zones_is_an_error(site: Site, settings: Any) -> None:
    settings.USE_TZ = False
    assert ids(site.check()) == ["E013"]


@pytest.mark.parametrize(
    "before",
    [
        [],
        ["django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoise"],
    ],
)
def test_the_short_way_of_webhooks_may_come_first(
    site: Site, settings: Any, before: list[str]
) -> None:
    settings.MIDDLEWARE = [*before, MIDDLEWARE, *settings.MIDDLEWARE]
    assert site.check() == []


def test_behind_sessions_and_users_it_gains_nothing(site: Site, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE]
    (found,) = site.check()
    assert found.id == "voicegather.W013"
    assert found.msg == (
        "WebhookMiddleware gains nothing behind "
        "django.contrib.sessions.middleware.SessionMiddleware, "
        "django.contrib.auth.middleware.AuthenticationMiddleware, "
        "django.contrib.messages.middleware.MessageMiddleware."
    )
