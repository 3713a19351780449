from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.services.doctor.conftest import change
from voicegather.services import moments
from voicegather.services.doctor import telnyx as looking
from voicegather.services.doctor.findings import Finding, Verdict
from voicegather.simulator import FakeTelnyx

HERE = "http://127.0.0.1:9/voicegather/webhook/"

pytestmark = pytest.mark.usefixtures("site")


def findings(connection: str = "default", webhook: str = HERE) -> dict[str, Finding]:
    """By what they are about: the last one of each."""
    return {each.what: each for each in looking.look_at_account(connection, webhook)}


def test_a_site_that_is_set_up_is_well_and_asks_telnyx_once(telnyx: FakeTelnyx) -> None:
    found = findings()
    assert {name: each.verdict for name, each in found.items()} == {
        "account default": Verdict.OK,
        "time": Verdict.OK,
        "application": Verdict.OK,
    }
    assert [each.action for each in telnyx.commands()] == ["read_application"]


def test_a_refused_key_is_a_failure_that_says_where_to_copy_it(site: dict[str, Any]) -> None:
    site["TELNYX_API_KEY"] = "KEY_fake_of_nobody"
    (found,) = findings().values()
    assert found.verdict is Verdict.FAILED
    assert "Keys & Credentials" in found.advice
    assert "KEY_fake_of_nobody" not in found.detail + found.advice


def test_a_connection_without_a_key_is_not_asked_for(
    site: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELNYX_API_KEY")
    site["TELNYX_API_KEY"] = ""
    assert findings() == {}


def test_a_telnyx_that_nobody_reaches_is_a_failure(site: dict[str, Any]) -> None:
    site["TELNYX_BASE_URL"] = "http://127.0.0.1:9/v2"
    (found,) = findings().values()
    assert found.verdict is Verdict.FAILED
    assert "could not be asked" in found.advice


def test_a_telnyx_that_takes_too_long_is_given_up(
    telnyx: FakeTelnyx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LONGEST_LOOK", 0.2)
    telnyx.respond_next("read_application", status=200, delay_seconds=1.0)
    (found,) = findings().values()
    assert found.verdict is Verdict.FAILED


def test_an_application_that_is_not_there_is_no_fault_of_the_key(site: dict[str, Any]) -> None:
    site["TELNYX_CONNECTION_ID"] = "12"
    found = findings()
    assert found["account default"].verdict is Verdict.OK
    assert found["application"].verdict is Verdict.FAILED
    assert "no application 12" in found["application"].detail


def test_without_an_id_the_key_is_tried_and_the_application_is_a_warning(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["TELNYX_CONNECTION_ID"] = ""
    found = findings()
    assert found["account default"].verdict is Verdict.OK
    assert found["application"].verdict is Verdict.WARNING
    assert "voicegather_connect" in found["application"].advice


def test_an_application_that_posts_elsewhere_is_a_failure_without_its_secrets(
    telnyx: FakeTelnyx,
) -> None:
    change(telnyx, webhook_event_url="https://user:fake-word@old.example.com/in?token=fake-token")
    found = findings()["application"]
    assert found.verdict is Verdict.FAILED
    assert "posts to https://old.example.com/in, not here" in found.detail
    assert "fake-" not in found.detail + found.advice
    assert f"--url {HERE}" in found.advice


@pytest.mark.parametrize(
    ("fields", "verdict", "word"),
    [
        ({"active": False}, Verdict.FAILED, "active is False"),
        ({"webhook_api_version": "1"}, Verdict.FAILED, "webhook_api_version is 1"),
        ({"redact_dtmf_debug_logging": False}, Verdict.WARNING, "redact_dtmf_debug_logging"),
        ({"first_command_timeout": False}, Verdict.WARNING, "first_command_timeout is False"),
        ({"outbound": {}}, Verdict.WARNING, "no outbound voice profile"),
    ],
)
def test_each_setting_of_the_application_is_told(
    telnyx: FakeTelnyx, fields: dict[str, Any], verdict: Verdict, word: str
) -> None:
    change(telnyx, **fields)
    found = findings()["application"]
    assert found.verdict is verdict
    assert word in found.detail


def test_another_time_to_wait_for_the_first_command_is_the_sites_own_affair(
    telnyx: FakeTelnyx,
) -> None:
    change(telnyx, first_command_timeout_secs=60)
    assert findings()["application"].verdict is Verdict.OK


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (60, Verdict.WARNING),
        (-60, Verdict.WARNING),
        (400, Verdict.FAILED),
        (-400, Verdict.FAILED),
    ],
)
def test_a_clock_that_is_off_is_seen_by_telnyx_own(
    monkeypatch: pytest.MonkeyPatch, seconds: int, verdict: Verdict
) -> None:
    now = moments.now
    monkeypatch.setattr(moments, "now", lambda: now() + timedelta(seconds=seconds))
    found = findings()["time"]
    assert found.verdict is verdict
    assert "NTP" in found.advice
