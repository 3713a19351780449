"""The site's own functions that steps name: handlers and validators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.graph import StepNode
from voicegather.engine.steps.handler import MOST_VALUES
from voicegather.engine.template import has_stray_braces
from voicegather.handlers import known, known_validators
from voicegather.services.menus.lint.subject import Subject


def check_handler(subject: Subject, node: StepNode, settings: Any) -> None:
    """A handler's name, its options, and the variables that it may set."""
    _check_known(subject, node, "handler", settings.handler, known())
    for name, text in settings.options.items():
        if has_stray_braces(text):
            message = _("“%(name)s” has {{ or }} that form no variable: write {{ name }}") % {
                "name": name
            }
            subject.error("braces", node.key, "options", message)
    if len(settings.variables) > MOST_VALUES:
        message = _("names %(count)s variables; a handler may set %(most)s") % {
            "count": len(settings.variables),
            "most": MOST_VALUES,
        }
        subject.error("variables", node.key, "variables", message)


def check_validator(subject: Subject, node: StepNode, settings: Any) -> None:
    """The validator of a step's entries, where it has one, and what is said when it refuses."""
    if settings.validator:
        _check_known(subject, node, "validator", settings.validator, known_validators())
    elif settings.refusal_prompts:
        message = _("are never said without a validator: name one, or remove them")
        subject.error("refusals", node.key, "refusal_prompts", message)


def _check_known(
    subject: Subject, node: StepNode, field: str, name: str, names: frozenset[str]
) -> None:
    if name not in names:
        here = ", ".join(sorted(names)) or "none"
        message = _(
            "this site has no %(field)s “%(name)s”: register it, or name another; known: %(here)s"
        ) % {"field": field, "name": name, "here": here}
        subject.error(f"{field}_unknown", node.key, field, message)
