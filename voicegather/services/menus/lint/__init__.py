"""The linter: everything that keeps a menu from being published, each with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.codec import CodecError
from voicegather.engine.graph import Graph
from voicegather.models import Menu, Step
from voicegather.services.menus.draft import Draft, read_draft
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.lint.choice_checks import check_choices
from voicegather.services.menus.lint.entry_checks import check_entries
from voicegather.services.menus.lint.loops import check_loops
from voicegather.services.menus.lint.menu_checks import check_menu
from voicegather.services.menus.lint.program import Program
from voicegather.services.menus.lint.prompt_checks import check_prompts
from voicegather.services.menus.lint.recording_checks import check_recordings
from voicegather.services.menus.lint.setting_checks import check_settings_of_steps
from voicegather.services.menus.lint.subject import Subject
from voicegather.services.menus.lint.variable_checks import check_variables

__all__ = ["lint_document", "lint_draft", "lint_menu"]


def lint_menu(menu: Menu) -> tuple[Finding, ...]:
    """Everything to mend in a menu as it stands: of the whole menu first, then step by step.

    A menu whose findings are all warnings can be published.
    """
    return lint_draft(read_draft(menu))


def lint_document(menu: Menu, document: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What a version of the menu, as compiled, lacks on this site as it is today.

    That is all that can change after its publication: kinds of steps and their settings, handlers,
    validators, calendars, other menus, destinations, loops through other menus, and recordings that
    are no longer at Telnyx.
    """
    try:
        graph = Graph.load(document, sha256="")
    except CodecError as problem:
        message = _("This release cannot read the version: %(problem)s") % {"problem": problem}
        return (Finding(Severity.ERROR, "", "", message, "unreadable"),)
    steps = [Step(key=node.key, config=dict(node.config)) for node in graph.steps.values()]
    subject = Subject(Draft(menu, tuple(steps), {}, {}))
    subject.graph = graph
    check_settings_of_steps(subject)
    check_loops(subject, Program.around(graph))
    check_recordings(subject)
    return tuple(subject.findings)


def lint_draft(draft: Draft) -> tuple[Finding, ...]:
    """As :func:`lint_menu`, of rows that are read already."""
    subject = Subject(draft)
    program = Program.around(subject.graph)
    check_menu(subject)
    check_settings_of_steps(subject)
    check_choices(subject)
    check_entries(subject)
    check_prompts(subject)
    check_variables(subject, program)
    check_loops(subject, program)
    order = {node.key: position for position, node in enumerate(subject.nodes)}
    return tuple(sorted(subject.findings, key=lambda finding: order.get(finding.step, -1)))
