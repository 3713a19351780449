"""`voicegather_doctor` from beginning to end; each look has its own tests in services/doctor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from voicegather import health
from voicegather.models import Lease
from voicegather.services import clock, moments
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)

Examined = Callable[..., tuple[str, int]]
Verdicts = Callable[..., dict[str, str]]


@pytest.fixture
def telnyx(live_server: Any) -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url=f"{live_server.url}/voicegather/webhook/") as fake:
        fake.account.update_application(
            fake.connection_id,
            {
                "application_name": "voicegather",
                "webhook_event_url": fake.webhook_url,
                "webhook_api_version": "2",
                "first_command_timeout": True,
                "redact_dtmf_debug_logging": True,
                "outbound": {"outbound_voice_profile_id": "1293384261075731499"},
            },
        )
        yield fake


@pytest.fixture(autouse=True)
def site(telnyx: FakeTelnyx, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A whole site in which nothing is to be mended, but that Telnyx is a simulator."""
    monkeypatch.setattr(health, "_migrated", set())
    settings.DEBUG = True
    settings.VOICEGATHER = {
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "TELNYX_CONNECTION_ID": telnyx.connection_id,
        "DISPATCH": "local",
    }
    until = moments.now() + timedelta(seconds=60)
    Lease.objects.create(name=clock.LEASE, owner="one", until=until)
    return settings.VOICEGATHER


@pytest.fixture
def examined(live_server: Any) -> Examined:
    """Runs the command for this site's address; what it prints, and its exit code."""

    def run(*arguments: str) -> tuple[str, int]:
        out = StringIO()
        where = () if "--url" in arguments else ("--url", live_server.url)
        try:
            call_command("voicegather_doctor", *where, *arguments, stdout=out)
        except SystemExit as ended:
            return out.getvalue(), int(str(ended.code))
        return out.getvalue(), 0

    return run


@pytest.fixture
def verdicts(examined: Examined) -> Verdicts:
    """Runs the command for its JSON: each verdict by what it is about."""

    def run(*arguments: str) -> dict[str, str]:
        document = json.loads(examined("--json", *arguments)[0])
        return {each["what"]: each["verdict"] for each in document["findings"]}

    return run


def test_a_site_that_is_well_is_told_line_by_line(examined: Examined, verdicts: Verdicts) -> None:
    told, code = examined()
    assert code == 0, told
    assert verdicts() == dict.fromkeys(
        (
            "API key",
            "signature key",
            "sealing keys",
            "system checks",
            "account default",
            "time",
            "application",
            "webhook",
            "database",
            "migrations",
            "broker",
            "workers",
            "clock",
            "events",
            "media storage",
            "recordings",
        ),
        "ok",
    )
    assert "ok       account default: Telnyx takes the API key\n" in told
    assert told.endswith("16 ok, 0 warning, 0 failed\n")


def test_a_failure_comes_with_advice_and_exit_code_1(
    examined: Examined, site: dict[str, Any]
) -> None:
    site["TELNYX_CONNECTION_ID"] = "12"
    told, code = examined()
    assert code == 1
    assert "failed   application: the account has no application 12\n" in told
    assert "         → Correct TELNYX_CONNECTION_ID" in told


def test_a_warning_alone_is_no_failure(examined: Examined, verdicts: Verdicts) -> None:
    Lease.objects.all().delete()
    told, code = examined()
    assert (code, verdicts()["clock"]) == (0, "warning")
    assert "voicegather_clock" in told


def test_another_address_than_that_of_the_application_is_a_failure(verdicts: Verdicts) -> None:
    found = verdicts("--url", "http://127.0.0.1:9")
    assert (found["application"], found["webhook"]) == ("failed", "failed")


def test_no_secret_is_printed(
    examined: Examined, telnyx: FakeTelnyx, site: dict[str, Any], public_key: str, settings: Any
) -> None:
    telnyx.respond_next("read_application", status=401)
    told = examined()[0] + examined("--json")[0]
    for secret in (telnyx.api_key, public_key, settings.SECRET_KEY):
        assert secret not in told


def test_missing_keys_are_failures_for_a_site_that_is_to_serve_calls(
    verdicts: Verdicts, site: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELNYX_API_KEY")
    monkeypatch.delenv("TELNYX_PUBLIC_KEY")
    site["TELNYX_API_KEY"] = ""
    found = verdicts()
    assert (found["API key"], found["signature key"]) == ("failed", "failed")
    assert "account default" not in found


def test_settings_that_are_no_dict_are_told_and_nothing_else(
    examined: Examined, settings: Any
) -> None:
    settings.VOICEGATHER = ["TELNYX_API_KEY"]
    told, code = examined()
    assert code == 1
    assert "voicegather.E006" in told
    assert "database" not in told


def test_settings_of_a_wrong_type_are_told_and_the_rest_is_still_looked_at(
    verdicts: Verdicts, site: dict[str, Any]
) -> None:
    site["CONNECTIONS"] = {"west": 5}
    found = verdicts()
    assert found["system checks"] == "failed"
    assert found["accounts"] == "failed"
    assert (found["webhook"], found["database"]) == ("ok", "ok")
