"""Errors that say what to do next."""

from __future__ import annotations


class VoicegatherError(Exception):
    """The root of every error that this app raises on purpose."""


class UnsealError(VoicegatherError):
    """Sealed data cannot be read: no configured key made it, or it was changed."""


class ConfigurationError(VoicegatherError):
    """A setting is missing or malformed."""


class MenuError(VoicegatherError):
    """A menu cannot be used as it stands; `problems` lists every reason."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join((message, *problems)))
        self.problems = problems
