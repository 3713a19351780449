from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tests.project.deployment import ENVIRONMENT

LIVE = "/voicegather/health/live/"
LOGIN = "/admin/login/"

Load = Callable[..., dict[str, Any]]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """The production settings under ENVIRONMENT; "" unsets a variable."""

    def load(**changes: str) -> dict[str, Any]:
        for name, value in {**ENVIRONMENT, **changes}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delitem(sys.modules, "project.settings.base", raising=False)
        return runpy.run_module("project.settings.production")

    return load


@pytest.fixture
def site(load: Load, settings: Any) -> Callable[..., Client]:
    """A client of the site under what the production settings say of security."""

    def site(**changes: str) -> Client:
        for name, value in load(**changes).items():
            if name.startswith(("SECURE_", "SESSION_", "CSRF_", "ALLOWED_")):
                setattr(settings, name, value)
        return Client(headers={"host": "ivr.example.com"})

    return site


def pool_of(loaded: dict[str, Any]) -> Any:
    return loaded["DATABASES"]["default"]["OPTIONS"].get("pool")


@pytest.mark.parametrize("empty", ["", " , "])
def test_one_message_names_every_variable_that_is_missing(load: Load, empty: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(DJANGO_ALLOWED_HOSTS=empty, TELNYX_API_KEY=empty)

    assert str(refused.value).splitlines() == [
        "These environment variables are missing or empty:",
        "  DJANGO_ALLOWED_HOSTS  the names that the site is reached under: ivr.example.com",
        "  TELNYX_API_KEY        sends commands: Telnyx portal, API Keys",
        "Set them: .env.example names and explains all there are.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "DJANGO_SECRET_KEY",
        "DJANGO_ALLOWED_HOSTS",
        "DATABASE_URL",
        "CELERY_BROKER_URL",
        "TELNYX_API_KEY",
        "TELNYX_PUBLIC_KEY",
        "VOICEGATHER_ENCRYPTION_KEYS",
    ],
)
def test_a_production_site_needs(load: Load, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"\n  {name}  "):
        load(**{name: ""})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE must be a whole number, not 'many'."),
        ("DJANGO_SSL_REDIRECT", "true", "DJANGO_SSL_REDIRECT must be 1 or 0, not 'true'."),
        ("WEB_THREADS", "0", "WEB_THREADS must be 1 or more, not 0."),
        (
            "CELERY_BROKER_URL",
            "localhost:6379",
            "CELERY_BROKER_URL must be an address such as redis://host:6379/0, with its redis:// "
            "in front.",
        ),
        *(
            (
                "DJANGO_ALLOWED_HOSTS",
                name,
                "DJANGO_ALLOWED_HOSTS takes names alone, by comma, such as ivr.example.com: "
                f"{name!r} is none.",
            )
            for name in ("https://ivr.example.com", "ivr.example.com:443", "a.example b.example")
        ),
        *(
            (
                "DJANGO_PROXY_SSL_HEADER",
                header,
                "DJANGO_PROXY_SSL_HEADER must be a header's name alone, such as X-Forwarded-Proto, "
                f"not {header!r}.",
            )
            for header in ("X-Forwarded-Proto: https", "HTTP_X_FORWARDED_PROTO")
        ),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(
    load: Load, name: str, value: str, message: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**{name: value})

    assert str(refused.value) == message


def test_a_broker_that_vanished_is_noticed(load: Load) -> None:
    options = load()["CELERY_BROKER_TRANSPORT_OPTIONS"]

    assert options["socket_keepalive"] is True
    assert sum(options["socket_keepalive_options"].values()) < 10_000


def test_sites_may_have_any_sort_of_name(load: Load) -> None:
    names = ["ivr.example.com", ".example.com", "127.0.0.1", "[::1]", "localhost", "ivr_1", "*"]

    assert load(DJANGO_ALLOWED_HOSTS=", ".join(names))["ALLOWED_HOSTS"] == names


def test_debugging_is_off_whatever_the_environment_says(load: Load) -> None:
    assert load(DJANGO_DEBUG="1")["DEBUG"] is False


def test_webhooks_are_served_ahead_of_sessions_but_behind_the_look_for_tls(load: Load) -> None:
    assert [name.rpartition(".")[2] for name in load()["MIDDLEWARE"]][:4] == [
        "RequestIdMiddleware",
        "SecurityMiddleware",
        "WebhookMiddleware",
        "WhiteNoiseMiddleware",
    ]


