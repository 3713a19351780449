"""Phone menus for any Django site, on the Telnyx Voice API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicegather.handlers import (
        HandlerCall,
        HandlerError,
        Refusal,
        Result,
        ValidatorCall,
        Value,
        handler,
        refuse,
        validator,
    )

__version__ = "0.1.0"

__all__ = [
    "HandlerCall",
    "HandlerError",
    "Refusal",
    "Result",
    "ValidatorCall",
    "Value",
    "__version__",
    "handler",
    "refuse",
    "validator",
]


def __getattr__(name: str) -> Any:
    """What sites write handlers with, loaded when it is first used."""
    if name in __all__:
        from voicegather import handlers

        return getattr(handlers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
