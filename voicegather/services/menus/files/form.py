"""A whole menu with its prompts as values: what a menu file says, and what the tables hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from voicegather.engine.edges import Action, Match
from voicegather.engine.graph import Sensitivity, WordsKind
from voicegather.engine.variables import DeclaredVariable

FORMAT = 1
DEFAULT_SHOWN_LAST = 4

#: Keys of a step that are not settings of its kind; no kind may have a setting of these names.
STEP_KEYS = ("kind", "name", "sensitivity", "shown_last", "success", "choices")
PROMPT_KEYS = ("name", "team")
#: Matches that carry no value of their own.
BARE_MATCHES = frozenset({Match.ANY, Match.OTHERWISE})

LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
MOST_LANGUAGE = 15


def longest(model: type[Model], column: str) -> int:
    """The most characters that a column takes."""
    return getattr(model._meta.get_field(column), "max_length", None) or 0


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One choice; `target` is a step's key, "" while it leads nowhere yet."""

    match: Match
    value: str = ""
    action: Action = Action.GOTO
    target: str = ""
    language: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What no two choices of one step share."""
        return self.match.value, self.value


@dataclass(frozen=True, slots=True)
class StepForm:
    key: str
    kind: str
    name: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    shown_last: int = DEFAULT_SHOWN_LAST
    success: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[ChoiceForm, ...] = ()


@dataclass(frozen=True, slots=True)
class VariantForm:
    """A prompt in one language, column by column."""

    language: str
    kind: WordsKind
    text: str = ""
    voice: str = ""
    voice_language: str = ""
    voice_settings: Mapping[str, Any] = field(default_factory=dict)
    audio_file: str = ""
    audio_url: str = ""
    media_name: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class PromptForm:
    """A prompt. `team` is a group's name, "" for nobody's, None where the file does not say."""

    key: str
    name: str = ""
    team: str | None = None
    variants: tuple[VariantForm, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuForm:
    """A menu. `entry` is a step's key, "" while there is none; `team` as for prompts.

    `requires_tests` is None where the file does not say.
    """

    slug: str
    name: str
    description: str = ""
    team: str | None = None
    requires_tests: bool | None = None
    languages: tuple[str, ...] = ("en-US",)
    variables: tuple[DeclaredVariable, ...] = ()
    entry: str = ""
    choices: tuple[ChoiceForm, ...] = ()
    steps: tuple[StepForm, ...] = ()
    prompts: tuple[PromptForm, ...] = ()
