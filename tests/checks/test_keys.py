from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.checks.conftest import PUBLIC_KEY, Site, ids
from voicegather import sealing

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
SEALING_KEY = base64.b64encode(b"s" * 32).decode()


def test_a_malformed_sealing_key_is_an_error(site: Site) -> None:
    (found,) = site.check(ENCRYPTION_KEYS=["short"])
    assert found.id == "voicegather.E004"
    assert found.msg.startswith("VOICEGATHER_ENCRYPTION_KEYS must be base64 of 32 random bytes")


def test_the_hint_makes_a_sealing_key(site: Site) -> None:
    (found,) = site.check(ENCRYPTION_KEYS=["short"])
    code = str(found.hint).partition('"')[2].rpartition('"')[0]
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert site.check(ENCRYPTION_KEYS=[made.stdout.strip()]) == []


def test_without_any_secret_nothing_can_be_sealed(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    settings.SECRET_KEY = ""
    assert ids(site.check()) == ["E004"]


def test_a_public_key_that_is_none_is_an_error(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(site.check(TELNYX_PUBLIC_KEYS=["..."])) == ["E005"]
    assert site.check(TELNYX_PUBLIC_KEYS=[PUBLIC_KEY]) == []
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", f"{PUBLIC_KEY},no key")
    assert ids(site.check(TELNYX_PUBLIC_KEYS=[])) == ["E005"]


@pytest.mark.parametrize(
    ("key", "trouble"),
    [
        ("Bearer KEY1", "contains a space or another character that no key has"),
        ("KEY1\n", "contains a space or another character that no key has"),
        ("KEYß", "contains a space or another character that no key has"),
        (
            "'KEY1'",
            "begins with a quotation mark, which whatever reads the variable left there",
        ),
        (PUBLIC_KEY, "is a public key"),
    ],
)
def test_what_is_no_api_key_is_an_error(site: Site, key: str, trouble: str) -> None:
    (found,) = site.check(TELNYX_API_KEY=key)
    assert found.id == "voicegather.E011"
    assert found.msg == f"The API key of the Telnyx connection 'default' {trouble}."


def test_one_wrong_api_key_is_told_once_for_all_who_use_it(site: Site) -> None:
    (found,) = site.check(TELNYX_API_KEY="my key", CONNECTIONS={"eu": {}, "us": {"api_key": "K"}})
    assert "connection 'default' and 'eu' contains a space" in found.msg
    assert "my key" not in found.msg


def test_production_wants_the_keys_of_telnyx(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELNYX_PUBLIC_KEY", "TELNYX_API_KEY"):
        monkeypatch.delenv(name)
    assert site.check() == []
    assert {"W002", "W003"} <= set(ids(site.check_deployment()))


def test_production_wants_a_key_for_each_connection(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELNYX_API_KEY")
    found = site.check_deployment(CONNECTIONS={"eu": {"api_key": "KEY1"}, "us": {}})
    (told,) = (each for each in found if each.id in ("voicegather.W003", "voicegather.W005"))
    assert told.id == "voicegather.W005"
    assert told.msg.startswith("The Telnyx connection 'default' and 'us' has no API key")


def test_production_wants_a_sealing_key_of_its_own(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    assert site.check() == []
    assert "W001" in ids(site.check_deployment())
    assert "W001" not in ids(site.check_deployment(ENCRYPTION_KEYS=[SEALING_KEY]))


def test_a_secret_key_that_changed_took_the_sealing_key_with_it(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECRET_KEY_FALLBACKS = ["insecure-old-key"]
    assert site.check() == []
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    assert ids(site.check()) == ["W004"]


def test_the_documents_command_gives_the_key_that_was_derived(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    settings.SECRET_KEY = "insecure-old-key"
    sealed = sealing.seal("123")
    (code,) = re.findall(r"python -c '(import base64, hashlib.*?)'\n", DOCUMENT.read_text(), re.S)
    made = subprocess.run(
        [sys.executable, "-c", code],
        input="insecure-old-key\n",
        capture_output=True,
        text=True,
        check=True,
    )
    settings.SECRET_KEY = "insecure-new-key"
    monkeypatch.setenv("VOICEGATHER_ENCRYPTION_KEYS", f"{SEALING_KEY},{made.stdout.strip()}")
    assert sealing.unseal(sealed) == "123"
