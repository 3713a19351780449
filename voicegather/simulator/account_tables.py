"""What Telnyx takes for Call Control Applications and phone numbers (Telnyx SDK: their params)."""

from __future__ import annotations

from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.parameters import (
    Parameter,
    flag,
    integer,
    listing,
    mapping,
    one_of,
    text,
    web_address,
)
from voicegather.simulator.validation import Table

LONGEST_WEBHOOK_TIMEOUT = 30
SITES = (
    "Latency",
    "Chicago, IL",
    "Ashburn, VA",
    "San Jose, CA",
    "London, UK",
    "Chennai, IN",
    "Amsterdam, Netherlands",
    "Toronto, Canada",
    "Sydney, Australia",
)


def _texts(value: list[Any]) -> str | None:
    return None if all(isinstance(each, str) for each in value) else "must be a list of texts"


def _address() -> Parameter:
    return text(code=errors.INVALID_URL, check=web_address)


#: What each field is where nothing was said; None where Telnyx answers null.
APPLICATION_DEFAULTS: dict[str, Any] = {
    "active": True,
    "anchorsite_override": "Latency",
    "call_cost_in_webhooks": False,
    "dtmf_type": "RFC 2833",
    "first_command_timeout": False,
    "first_command_timeout_secs": 30,
    "inbound": {},
    "outbound": {},
    "redact_dtmf_debug_logging": False,
    "tags": [],
    "webhook_api_version": "1",
    "webhook_event_failover_url": "",
    "webhook_timeout_secs": None,
}

CREATE_APPLICATION: Table = {
    "application_name": text(shortest=1).needed(),
    "webhook_event_url": _address().needed(),
    "active": flag(),
    "anchorsite_override": one_of(*SITES),
    "call_cost_in_webhooks": flag(),
    "dtmf_type": one_of("RFC 2833", "Inband", "SIP INFO"),
    "first_command_timeout": flag(),
    "first_command_timeout_secs": integer(1, 86_400),
    "inbound": mapping(),
    "outbound": mapping(),
    "redact_dtmf_debug_logging": flag(),
    "webhook_api_version": one_of("1", "2"),
    "webhook_event_failover_url": _address(),
    "webhook_timeout_secs": integer(0, LONGEST_WEBHOOK_TIMEOUT),
}

UPDATE_APPLICATION: Table = {**CREATE_APPLICATION, "tags": listing(_texts)}

#: The fields of an application that null empties.
NULLABLE = frozenset({"webhook_event_failover_url", "webhook_timeout_secs"})

UPDATE_NUMBER: Table = {
    "address_id": text(),
    "billing_group_id": text(),
    "connection_id": text(),
    "customer_reference": text(),
    "external_pin": text(),
    "hd_voice_enabled": flag(),
    "tags": listing(_texts),
}
