"""Choices: where they lead, whether they can be taken, and exits that have none."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.engine.config import Role
from voicegather.engine.edges import Action, Edge, Match, field_of
from voicegather.engine.graph import StepNode
from voicegather.services.calendars import exits_of
from voicegather.services.menus.lint.subject import Subject, names_with_role, readable
from voicegather.services.menus.lint.ways import leaves_by_calendar, own_edges, takes


def check_choices(subject: Subject) -> None:
    """Every choice of the menu and of its steps, and the exits that lack one."""
    for index, edge in enumerate(subject.shared):
        _check_lead(subject, "", index, edge)
        if not any(takes(node, edge) for node in subject.nodes):
            message = _("no step leaves by “%(choice)s”: remove the choice") % {
                "choice": edge.label
            }
            subject.warn("never_taken", "", f"choices[{index}]", message)
    for node in subject.nodes:
        for index, edge in enumerate(own_edges(node)):
            _check_lead(subject, node.key, index, edge)
            _check_taken(subject, node, index, edge)
        _check_exits(subject, node)


def _check_lead(subject: Subject, step: str, index: int, edge: Edge) -> None:
    if edge.action is Action.GOTO and not edge.target:
        message = _("“%(choice)s” leads nowhere: choose the step that it leads to") % {
            "choice": edge.label
        }
        subject.error("target_missing", step, f"choices[{index}]", message)
    if edge.language and edge.language not in subject.graph.languages:
        message = _("%(language)s is not a language of this menu: enable it, or choose another") % {
            "language": edge.language
        }
        subject.error("choice_language", step, f"choices[{index}]", message)


def _check_taken(subject: Subject, node: StepNode, index: int, edge: Edge) -> None:
    place = f"choices[{index}]"
    if edge.match is Match.EXIT and leaves_by_calendar(node):
        if edge.value not in _calendar_exits(subject, node):
            message = _("the calendar never says “%(choice)s”: add it to its further exits") % {
                "choice": edge.value
            }
            subject.warn("never_taken", node.key, place, message)
    elif not takes(node, edge):
        subject.error("never_taken", node.key, place, _never_taken(node, edge))


def _never_taken(node: StepNode, edge: Edge) -> str:
    found = readable(node)
    if edge.match is Match.FIELD and found is not None and found[0].takes_fields:
        fields = ", ".join(found[0].variables_of(found[1], node.key)) or "none"
        return _("the step has no field “%(field)s”: name one of its own, %(fields)s") % {
            "field": field_of(edge.value),
            "fields": fields,
        }
    return _("a step of this kind never leaves by “%(choice)s”: remove the choice") % {
        "choice": edge.label
    }


def _calendar_exits(subject: Subject, node: StepNode) -> set[str]:
    found = readable(node)
    exits = set(found[0].possible_exits(found[1])) if found else set()
    for _name, key in names_with_role(node, Role.CALENDAR):
        if calendar := subject.calendars.get(key):
            exits.update(exits_of(calendar))
    return exits


def _check_exits(subject: Subject, node: StepNode) -> None:
    found = readable(node)
    if found is None:
        return
    kind, settings = found
    for name in kind.required_exits(settings):
        if node.exit_edge(name) is not None:
            continue
        if name == Match.OTHERWISE:
            message = _(
                "a value that no choice names has no way on: add a choice on otherwise: true"
            )
        else:
            message = _("nothing leads on from “%(name)s”: add a choice on exit %(name)s") % {
                "name": name
            }
        subject.error("exit_missing", node.key, "choices", message)
