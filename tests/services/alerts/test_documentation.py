"""docs/operations.md says what is so."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from tests.wheel import ROOT
from voicegather import conf
from voicegather.models import IncidentKind
from voicegather.services.alerts.signing import sign

TEXT = (ROOT / "docs" / "operations.md").read_text()
SECRET = "not-a-real-secret-0123"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_tells_genuine_webhooks_from_others() -> None:
    space: dict[str, Any] = {}
    exec(next(block for block in blocks("python") if "is_genuine" in block), space)
    is_genuine, body, now = space["is_genuine"], b'{"id": "1"}', int(time.time())

    assert is_genuine(SECRET, sign(SECRET, body, at=now), body)
    assert not is_genuine(SECRET, sign(SECRET, body, at=now), body + b" ")
    assert not is_genuine(SECRET, sign(SECRET, body, at=now - 301), body)
    assert not is_genuine("another", sign(SECRET, body, at=now), body)


def test_settings_and_kinds_are_those_that_there_are() -> None:
    named = set(re.findall(r"\b(?:ALERT|METRICS)_[A-Z_]+\b", TEXT))
    there = {name for name in conf.DEFAULTS if name.startswith(("ALERT_", "METRICS_"))}
    assert named == there
    assert [str(kind.label) for kind in IncidentKind if f"| {kind.label} |" not in TEXT] == []
    told = {kind.value for kind in IncidentKind} - {"delivery_fails"}
    assert {kind for kind in told if f"`{kind}`" not in TEXT} == set()


@pytest.mark.django_db
def test_examples_for_prometheus_name_metrics_that_there_are(client: Client, settings: Any) -> None:
    settings.VOICEGATHER = {"METRICS_TOKEN": SECRET, "DISPATCH": "celery"}
    headers = {"Authorization": f"Bearer {SECRET}"}
    scraped = client.get(reverse("voicegather:metrics"), headers=headers).content.decode()
    there = set(re.findall(r"^# TYPE (\w+)", scraped, re.MULTILINE))
    named = set(re.findall(r"\b(voicegather_[a-z_]+?)(?:_bucket)?(?=[{`\[ )=\n])", TEXT))
    assert named - there - {"voicegather_doctor", "voicegather_alert"} == set()
    for block in blocks("yaml"):
        assert isinstance(yaml.safe_load(block), dict)
