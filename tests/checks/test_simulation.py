"""A site in production that takes a simulator for Telnyx."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.conftest import Site, ids
from voicegather.simulator import FakeTelnyx
from voicegather.simulator.keys import SIMULATION_KEY


def simulators(site: Site, **changes: Any) -> list[tuple[str, str]]:
    found = site.check_deployment(**changes)
    return [(str(each.id)[-4:], each.msg) for each in found if each.id[-4:] in ("E021", "E022")]


def keys_of_a_fake(key: str) -> dict[str, Any]:
    """What ``voicegather_simulate --api-key key`` has a site run with."""
    with FakeTelnyx(api_key=key, signing_seed=key) as fake:
        return {"TELNYX_API_KEY": fake.api_key, "TELNYX_PUBLIC_KEYS": [fake.public_key]}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"TELNYX_BASE_URL": "https://api.telnyx.eu/v2"},
        {"CONNECTIONS": {"eu": {"api_key": "KEY1", "base_url": "https://api.telnyx.eu/v2"}}},
    ],
)
def test_telnyx_itself_is_let_through(site: Site, changes: dict[str, Any]) -> None:
    assert simulators(site, **changes) == []


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("http://127.0.0.1:12112", "to this machine (127.0.0.1) and not to Telnyx"),
        ("https://[::1]:12112", "to this machine (::1) and not to Telnyx"),
        ("http://localhost:12112/v2", "to this machine (localhost) and not to Telnyx"),
        ("http://0.0.0.0:12112", "to this machine (0.0.0.0) and not to Telnyx"),
        ("http://simulator:12112", "to simulator without encryption"),
    ],
)
def test_commands_that_do_not_go_to_telnyx_are_an_error(site: Site, url: str, trouble: str) -> None:
    told = f"Commands of the Telnyx connection 'default' go {trouble}."
    assert simulators(site, TELNYX_BASE_URL=url) == [("E021", told)]


def test_the_connection_is_named(site: Site) -> None:
    connections = {"lab": {"api_key": "KEY1", "base_url": "http://127.0.0.1:9"}}
    ((_, told),) = simulators(site, CONNECTIONS=connections)
    assert told.startswith("Commands of the Telnyx connection 'lab' go to this machine")


def test_the_keys_that_the_simulator_shows_are_an_error(site: Site) -> None:
    api, public = simulators(site, **keys_of_a_fake(SIMULATION_KEY))
    assert api == (
        "E022",
        "A Telnyx API key of this site is the simulator's: Telnyx will refuse every command.",
    )
    assert public == (
        "E022",
        "A Telnyx public key of this site is the simulator's: others than Telnyx can sign "
        "webhooks for this site.",
    )


def test_the_simulators_public_key_beside_telnyxs_own_is_an_error(
    site: Site, public_key: str
) -> None:
    fakes = keys_of_a_fake(SIMULATION_KEY)["TELNYX_PUBLIC_KEYS"]
    (found,) = simulators(site, TELNYX_PUBLIC_KEYS=[public_key, *fakes])
    assert found[1].startswith("A Telnyx public key of this site is the simulator's")


def test_a_public_key_made_from_the_api_key_is_the_simulators(site: Site) -> None:
    (found,) = simulators(site, **keys_of_a_fake("KEY-of-a-rehearsal"))
    assert found[1].startswith("A Telnyx public key of this site is the simulator's")


def test_where_debug_is_on_a_simulator_is_welcome(site: Site, settings: Any) -> None:
    settings.DEBUG = True
    fakes = keys_of_a_fake(SIMULATION_KEY) | {"TELNYX_BASE_URL": "http://127.0.0.1:12112"}
    assert simulators(site, **fakes) == []


def test_without_deploy_nothing_is_said_of_it(site: Site) -> None:
    assert ids(site.check(TELNYX_BASE_URL="http://127.0.0.1:12112")) == []
