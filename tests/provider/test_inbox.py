from __future__ import annotations

import json
from typing import Any

import pytest

from voicegather.provider.inbox import (
    DEEPEST,
    SPOKEN_FIELDS,
    may_be_improper,
    put_back,
    storable,
    take_out,
)


def nested(levels: int, *, inside: Any = "x") -> dict[str, Any]:
    value = inside
    for _ in range(levels - 1):
        value = [value]
    return {"a": value}


@pytest.mark.parametrize("name", sorted(SPOKEN_FIELDS))
def test_a_spoken_field_is_taken_out_and_put_back(name: str) -> None:
    payload = {"call_control_id": "v3:a", name: "4711", "status": "valid"}
    kept, spoken = take_out(payload)
    assert kept == {"call_control_id": "v3:a", "status": "valid"}
    assert spoken == [([name], "4711")]
    assert put_back(kept, spoken) == payload


def test_spoken_fields_are_found_at_any_depth() -> None:
    payload = {
        "transcription_data": {"transcript": "four seven", "confidence": 0.9},
        "legs": [{"id": "a"}, {"id": "b", "digits": "47"}],
    }
    kept, spoken = take_out(payload)
    assert kept == {
        "transcription_data": {"confidence": 0.9},
        "legs": [{"id": "a"}, {"id": "b"}],
    }
    assert spoken == [
        (["transcription_data", "transcript"], "four seven"),
        (["legs", 1, "digits"], "47"),
    ]
    assert put_back(kept, spoken) == payload


def test_a_spoken_field_is_taken_whole() -> None:
    results = [{"insight_id": "1", "result": {"age": 29}}]
    kept, spoken = take_out({"results": results})
    assert kept == {}
    assert spoken == [(["results"], results)]


def test_an_absent_entry_is_not_an_empty_one() -> None:
    for payload in ({"digits": None}, {"digits": ""}, {}):
        assert put_back(*take_out(payload)) == payload


def test_putting_back_changes_neither_part() -> None:
    kept, spoken = take_out({"data": {"transcript": "hello", "final": True}})
    put_back(kept, spoken)
    assert kept == {"data": {"final": True}}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\0b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("é\udfff\0", "é\ufffd\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("plain", "plain"),
        ("ünïcödé 😀", "ünïcödé 😀"),
    ],
)
def test_what_postgresql_refuses_in_text_is_replaced(text: str, stored: str) -> None:
    assert storable(text) == stored


def test_keys_and_spoken_values_are_made_storable_too() -> None:
    kept, spoken = take_out({"a\0": 1, "result": {"b\0": ["c\ud800"]}})
    assert kept == {"a\ufffd": 1}
    assert spoken == [(["result"], {"b\ufffd": ["c\ufffd"]})]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\0"])
def test_a_document_that_holds_what_postgresql_refuses_may_be_improper(text: str) -> None:
    assert may_be_improper(json.dumps({"a": text}))


def test_a_document_without_escapes_of_characters_is_proper_and_taken_as_it_is() -> None:
    payload = {"a": "ünïcödé 😀 \\ /", "digits": "1", "b": [{"result": None, "c": ["x"]}]}
    assert not may_be_improper(json.dumps(payload, ensure_ascii=False))
    assert take_out(payload, proper=True) == take_out(payload)


def test_64_levels_are_taken() -> None:
    payload = nested(DEEPEST)
    assert take_out(payload) == (payload, [])


@pytest.mark.parametrize("payload", [nested(DEEPEST + 1), {"result": nested(DEEPEST)}])
def test_more_than_64_levels_are_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="over 64 levels deep"):
        take_out(payload)
