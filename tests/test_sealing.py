from __future__ import annotations

import base64
import secrets

import pytest

from voicegather import sealing
from voicegather.exceptions import ConfigurationError, UnsealError


def new_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


def use_keys(settings, *keys):
    settings.VOICEGATHER = settings.VOICEGATHER | {"ENCRYPTION_KEYS": list(keys)}


@pytest.mark.parametrize("value", ["1234", "", None, {"raw": "1", "value": "ñ😀"}, [1, "\ud800"]])
def test_what_is_sealed_comes_back(value):
    assert sealing.unseal(sealing.seal(value)) == value


def test_a_sealed_value_shows_nothing_and_is_never_the_same_twice():
    one, two = sealing.seal("4711"), sealing.seal("4711")
    assert b"4711" not in one
    assert one != two


def test_the_newest_key_seals_and_older_ones_still_open(settings):
    old, new = new_key(), new_key()
    use_keys(settings, old)
    before = sealing.seal("then")
    use_keys(settings, new, old)
    after = sealing.seal("now")
    assert sealing.unseal(before) == "then"
    use_keys(settings, new)
    assert sealing.unseal(after) == "now"
    with pytest.raises(UnsealError, match="VOICEGATHER_ENCRYPTION_KEYS"):
        sealing.unseal(before)


def test_a_value_that_was_changed_does_not_open():
    sealed = bytearray(sealing.seal("1234"))
    sealed[-1] ^= 1
    with pytest.raises(UnsealError, match="changed"):
        sealing.unseal(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02abcd", b"plain text"])
def test_what_was_never_sealed_does_not_open(sealed):
    with pytest.raises(UnsealError):
        sealing.unseal(sealed)


def test_without_keys_of_its_own_the_app_seals_with_one_of_secret_key(settings, monkeypatch):
    monkeypatch.delenv("VOICEGATHER_ENCRYPTION_KEYS")
    assert sealing.derives_from_secret_key()
    sealed = sealing.seal("1234")
    settings.SECRET_KEY = "another"
    with pytest.raises(UnsealError):
        sealing.unseal(sealed)


def test_keys_may_come_from_the_environment(settings, monkeypatch):
    monkeypatch.setenv("VOICEGATHER_ENCRYPTION_KEYS", f"{new_key()}, {new_key()}")
    assert not sealing.derives_from_secret_key()
    assert sealing.unseal(sealing.seal("x")) == "x"


@pytest.mark.parametrize("key", ["short", "not base64!", base64.b64encode(b"x" * 31).decode()])
def test_a_malformed_key_says_what_a_key_is(settings, key):
    use_keys(settings, key)
    with pytest.raises(ConfigurationError, match="32 random bytes"):
        sealing.seal("x")
