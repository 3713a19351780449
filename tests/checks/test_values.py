"""Every setting's name, type and range; nothing that a site writes there breaks a check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.checks.conftest import Database, Site, ids
from voicegather import conf
from voicegather.checks import values
from voicegather.exceptions import ConfigurationError


def test_a_site_in_order_hears_nothing(site: Site) -> None:
    assert site.check() == []


def test_without_any_settings_of_ours_a_site_hears_nothing(site: Site, settings: Any) -> None:
    del settings.VOICEGATHER
    assert site.check() == []


def test_every_setting_has_a_rule_and_its_default_keeps_it() -> None:
    assert set(values.RULES) == set(conf.DEFAULTS) - {"DISPATCH"}
    assert values.fit(*values.RULES)


def test_an_unknown_setting_is_named(site: Site) -> None:
    (found,) = site.check(DISPACH="celery")
    assert (found.id, found.msg) == ("voicegather.E001", "VOICEGATHER has no setting 'DISPACH'.")
    assert "DISPATCH" in str(found.hint)


def test_a_name_that_is_no_text_is_unknown_as_well(site: Site, settings: Any) -> None:
    settings.VOICEGATHER = {5: "five", None: "none", "DISPACH": ""}
    assert ids(site.check()) == ["E001", "E001", "E001"]


def test_an_unknown_key_of_a_connection_is_named(site: Site) -> None:
    (found,) = site.check(CONNECTIONS={"eu": {"api_key": "KEY1", "apikey": "KEY2"}})
    assert found.id == "voicegather.E001"
    assert found.msg == "VOICEGATHER['CONNECTIONS']['eu'] has no setting 'apikey'."
    assert found.hint == "Remove it, or use one of: api_key, base_url, connection_id."


@pytest.mark.parametrize("value", ["eager", "", None, [], {}])
def test_a_dispatch_that_does_not_exist_is_an_error(site: Site, value: Any) -> None:
    assert ids(site.check(DISPATCH=value)) == ["E002"]


@pytest.mark.parametrize("value", [None, [], "local", {"DISPATCH"}])
def test_settings_that_are_no_dict_are_one_clear_error(
    site: Site, database: Database, settings: Any, value: Any
) -> None:
    database("django.db.backends.postgresql")
    settings.VOICEGATHER = value
    (found,) = site.check_deployment()
    assert (found.id, found.msg) == ("voicegather.E006", "VOICEGATHER is not a dict.")


def test_settings_that_are_no_dict_raise_our_error_where_they_are_used(settings: Any) -> None:
    settings.VOICEGATHER = None
    with pytest.raises(ConfigurationError, match="VOICEGATHER must be a dict"):
        conf.get("DISPATCH")


WRONG: dict[str, list[Any]] = {
    "TELNYX_API_KEY": [["KEY1"]],
    "TELNYX_PUBLIC_KEYS": ["a key", {"a": "key"}],
    "TELNYX_BASE_URL": ["api.telnyx.com", "ftp://api.telnyx.com", "https://", "https://[::1"],
    "TELNYX_CONNECTION_ID": [7, None],
    "DEFAULT_REGION": ["us", "USA", "XX", 1, None],
    "ALLOWED_DESTINATIONS": ["+44", ["44"], ["+"], ["+0"], ["sip:"], ["pbx.example.com"], [44]],
    "CONNECTIONS": [
        ["eu"],
        {"eu": "KEY1"},
        {"": {"api_key": "KEY1"}},
        {"e" * 61: {"api_key": "KEY1"}},
        {"eu": {"base_url": "api.telnyx.eu"}},
        {"eu": {7: "seven"}},
    ],
    "ENCRYPTION_KEYS": ["a key"],
    "WEBHOOK_MAX_BYTES": [65_535, 1e6],
    "WEBHOOK_TOLERANCE_SECONDS": [0, float("nan"), timedelta(minutes=5)],
    "LOCAL_THREADS": [0, -1, True, 2.5],
    "LOCAL_QUEUE_SIZE": [0],
    "BROKER_TIMEOUT_SECONDS": [0, 1.1],
    "BROKER_RETRY_AFTER_SECONDS": [0, float("inf")],
    "QUEUE_CALLS": ["", "  ", "q" * 51],
    "QUEUE_HANDLERS": [""],
    "QUEUE_MEDIA": [[]],
    "QUEUE_BACKGROUND": [object()],
    "COMMAND_TIMEOUT_SECONDS": [0, -2],
    "COMMAND_PATIENCE_SECONDS": [-1],
    "SEND_LEASE_SECONDS": [0],
    "UNKNOWN_NUMBER": ["say"],
    "UNKNOWN_NUMBER_TEXT": ["", "t" * 3001],
    "UNKNOWN_NUMBER_VOICE": [""],
    "API_THROTTLE": ["600", "0/min", "600/minutely", 600, None],
    "API_THROTTLE_PLACING": ["20 / min", "/min"],
    "REVEAL_SECONDS": [0, 1.5],
    "EXPORT_STORAGE": ["nowhere", None],
    "EXPORT_DAYS": [0],
    "EXPORT_CALLS_AT_ONCE": [-1],
    "RECORDING_STORAGE": ["nowhere"],
    "RECORDING_MAX_BYTES": [0],
    "RECORDING_HOSTS": ["records.example.com", ["https://records.example.com"], ["*"], [7]],
    "RECORDING_DELETE_AT_TELNYX": ["yes"],
    "RETENTION_DAYS": [{"webhooks": 0}, {"calls": "30"}, {"tapes": 30}, 30],
    "RETENTION_HOUR": [-1, 24, 2.5],
    "ALERT_EMAILS": ["ops@example.com", ["ops"], [7], ["a@example.com\nBcc: b@example.com"]],
    "ALERT_EMAIL_GROUP": [None, "g" * 151],
    "ALERT_WEBHOOKS": [
        "https://hooks.example.com",
        ["http://hooks.example.com"],
        ["https://user@hooks.example.com"],
        [None],
    ],
    "ALERT_WEBHOOK_SECRET": ["short", "with a\nline that is long", 7, None],
    "ALERT_WEBHOOK_ALLOW_PRIVATE": [1],
    "ALERT_DIGEST_FROM": [1],
    "ALERT_CLOSE_MINUTES": [0],
    "ALERT_MENU_FAILED_PERCENT": [0, 101, "20"],
    "ALERT_MENU_CALLS": [0],
    "ALERT_MENU_MINUTES": [0],
    "ALERT_COMMANDS_FAILED": [0],
    "ALERT_LAG_SECONDS": [4],
    "ALERT_JOB_MINUTES": [0],
    "ALERT_SILENCE_MINUTES": [9],
    "ALERT_SILENCE_CALLS": [0],
    "ALERT_SILENCE_WEEKS": [0, 13, 1.5],
    "ALERT_SIGNATURES": [0],
    "METRICS_TOKEN": ["short", None],
    "METRICS_NETWORKS": ["10.0.0.0/8", ["10.0.0.1/8"], [167772160]],
    "VISITS_A_STEP": [0],
    "STEPS_A_CALL": [1.5],
    "MINUTES_A_CALL": [0],
    "HTTP_HANDLER_HOSTS": [
        "api.example.com",
        ["https://api.example.com/path"],
        ["ftp://api.example.com"],
        ["user@api.example.com"],
        [7],
    ],
    "HTTP_HANDLER_ALLOW_PRIVATE": [1, "yes"],
    "HTTP_HANDLER_TOKENS": [
        ["fake"],
        {"https://api.example.com": "fake"},
        {"api.example.com": ""},
        {"api.example.com": "fake\nX-Header: 1"},
        {7: "fake"},
    ],
    "AUDIO_DELIVERY": ["", "URL", None, 5],
    "PUBLIC_URL": ["http://www.example.com", "www.example.com", "https://www.example.com:port"],
}


def test_each_setting_is_tried_below() -> None:
    assert WRONG.keys() == values.RULES.keys()


@pytest.mark.parametrize("name", WRONG)
def test_a_value_out_of_its_range_is_an_error_that_names_the_setting(site: Site, name: str) -> None:
    for value in WRONG[name]:
        found = [each for each in site.check(**{name: value}) if each.id == "voicegather.E007"]
        assert [each.msg.partition(" must be ")[0] for each in found] == [f"VOICEGATHER[{name!r}]"]


@pytest.mark.parametrize("name", conf.DEFAULTS)
@pytest.mark.parametrize(
    "value", [None, object(), b"bytes", "text", 1.5, -1, float("nan"), [None], {None: None}]
)
def test_no_value_breaks_a_check(site: Site, name: str, value: Any) -> None:
    site.check_deployment(**{name: value})


def test_no_value_is_quoted_for_it_may_be_secret(site: Site) -> None:
    found = site.check(TELNYX_API_KEY=["KEY-private"], ENCRYPTION_KEYS="key-private")
    assert ids(found) == ["E007", "E007"]
    assert "private" not in "".join(f"{each.msg} {each.hint}" for each in found)


@pytest.mark.parametrize(
    "changes",
    [
        {"TELNYX_BASE_URL": "https://api.telnyx.eu/v2", "PUBLIC_URL": "https://www.example.com"},
        {"CONNECTIONS": {"eu": {"api_key": "KEY1", "base_url": "", "connection_id": "7"}}},
        {
            "HTTP_HANDLER_HOSTS": ["api.example.com:8443", "http://localhost:8000", "[::1]:80"],
            "HTTP_HANDLER_ALLOW_PRIVATE": True,
            "HTTP_HANDLER_TOKENS": {"localhost:8000": "fake"},
        },
        {"DEFAULT_REGION": "US"},
        {"TELNYX_CONNECTION_ID": "7", "ALLOWED_DESTINATIONS": ["+1", "+44", "sip:a.example"]},
        {"TELNYX_PUBLIC_KEYS": (), "UNKNOWN_NUMBER": "tell", "COMMAND_PATIENCE_SECONDS": 0},
    ],
)
def test_what_sites_may_write_is_let_through(site: Site, changes: dict[str, Any]) -> None:
    assert site.check(**changes) == []


def test_a_base_url_of_the_environment_is_looked_at_too(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELNYX_BASE_URL", "api.telnyx.com")
    (found,) = site.check()
    assert found.id == "voicegather.E007"
    assert found.msg.startswith("The environment variable TELNYX_BASE_URL must be a URL")
