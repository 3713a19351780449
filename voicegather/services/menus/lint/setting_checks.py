"""The settings of each step: what its kind says, and what they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.choices import INPUT_MATCHES
from voicegather.engine.config import Role
from voicegather.engine.entries import KEYS
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import all_kinds, check_settings, kind_named
from voicegather.models.numbers import E164_PATTERN
from voicegather.services.calendars import calendar_problems
from voicegather.services.menus.lint.model_checks import check_ai_gather, check_assistant
from voicegather.services.menus.lint.record_checks import check_record
from voicegather.services.menus.lint.site_checks import check_handler, check_validator
from voicegather.services.menus.lint.subject import Subject, names_with_role, readable
from voicegather.services.wording import translated

_SIP = re.compile(r"sips?:[^\s@<>]+@[^\s@<>]+")


def check_settings_of_steps(subject: Subject) -> None:
    """Every step's kind and settings, and the menus, calendars and targets that they name."""
    rows = {step.key: step for step in subject.draft.steps}
    for node in subject.nodes:
        _check_kind(subject, node, rows[node.key].config)
        _check_names(subject, node)
        found = readable(node)
        if found and node.kind in _OWN_CHECKS:
            _OWN_CHECKS[node.kind](subject, node, found[1])


def _check_kind(subject: Subject, node: StepNode, config: Any) -> None:
    kind = kind_named(node.kind)
    if kind is None:
        known = ", ".join(each.name for each in all_kinds())
        message = _("“%(kind)s” is not a kind of step here: choose one of %(known)s") % {
            "kind": node.kind,
            "known": known,
        }
        subject.error("unknown_kind", node.key, "kind", message)
    elif not isinstance(config, dict):
        subject.error(
            "setting", node.key, "", _("the settings must be a mapping of names to values")
        )
    else:
        for problem in check_settings(kind, config)[1]:
            subject.error("setting", node.key, problem.field, translated(problem.message))


def _check_names(subject: Subject, node: StepNode) -> None:
    for field, target in names_with_role(node, Role.DESTINATION):
        if not re.fullmatch(E164_PATTERN, target) and not _SIP.fullmatch(target):
            subject.error(
                "transfer_target",
                node.key,
                field,
                _("“%(target)s” cannot be rung: write +13125550123 or sip:desk@example.com")
                % {"target": target},
            )
        elif refused := subject.refused(target):
            message = _("“%(target)s” will be refused: %(refused)s") % {
                "target": target,
                "refused": refused,
            }
            subject.warn("destination", node.key, field, message)
    for field, slug in names_with_role(node, Role.MENU):
        menu = subject.menus.get(slug)
        if menu is None:
            message = _("there is no menu “%(slug)s”: load or create it first") % {"slug": slug}
            subject.error("menu_unknown", node.key, field, message)
        elif menu.archived_at is not None:
            message = _(
                "menu “%(slug)s” is archived: take it out of the archive, or choose another one"
            ) % {"slug": slug}
            subject.error("menu_archived", node.key, field, message)
        elif menu.live_version_id is None and slug != subject.graph.menu:
            message = _(
                "menu “%(slug)s” has no live version: publish it, until then this step fails"
            ) % {"slug": slug}
            subject.warn("menu_not_live", node.key, field, message)
    for field, key in names_with_role(node, Role.CALENDAR):
        calendar = subject.calendars.get(key)
        if calendar is None:
            message = _("there is no calendar “%(key)s”: create it first") % {"key": key}
            subject.error("calendar_unknown", node.key, field, message)
            continue
        for problem in calendar_problems(calendar):
            subject.error(
                "calendar",
                node.key,
                field,
                _("calendar “%(key)s”: %(problem)s") % {"key": key, "problem": problem},
            )


def _check_gather(subject: Subject, node: StepNode, settings: Any) -> None:
    if settings.minimum_digits > settings.maximum_digits:
        message = _("is more than maximum_digits (%(maximum_digits)s): lower it") % {
            "maximum_digits": settings.maximum_digits
        }
        subject.error("digit_bounds", node.key, "minimum_digits", message)
    if settings.terminator and settings.terminator not in KEYS:
        message = _("“%(terminator)s” is not a key: use one of 0-9, * and #, or nothing") % {
            "terminator": settings.terminator
        }
        subject.error("terminator", node.key, "terminator", message)
    check_validator(subject, node, settings)
    if settings.read_back:
        for field in ("confirm_key", "reenter_key"):
            key = getattr(settings, field)
            if key not in KEYS:
                message = _("“%(key)s” is not a key: use one of 0-9, * and #") % {"key": key}
                subject.error("confirmation", node.key, field, message)
        if settings.confirm_key == settings.reenter_key:
            message = _("is also the key to confirm: choose another")
            subject.error("confirmation", node.key, "reenter_key", message)
    if not any(edge.match in INPUT_MATCHES for edge in node.edges):
        message = _("no entry can be right: add a choice on digits, a range, a pattern or any")
        subject.error("no_choices", node.key, "choices", message)


def _check_transfer(subject: Subject, node: StepNode, settings: Any) -> None:
    if settings.caller_id and not re.fullmatch(E164_PATTERN, settings.caller_id):
        message = _("“%(caller_id)s” is not a number: write it like +13125550100") % {
            "caller_id": settings.caller_id
        }
        subject.error("caller_id", node.key, "caller_id", message)


def _check_branch(subject: Subject, node: StepNode, settings: Any) -> None:
    subjects = (settings.variable, settings.calendar, settings.machine)
    if sum(bool(each) for each in subjects) != 1:
        message = _("give a variable, a calendar or machine: one of the three")
        subject.error("branch_subject", node.key, "variable", message)


_OWN_CHECKS: dict[str, Callable[[Subject, StepNode, Any], None]] = {
    "gather": _check_gather,
    "transfer": _check_transfer,
    "branch": _check_branch,
    "handler": check_handler,
    "ai_gather": check_ai_gather,
    "assistant": check_assistant,
    "record": check_record,
}
