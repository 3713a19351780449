"""Which of a call's answers belongs to which attempt."""

from __future__ import annotations

import pytest

from voicegather.engine.events import AiGatherEnded, AiGatherStatus
from voicegather.services.replays.answers import Answers

BEGAN, ENDED, SEQ = 1_000, 2_000, 5


def told(at: int, seq: int | None) -> tuple[int, AiGatherEnded]:
    return at, AiGatherEnded(at, AiGatherStatus.VALID, None, seq)


@pytest.mark.parametrize("seq", [SEQ, None])
def test_a_model_tells_of_the_attempt_that_runs_with_its_number_or_without(seq: int | None) -> None:
    said = told(1_500, seq)

    assert Answers(results=(said,)).result(SEQ, BEGAN, ENDED) is said[1]


@pytest.mark.parametrize("said", [told(1_500, 4), told(999, SEQ), told(2_001, None)])
def test_what_is_of_another_attempt_is_not_its_answer(said: tuple[int, AiGatherEnded]) -> None:
    assert Answers(results=(said,)).result(SEQ, BEGAN, ENDED) is None


def test_the_first_answer_counts() -> None:
    first, second = told(1_200, None), told(1_500, SEQ)

    assert Answers(results=(first, second)).result(SEQ, BEGAN, ENDED) is first[1]


def test_an_attempt_without_a_command_had_no_model() -> None:
    assert Answers(results=(told(1_500, None),)).result(None, BEGAN, ENDED) is None
