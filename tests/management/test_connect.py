"""`voicegather_connect` against the strict fake: what it shows, asks, changes and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from voicegather.models import PhoneNumber
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db

SITE = "https://ivr.example.com"
WEBHOOK = f"{SITE}/voicegather/webhook/"
FAILOVER = "https://spare.example.com/voicegather/webhook/"
CLINIC = "+13125550100"
BILLING = "+13125550101"
WRITING = {"create_application", "update_application", "update_number"}


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/nobody") as fake:
        yield fake


@pytest.fixture(autouse=True)
def site(telnyx: FakeTelnyx, settings: Any) -> dict[str, Any]:
    """A site whose account is the fake one, with a number that both know."""
    settings.VOICEGATHER = {
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "PUBLIC_URL": SITE,
    }
    telnyx.account.add_number(CLINIC)
    PhoneNumber.objects.create(number=CLINIC)
    return settings.VOICEGATHER


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What whoever is asked will say; asked more often than that, nobody is there."""
    given: list[str] = []

    def ask(question: str) -> str:
        assert question == "Change this at Telnyx? [y/N] "
        if not given:
            raise EOFError
        return given.pop(0)

    monkeypatch.setattr("builtins.input", ask)
    return given


def connect(*arguments: str) -> str:
    out = StringIO()
    call_command("voicegather_connect", *arguments, stdout=out)
    return out.getvalue()


def written(telnyx: FakeTelnyx) -> list[str]:
    return [each.action for each in telnyx.commands() if each.action in WRITING]


def test_a_new_site_gets_an_application_and_its_number_leads_there(telnyx: FakeTelnyx) -> None:
    told = connect("--yes")

    _, made = telnyx.account.applications
    expected = {
        "application_name": "voicegather",
        "webhook_event_url": WEBHOOK,
        "webhook_api_version": "2",
        "active": True,
        "first_command_timeout": True,
        "first_command_timeout_secs": 30,
        "redact_dtmf_debug_logging": True,
    }
    assert {name: made[name] for name in expected} == expected
    assert telnyx.account.numbers[0]["connection_id"] == made["id"]
    assert f'  webhook_event_url: none → "{WEBHOOK}"' in told
    assert '  connection_id: none → "the new application"' in told
    assert f"Set TELNYX_CONNECTION_ID={made['id']}\n" in told
    assert "no outbound voice profile" in told


def test_a_second_run_has_nothing_to_change(telnyx: FakeTelnyx) -> None:
    connect("--yes")
    before = written(telnyx)

    told = connect()

    assert told.startswith("Nothing to change.\nSet TELNYX_CONNECTION_ID=")
    assert written(telnyx) == before


def test_the_application_of_the_settings_is_updated_field_by_field(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["TELNYX_CONNECTION_ID"] = telnyx.connection_id

    told = connect("--yes", "--failover-url", FAILOVER)

    (application,) = telnyx.account.applications
    assert (application["webhook_event_url"], application["webhook_event_failover_url"]) == (
        WEBHOOK,
        FAILOVER,
    )
    assert application["application_name"] == "simulated"
    assert '  webhook_api_version: "1" → "2"\n' in told
    assert "  redact_dtmf_debug_logging: false → true\n" in told
    assert "  active:" not in told
    assert "TELNYX_CONNECTION_ID" not in told, "it is set already"
    assert connect("--failover-url", FAILOVER).startswith("Nothing to change.")


def test_a_failover_that_is_not_named_is_left_as_it_is(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["TELNYX_CONNECTION_ID"] = telnyx.connection_id
    connect("--yes", "--failover-url", FAILOVER)
    connect("--yes", "--url", "https://new.example.com")
    assert telnyx.account.applications[0]["webhook_event_failover_url"] == FAILOVER


def test_another_time_to_wait_for_the_first_command_is_left_as_it_is(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["TELNYX_CONNECTION_ID"] = telnyx.connection_id
    connect("--yes")
    telnyx.account.update_application(
        telnyx.connection_id,
        {
            "application_name": "simulated",
            "webhook_event_url": WEBHOOK,
            "first_command_timeout_secs": 60,
        },
    )
    assert connect().startswith("Nothing to change.")


def test_whoever_says_no_changes_nothing(telnyx: FakeTelnyx, answers: list[str]) -> None:
    answers.append("")
    assert "Nothing was changed." in connect()
    assert written(telnyx) == []


def test_whoever_says_yes_changes_it(telnyx: FakeTelnyx, answers: list[str]) -> None:
    answers.append("y")
    connect()
    assert written(telnyx) == ["create_application", "update_number"]


def test_where_nobody_can_be_asked_nothing_is_changed(
    telnyx: FakeTelnyx, answers: list[str]
) -> None:
    with pytest.raises(CommandError, match="give --yes"):
        connect()
    assert written(telnyx) == []


def test_numbers_that_are_off_or_of_another_connection_are_left_alone(telnyx: FakeTelnyx) -> None:
    for number, columns in {
        BILLING: {"is_active": False},
        "+13125550102": {"connection": "other"},
    }.items():
        telnyx.account.add_number(number)
        PhoneNumber.objects.create(number=number, **columns)
    connect("--yes")
    assert [each["connection_id"] for each in telnyx.account.numbers][1:] == [None, None]


def test_named_numbers_alone_are_pointed_at_it(telnyx: FakeTelnyx) -> None:
    telnyx.account.add_number(BILLING)
    told = connect("--yes", "--number", BILLING)
    clinic, billing = telnyx.account.numbers
    assert clinic["connection_id"] is None
    assert billing["connection_id"]
    assert f"{BILLING}: no active number of this site's connection" in told


def test_a_number_of_the_site_that_telnyx_does_not_know_is_told(telnyx: FakeTelnyx) -> None:
    PhoneNumber.objects.create(number=BILLING)
    assert f"{BILLING}: not in this Telnyx account" in connect("--yes")
    assert telnyx.account.numbers[0]["connection_id"]


def test_a_named_number_that_telnyx_does_not_know_stops_everything(telnyx: FakeTelnyx) -> None:
    with pytest.raises(CommandError, match=r"no number \+13125550109.*Nothing was changed"):
        connect("--yes", "--number", "+13125550109")
    assert written(telnyx) == []


def test_what_was_done_is_told_when_a_later_step_fails(telnyx: FakeTelnyx) -> None:
    telnyx.respond_next("update_number", status=429)
    out = StringIO()

    with pytest.raises(CommandError) as failed:
        call_command("voicegather_connect", "--yes", stdout=out)

    made = telnyx.account.applications[-1]["id"]
    assert f"Done: application {made} made." in out.getvalue()
    assert f"Set TELNYX_CONNECTION_ID={made}\n" in out.getvalue()
    assert "try again in a minute" in str(failed.value)
    assert f"Done: 1; not done: {CLINIC}." in str(failed.value)
    connect("--yes")
    assert [each["id"] for each in telnyx.account.applications][1:] == [made], "and goes on there"
    assert telnyx.account.numbers[0]["connection_id"] == made


def test_an_answer_that_got_lost_leaves_open_whether_it_was_done(telnyx: FakeTelnyx) -> None:
    telnyx.respond_next("create_application", status=503)
    with pytest.raises(CommandError, match="is not known: the application"):
        connect("--yes")


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "API key"), (403, "API key"), (429, "in a minute"), (500, "in a minute")],
)
def test_a_refusal_before_anything_changed_says_so(
    telnyx: FakeTelnyx, status: int, advice: str
) -> None:
    telnyx.respond_next("list_applications", status=status)
    with pytest.raises(CommandError, match=f"{advice}.*Nothing was changed"):
        connect("--yes")
    assert written(telnyx) == []


