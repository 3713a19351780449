"""Requests that cannot be answered: a problem that says why, and nothing half done."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import ROOT, Api, Asking
from voicegather.models import Prompt


@pytest.fixture
def client(api: Api) -> Asking:
    return api("add_prompt", "change_prompt", "view_menu")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "nowhere/", 404, "not_found"),
        ("post", "nowhere/", 404, "not_found"),
        ("get", "menus", 404, "not_found"),
        ("get", "menus/none/", 404, "not_found"),
        ("get", "menus/%00/", 404, "not_found"),
        ("get", "numbers/99999999999999999999/", 404, "not_found"),
        ("delete", "menus/", 405, "method_not_allowed"),
        ("options", "menus/", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem(
    method: str, path: str, status: int, code: str, client: Asking
) -> None:
    answer = client.ask(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_address_without_its_slash_says_so(client: Asking) -> None:
    assert client.ask("get", "menus").json()["detail"] == (
        "There is nothing here. Addresses of the API end in a slash."
    )


def test_other_media_types_are_refused_both_ways(client: Asking) -> None:
    sent = client.post(f"{ROOT}prompts/", "key=a", content_type="application/x-www-form-urlencoded")
    wanted = client.get(f"{ROOT}menus/", HTTP_ACCEPT="application/xml")

    assert (sent.status_code, sent.json()["code"]) == (415, "unsupported_media_type")
    assert (wanted.status_code, wanted.json()["code"]) == (406, "not_acceptable")
    assert sent.headers["Content-Type"] == "application/problem+json"
    assert wanted.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "This is not JSON: "),
        (b"\xff", "The body is not UTF-8 text."),
        (b'{"key": "a\\u0000"}', "Text with NUL or half a surrogate pair cannot be stored."),
        (b'{"key": "\\ud800"}', "Text with NUL or half a surrogate pair cannot be stored."),
        (b'{"\\u0000": 1}', "Text with NUL or half a surrogate pair cannot be stored."),
        (b'{"a": NaN}', "NaN is no number in JSON."),
        (b'{"a": 1234567890123456789}', "A whole number has at most 18 digits here."),
        (b'{"key": "a", "key": "b"}', "“key” stands twice in one object: keep one of the two."),
        (b"[" * 100, "This is not JSON: "),
        (b"[" * 51 + b"]" * 51, "The body is nested deeper than 50 levels."),
        (b"[" * 100_000 + b"]" * 100_000, "The body is nested deeper than 50 levels."),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_body_that_cannot_be_read_says_why(body: bytes, says: str, client: Asking) -> None:
    answer = client.post(f"{ROOT}prompts/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert answer.json()["detail"].startswith(says)


def test_a_body_larger_than_any_menu_is_refused(client: Asking) -> None:
    body = json.dumps({"key": "a" * 2_700_000})

    answer = client.post(f"{ROOT}prompts/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null"])
def test_a_body_that_is_no_object_is_refused(body: str, client: Asking) -> None:
    answer = client.post(f"{ROOT}prompts/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_every_single_reason_is_named_with_its_place(client: Asking) -> None:
    prompt = {
        "key": "Welcome",
        "nmae": "Welcome",
        "variants": [{"language": "en-US", "text": "Hi"}, {"kind": "song", "duration_ms": -1}],
    }

    misspelt = client.ask("post", "prompts/", prompt)
    del prompt["nmae"]
    wrong = client.ask("post", "prompts/", prompt)

    assert misspelt.json()["errors"] == [
        {"pointer": "#/nmae", "detail": "This is not known here. Known: key, name, team, variants"}
    ]
    assert {each["pointer"] for each in wrong.json()["errors"]} == {
        "#/variants/1/language",
        "#/variants/1/kind",
        "#/variants/1/duration_ms",
    }
    assert {
        "pointer": "#/variants/1/kind",
        "detail": "Choose one of text, ssml, audio, media.",
    } in wrong.json()["errors"]
    assert not Prompt.objects.exists()
