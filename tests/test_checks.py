from __future__ import annotations

import base64

import pytest
from django.core.checks import run_checks


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


def test_production_wants_a_sealing_key_of_its_own(settings, monkeypatch):
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    assert ids(settings, deploy=True) == ["voicegather.W001"]
    key = base64.b64encode(b"k" * 32).decode()
    assert ids(settings, deploy=True, ENCRYPTION_KEYS=[key]) == []
