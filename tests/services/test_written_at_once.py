"""Two who write the same at one moment: the second is told, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import make_menu
from voicegather.models import PhoneNumber, Prompt
from voicegather.services import numbers, prompts
from voicegather.services.inputs import InputError

AGAIN = "Somebody wrote the same at this moment: read it, and try again."


@pytest.fixture(autouse=True)
def too_early_to_see(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation looks before the other one's row is there."""
    for module in (numbers, prompts):
        monkeypatch.setattr(module, "problems_of", lambda *rows, **places: [])


def write_prompt() -> Any:
    return prompts.write_prompt(Prompt(), columns={"key": "welcome"}, variants=[])


def write_number() -> Any:
    return numbers.write_number(PhoneNumber(), columns={"number": "+13125550100"})


@pytest.mark.parametrize("write", [write_prompt, write_number])
def test_the_second_is_told_to_read_and_try_again(write: Callable[[], Any]) -> None:
    first = write()

    with pytest.raises(InputError, match=AGAIN):
        write()

    assert type(first).objects.count() == 1
    assert make_menu().pk, "the transaction is still good"