def test_a_telnyx_that_nobody_reaches_is_told(site: dict[str, Any]) -> None:
    site["TELNYX_BASE_URL"] = "http://127.0.0.1:9/v2"
    with pytest.raises(CommandError, match="could not be asked"):
        connect("--yes")


def test_an_id_of_no_application_is_told(telnyx: FakeTelnyx, site: dict[str, Any]) -> None:
    site["TELNYX_CONNECTION_ID"] = "12"
    with pytest.raises(CommandError, match="TELNYX_CONNECTION_ID is 12, which is no"):
        connect("--yes")
    assert written(telnyx) == []


def test_two_applications_for_one_site_are_not_guessed_between(telnyx: FakeTelnyx) -> None:
    for name in ("one", "two"):
        telnyx.account.create_application({"application_name": name, "webhook_event_url": WEBHOOK})
    with pytest.raises(CommandError, match="Several applications"):
        connect("--yes")


def test_without_an_address_it_says_how_to_give_one(site: dict[str, Any]) -> None:
    site["PUBLIC_URL"] = ""
    with pytest.raises(CommandError, match="Give --url"):
        connect("--yes")


def test_an_unknown_connection_is_told() -> None:
    with pytest.raises(CommandError, match=r"no connection 'paris'\. Known: default"):
        connect("--connection", "paris")


def test_another_connection_has_its_own_account_and_numbers(
    telnyx: FakeTelnyx, site: dict[str, Any]
) -> None:
    site["CONNECTIONS"] = {"west": {"api_key": telnyx.api_key}}
    told = connect("--yes", "--connection", "west")
    assert telnyx.account.numbers[0]["connection_id"] is None
    made = telnyx.account.applications[-1]["id"]
    assert f"Set \"connection_id\": \"{made}\" in VOICEGATHER['CONNECTIONS']['west']" in told


def test_json_without_yes_shows_and_changes_nothing(telnyx: FakeTelnyx) -> None:
    document = json.loads(connect("--json"))
    assert document["connection_id"] is None
    assert {"field": "webhook_api_version", "old": None, "new": "2"} in document["application"]
    assert list(document["numbers"]) == [CLINIC]
    assert (document["done"], document["not_done"]) == ([], ["the application", CLINIC])
    assert written(telnyx) == []


def test_json_tells_what_was_done_and_what_was_not(telnyx: FakeTelnyx) -> None:
    telnyx.respond_next("update_number", status=422)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("voicegather_connect", "--json", "--yes", stdout=out)
    document = json.loads(out.getvalue())
    assert document["connection_id"] == telnyx.account.applications[-1]["id"]
    assert (document["done"], document["not_done"]) == (["the application"], [CLINIC])
    assert "422" in document["problem"]


def test_the_api_key_is_never_printed(telnyx: FakeTelnyx) -> None:
    assert telnyx.api_key not in connect("--yes") + connect("--json")
