from __future__ import annotations

import pytest
from django.test import override_settings

from voicegather.services.applications import AddressError, webhook_address, webhook_of_site

WEBHOOK = "https://ivr.example.com/voicegather/webhook/"


@pytest.mark.parametrize("url", ["https://ivr.example.com", " https://ivr.example.com/ ", WEBHOOK])
def test_a_site_is_posted_to_at_its_webhook(url: str) -> None:
    assert webhook_address(url) == WEBHOOK


def test_a_path_of_ones_own_is_kept_with_its_port() -> None:
    url = "https://ivr.example.com:8443/menus/voicegather/webhook/"
    assert webhook_address(url) == url


def test_this_machine_may_be_posted_to_without_encryption() -> None:
    assert webhook_address("http://127.0.0.1:8000") == "http://127.0.0.1:8000/voicegather/webhook/"


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("", "Give the site's address"),
        ("ivr.example.com", "Give the site's address"),
        ("ftp://ivr.example.com", "Give the site's address"),
        ("https://", "Give the site's address"),
        ("https://ivr.example.com:port", "Give the site's address"),
        ("https://[::1", "Give the site's address"),
        ("https://ivr.example.com/two words", "Give the site's address"),
        ("http://ivr.example.com", "give an https address"),
        ("https://ivr.example.com/?a=1", "no query"),
        ("https://ivr.example.com/#top", "no fragment"),
    ],
)
def test_what_telnyx_could_not_post_to_is_said(url: str, advice: str) -> None:
    with pytest.raises(AddressError, match=advice):
        webhook_address(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(AddressError) as refused:
        webhook_address("https://user:fake-word@ivr.example.com")
    assert "fake-word" not in str(refused.value)


@override_settings(ROOT_URLCONF="tests.empty_urls")
def test_a_site_without_the_webhook_is_told_how_to_have_one() -> None:
    with pytest.raises(AddressError, match=r"include voicegather\.urls"):
        webhook_address("https://ivr.example.com")


@override_settings(VOICEGATHER={"PUBLIC_URL": "https://ivr.example.com/media/"})
def test_the_public_address_is_taken_where_no_other_is_given() -> None:
    assert webhook_of_site() == WEBHOOK
    assert webhook_of_site("https://new.example.com") == (
        "https://new.example.com/voicegather/webhook/"
    )


@override_settings(VOICEGATHER={})
def test_without_any_address_there_is_none() -> None:
    assert webhook_of_site() == ""
