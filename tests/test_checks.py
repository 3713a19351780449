from __future__ import annotations

import base64

import pytest
from django.core.checks import run_checks

KEY = base64.b64encode(b"k" * 32).decode()


def ids(settings, *, deploy=False, **changes):
    settings.VOICEGATHER = settings.VOICEGATHER | changes
    found = run_checks(include_deployment_checks=deploy)
    return [message.id for message in found if message.id.startswith("voicegather.")]


def test_the_suites_own_settings_are_in_order(settings):
    assert ids(settings) == []


def test_an_unknown_setting_is_an_error(settings):
    assert ids(settings, DISPACH="celery") == ["voicegather.E001"]


def test_a_dispatch_that_does_not_exist_is_an_error(settings):
    assert ids(settings, DISPATCH="eager") == ["voicegather.E002"]


@pytest.mark.parametrize(("seconds", "found"), [(45, []), (46, ["voicegather.E003"])])
def test_patience_stays_below_what_telnyx_remembers(settings, seconds, found):
    assert ids(settings, COMMAND_PATIENCE_SECONDS=seconds) == found


def test_a_malformed_sealing_key_is_an_error(settings):
    assert ids(settings, ENCRYPTION_KEYS=["short"]) == ["voicegather.E004"]


def test_a_public_key_that_is_none_is_an_error(settings):
    assert ids(settings, TELNYX_PUBLIC_KEYS=["..."]) == ["voicegather.E005"]
    assert ids(settings, TELNYX_PUBLIC_KEYS=[KEY]) == []


def test_production_wants_the_keys_of_telnyx(settings, monkeypatch):
    for name in ("TELNYX_PUBLIC_KEY", "TELNYX_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert ids(settings, deploy=True) == ["voicegather.W002", "voicegather.W003"]


def test_production_wants_a_sealing_key_of_its_own(settings, monkeypatch):
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    telnyx = {"TELNYX_PUBLIC_KEYS": [KEY], "TELNYX_API_KEY": "KEY_fake"}
    assert ids(settings, deploy=True, **telnyx) == ["voicegather.W001"]
    assert ids(settings, deploy=True, **telnyx, ENCRYPTION_KEYS=[KEY]) == []