def test_a_webhook_over_plain_http_is_not_read(
    site: Callable[..., Client], load: Load, settings: Any
) -> None:
    client = site()
    settings.MIDDLEWARE = load()["MIDDLEWARE"]

    assert client.post("/voicegather/webhook/", b"{}", "application/json").status_code == 301


def test_plain_http_is_sent_to_tls(site: Callable[..., Client]) -> None:
    response = site().get(LOGIN)

    assert response.status_code == 301
    assert response.headers["Location"] == f"https://ivr.example.com{LOGIN}"


def test_probes_are_answered_over_plain_http(site: Callable[..., Client]) -> None:
    assert site().get(LIVE).status_code == 200


@pytest.mark.django_db
def test_behind_a_proxy_that_ends_tls_pages_and_cookies_are_secure(
    site: Callable[..., Client],
) -> None:
    client = site(DJANGO_PROXY_SSL_HEADER="X-Forwarded-Proto")

    response = client.get(LOGIN, headers={"X-Forwarded-Proto": "https"})

    assert response.status_code == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert response.cookies["csrftoken"]["secure"] is True


def test_session_cookies_are_secure(load: Load) -> None:
    assert load()["SESSION_COOKIE_SECURE"] is True


def test_a_header_that_no_proxy_sets_is_not_believed(site: Callable[..., Client]) -> None:
    client = site(DJANGO_PROXY_SSL_HEADER="")

    assert client.get(LOGIN, headers={"X-Forwarded-Proto": "https"}).status_code == 301


@pytest.mark.django_db
def test_a_proxy_may_do_the_redirecting(site: Callable[..., Client]) -> None:
    assert site(DJANGO_SSL_REDIRECT="0").get(LOGIN).status_code == 200


def test_other_origins_may_be_trusted(load: Load) -> None:
    trusted = load(DJANGO_CSRF_TRUSTED_ORIGINS="https://a.example.com, https://b.example.com")

    assert trusted["CSRF_TRUSTED_ORIGINS"] == ["https://a.example.com", "https://b.example.com"]


def test_audio_is_reached_under_the_first_name_that_is_one(load: Load) -> None:
    assert load()["VOICEGATHER"]["PUBLIC_URL"] == "https://ivr.example.com"
    loaded = load(DJANGO_ALLOWED_HOSTS=".example.com,b.example.com")
    assert loaded["VOICEGATHER"]["PUBLIC_URL"] == "https://b.example.com"
    loaded = load(VOICEGATHER_PUBLIC_URL="https://media.example.com")
    assert loaded["VOICEGATHER"]["PUBLIC_URL"] == "https://media.example.com"


def test_postgresql_is_reached_through_a_pool_that_waits_a_second(load: Load) -> None:
    loaded = load(WEB_THREADS="", CALLS_THREADS="")

    assert pool_of(loaded) == {
        "min_size": 0,
        "max_size": 20,
        "timeout": 1.0,
        "reconnect_timeout": 1.0,
    }
    assert loaded["DATABASES"]["default"]["ENGINE"] == "project.pooled"
    assert loaded["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


def test_the_pool_has_a_connection_for_each_thread(load: Load) -> None:
    assert pool_of(load(WEB_THREADS="4", CALLS_THREADS="16"))["max_size"] == 24
    assert pool_of(load(WEB_THREADS="32", CALLS_THREADS="16"))["max_size"] == 40
    assert pool_of(load(WEB_THREADS="32", DATABASE_POOL_SIZE="5"))["max_size"] == 5


def test_without_a_pool_connections_are_kept_by_their_threads(load: Load) -> None:
    loaded = load(DATABASE_POOL_SIZE="0")

    assert pool_of(loaded) is None
    assert loaded["DATABASES"]["default"]["CONN_MAX_AGE"] == 60
    assert loaded["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True


def test_pgbouncer_is_the_pool_where_there_is_one(load: Load) -> None:
    loaded = load(DATABASE_BEHIND_PGBOUNCER="1")

    assert pool_of(loaded) is None
    assert loaded["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_sqlite_has_no_pool(load: Load) -> None:
    assert pool_of(load(DATABASE_URL="sqlite:////tmp/site.sqlite3")) is None


def test_static_files_carry_their_content_in_their_names(load: Load) -> None:
    storage = load()["STORAGES"]["staticfiles"]["BACKEND"]

    assert storage == "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_files_may_lie_elsewhere(load: Load) -> None:
    loaded = load(DJANGO_STATIC_ROOT="/srv/static", DJANGO_MEDIA_ROOT="/srv/media")

    assert (loaded["STATIC_ROOT"], loaded["MEDIA_ROOT"]) == (
        Path("/srv/static"),
        Path("/srv/media"),
    )
