"""What callers say in long sentences is kept whole."""

from __future__ import annotations

import pytest

from tests.services.calls.ledger.writing import START, call_with, write
from voicegather.engine.facts import AttemptOutcome, InputGathered
from voicegather.engine.secret import Secret
from voicegather.models import GatherResult
from voicegather.sealing import unseal

pytestmark = pytest.mark.django_db


def gathered(raw: str, value: str, field: str = "story") -> InputGathered:
    return InputGathered(START, 1, field, AttemptOutcome.VALID, Secret(raw), Secret(value))


def test_each_field_of_a_visit_is_a_row():
    call = call_with()
    write(call, gathered("twenty-nine", "29", "age"), gathered("Zoë", "Zoë", "name"))
    found = call.results.order_by("pk").values_list("field", "raw", "value")
    assert list(found) == [("age", "twenty-nine", "29"), ("name", "Zoë", "Zoë")]


@pytest.mark.parametrize("length", [1, 255])
def test_a_value_that_fits_is_in_its_column_alone(length):
    call = call_with()
    write(call, gathered("a" * length, "b" * length))
    result = call.results.get()
    assert (result.raw, result.value, result.sealed) == ("a" * length, "b" * length, None)


def test_a_longer_value_begins_in_its_column_and_is_whole_in_the_seal():
    call = call_with()
    write(call, gathered("a" * 256, "b" * 1_000))
    result = call.results.get()
    assert result.raw == "a" * 254 + "…"
    assert result.value == "b" * 254 + "…"
    assert unseal(result.sealed) == {"raw": "a" * 256, "value": "b" * 1_000}


def test_a_short_value_of_a_long_entry_is_sealed_with_it():
    call = call_with()
    write(call, gathered("a" * 300, "29"))
    result = call.results.get()
    assert (result.value, unseal(result.sealed)["raw"]) == ("29", "a" * 300)


def test_a_shorter_value_that_replaces_a_longer_one_leaves_nothing_of_it():
    call = call_with()
    write(call, gathered("a" * 300, "a" * 300))
    write(call, gathered("b", "b"))
    result = GatherResult.objects.get()
    assert (result.raw, result.value, result.sealed) == ("b", "b", None)


@pytest.mark.parametrize("sensitivity", ["masked", "secret"])
def test_a_long_value_of_a_sensitive_step_does_not_begin_in_its_column(sensitivity):
    call = call_with(sensitivity=sensitivity, shown_last=2)
    write(call, gathered("a" * 298 + "42", "a" * 298 + "42"))
    result = call.results.get()
    assert result.value == ("•••42" if sensitivity == "masked" else "")
    assert unseal(result.sealed)["value"] == "a" * 298 + "42"
