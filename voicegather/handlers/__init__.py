"""A site's own functions in its menus: handlers that look things up, validators that judge entries.

Put them into a module `voicegather_handlers` of an installed app: it is found there. Everything
here is also an attribute of `voicegather` itself. docs/handlers.md has examples.
"""

from voicegather.handlers.registry import (
    Handler,
    RegistrationError,
    Validator,
    handler,
    handler_named,
    known,
    known_validators,
    restored,
    validator,
    validator_named,
)
from voicegather.handlers.words import (
    HandlerCall,
    HandlerError,
    Refusal,
    Result,
    ValidatorCall,
    Value,
    refuse,
)

__all__ = [
    "Handler",
    "HandlerCall",
    "HandlerError",
    "Refusal",
    "RegistrationError",
    "Result",
    "Validator",
    "ValidatorCall",
    "Value",
    "handler",
    "handler_named",
    "known",
    "known_validators",
    "refuse",
    "restored",
    "validator",
    "validator_named",
]
