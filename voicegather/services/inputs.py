"""What was given and cannot be stored: every reason at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from voicegather.exceptions import VoicegatherError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing to mend. `path` leads to it by names and positions; () is the whole."""

    path: Path
    message: str


class InputError(VoicegatherError):
    """What was given cannot be stored. Nothing was changed; mend every problem and try again."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


def problems_of(row: Model, *, at: Path = (), exclude: Iterable[str] = ()) -> list[InputProblem]:
    """What the model's own validation says of `row`, uniqueness included."""
    try:
        row.full_clean(exclude=set(exclude))
    except ValidationError as error:
        return [
            InputProblem(at if name == NON_FIELD_ERRORS else (*at, name), message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return []
