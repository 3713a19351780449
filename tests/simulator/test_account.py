"""Applications and phone numbers of the fake account, asked by the official SDK."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import telnyx as sdk
from telnyx.types.call_control_application_create_params import CallControlApplicationCreateParams
from telnyx.types.call_control_application_update_params import CallControlApplicationUpdateParams
from telnyx.types.phone_number_update_params import PhoneNumberUpdateParams

from voicegather.simulator import FakeTelnyx
from voicegather.simulator.account_tables import (
    CREATE_APPLICATION,
    UPDATE_APPLICATION,
    UPDATE_NUMBER,
)
from voicegather.simulator.errors import SimulatorError

URL = "https://ivr.example.com/voicegather/webhook/"
CLINIC = "+13125550100"


def _is_needed(kind: Any) -> bool:
    """Annotations of the SDK are texts still."""
    return kind.__forward_arg__.startswith("Required[")


@pytest.mark.parametrize(
    ("table", "params"),
    [
        (CREATE_APPLICATION, CallControlApplicationCreateParams),
        (UPDATE_APPLICATION, CallControlApplicationUpdateParams),
        (UPDATE_NUMBER, PhoneNumberUpdateParams),
    ],
)
def test_the_tables_have_the_parameters_of_the_sdk(table: Any, params: Any) -> None:
    assert set(table) == set(params.__annotations__)
    required = {name for name, parameter in table.items() if parameter.required}
    assert required == {name for name, kind in params.__annotations__.items() if _is_needed(kind)}


def test_the_application_of_the_calls_is_there_from_the_beginning(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    found = client.call_control_applications.retrieve(telnyx.connection_id).data
    assert (found.id, found.webhook_event_url) == (telnyx.connection_id, telnyx.webhook_url)


def test_a_new_application_has_telnyx_defaults(client: sdk.Telnyx) -> None:
    made = client.call_control_applications.create(
        application_name="voicegather", webhook_event_url=URL
    ).data
    again = client.call_control_applications.retrieve(made.id).data
    assert again == made
    assert (again.webhook_api_version, again.active, again.redact_dtmf_debug_logging) == (
        "1",
        True,
        False,
    )


def test_an_update_changes_what_it_names_alone(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    made = client.call_control_applications.create(
        application_name="voicegather", webhook_event_url=URL, webhook_timeout_secs=5
    ).data
    changed = client.call_control_applications.update(
        made.id,
        application_name="menus",
        webhook_event_url=URL,
        webhook_timeout_secs=None,
        tags=["ours"],
    ).data
    assert (changed.application_name, changed.webhook_timeout_secs) == ("menus", None)
    assert (changed.dtmf_type, changed.tags) == ("RFC 2833", ["ours"])
    assert [each.action for each in telnyx.commands()] == [
        "create_application",
        "update_application",
    ]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"webhook_event_url": URL}, "10004"),
    ({"application_name": "menus"}, "10004"),
    ({"application_name": "menus", "webhook_event_url": "ivr.example.com"}, "10003"),
    ({"application_name": "menus", "webhook_event_url": URL, "webhook_api_version": "3"}, "10032"),
    ({"application_name": "menus", "webhook_event_url": URL, "webhook_timeout_secs": 31}, "10033"),
    ({"application_name": "menus", "webhook_event_url": URL, "colour": "red"}, "10004"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_a_wrong_application_is_refused(telnyx: FakeTelnyx, body: Any, code: str) -> None:
    answer = httpx.post(
        f"{telnyx.base_url}/call_control_applications",
        json=body,
        headers={"Authorization": f"Bearer {telnyx.api_key}"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert len(telnyx.account.applications) == 1


def test_applications_are_found_by_a_part_of_their_name_page_by_page(client: sdk.Telnyx) -> None:
    for number in range(3):
        client.call_control_applications.create(
            application_name=f"Voicegather {number}", webhook_event_url=URL
        )
    first = client.call_control_applications.list(
        filter={"application_name": {"contains": "voicegather"}}, page_size=2
    )
    assert [each.application_name for each in first.data] == ["Voicegather 2", "Voicegather 1"]
    assert [each.application_name for each in first][-1] == "Voicegather 0"
    with pytest.raises(sdk.UnprocessableEntityError):
        client.call_control_applications.list(filter={"application_name": {"contains": "vo"}})


def test_an_unknown_application_is_not_found(client: sdk.Telnyx) -> None:
    with pytest.raises(sdk.NotFoundError):
        client.call_control_applications.retrieve("1")


def test_numbers_are_found_by_their_digits_alone(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    telnyx.account.add_number(CLINIC)
    telnyx.account.add_number("+13125550101")
    (found,) = client.phone_numbers.list(filter={"phone_number": "13125550100"}).data
    assert (found.phone_number, found.connection_id) == (CLINIC, None)
    assert client.phone_numbers.list(filter={"phone_number": CLINIC}).data == []


def test_a_number_is_pointed_at_an_application(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    number = telnyx.account.add_number(CLINIC)
    client.phone_numbers.update(number, connection_id=telnyx.connection_id)
    assert telnyx.account.numbers[0]["connection_id"] == telnyx.connection_id
    with pytest.raises(sdk.UnprocessableEntityError):
        client.phone_numbers.update(number, connection_id="1")
    with pytest.raises(sdk.NotFoundError):
        client.phone_numbers.update("1", connection_id=telnyx.connection_id)


def test_trouble_can_be_had_with_the_account_too(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    telnyx.respond_next("list_numbers", status=429)
    with pytest.raises(sdk.RateLimitError):
        client.phone_numbers.list()
    assert client.phone_numbers.list().data == []


def test_an_action_of_a_call_is_never_one_of_the_account(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    answer = httpx.post(
        f"{telnyx.base_url}/calls/v3:x/actions/create_application",
        json={"application_name": "menus", "webhook_event_url": URL},
        headers={"Authorization": f"Bearer {telnyx.api_key}"},
    )
    assert answer.status_code == 404


def test_what_is_no_number_is_not_added(telnyx: FakeTelnyx) -> None:
    with pytest.raises(SimulatorError, match="is no number"):
        telnyx.account.add_number("13125550100")
