"""Variables: known, collected on every way, and not spoken where they are secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from voicegather.engine.config import Role
from voicegather.engine.edges import Action, Edge
from voicegather.engine.graph import Graph, Sensitivity, StepNode, WordsKind
from voicegather.engine.steps.gather import ENTRY_VARIABLE
from voicegather.engine.template import placeholders
from voicegather.engine.turn import BUILT_IN_VARIABLES
from voicegather.engine.variables import VARIABLE_NAME, read_declared
from voicegather.services.menus.draft import named_in, prompts_named, settings_with_role
from voicegather.services.menus.lint.menu_checks import reachable
from voicegather.services.menus.lint.program import Program
from voicegather.services.menus.lint.subject import Subject, names_with_role, readable
from voicegather.services.menus.lint.ways import ways
from voicegather.services.wording import translated

READ_BACK = "read_back"
#: The settings that name what a step collects.
_NAMING = ("variable", "variables", "fields")


def check_variables(subject: Subject, program: Program) -> None:
    """Every variable that a prompt speaks or a branch asks, and every one that a step collects."""
    _check_declared(subject)
    collectors = _collectors(program)
    certain = certain_at_entry(subject.graph)
    for node in subject.nodes:
        _check_name(subject, node)
        for field, variable in _asked(node):
            _check_known(subject, node, field, variable, collectors, certain)
        for field, variable in dict.fromkeys(_spoken(subject.graph, node)):
            if variable == ENTRY_VARIABLE and field == READ_BACK:
                _check_secrecy(subject, node, field, variable, [node])
                continue
            _check_known(subject, node, field, variable, collectors, certain)
            _check_secrecy(subject, node, field, variable, collectors.get(variable, []))
        for field, variable in dict.fromkeys(_filled_in(node)):
            _check_known(subject, node, field, variable, collectors, certain)
            check = _check_passing if _hands_on(node) else _check_secrecy
            check(subject, node, field, variable, collectors.get(variable, []))


def collected_by(node: StepNode) -> tuple[str, ...]:
    """The variables that a visit to the step may set."""
    found = readable(node)
    return found[0].variables_of(found[1], node.key) if found else ()


def _assured_by(node: StepNode, edge: Edge) -> tuple[str, ...]:
    found = readable(node)
    return found[0].assures(node, edge) if found else ()


def certain_at_entry(graph: Graph) -> Mapping[str, frozenset[str]]:
    """The variables that are collected on every way from the menu's entry to each step.

    Which of its variables a step has collected for certain depends on the way that it is left by.
    Those that the menu declares have a value from the beginning.
    """
    declared = frozenset(each.name for each in graph.variables)
    collected = frozenset(name for node in graph.steps.values() for name in collected_by(node))
    certain = dict.fromkeys(graph.steps, declared | collected) | {graph.entry: declared}
    waiting = [graph.entry]
    while waiting:
        node = graph.steps.get(waiting.pop())
        if node is None:
            continue
        for edge in ways(node):
            if edge.action is not Action.GOTO or edge.target not in graph.steps:
                continue
            known = certain[node.key] | set(_assured_by(node, edge))
            if not certain[edge.target] <= known:
                certain[edge.target] &= known
                waiting.append(edge.target)
    return certain


def _collectors(program: Program) -> dict[str, list[StepNode]]:
    """The reachable steps that collect each variable, in this menu and those around it.

    A variable that a menu declares is among them, without a step where none collects it.
    """
    found: dict[str, list[StepNode]] = {}
    for graph in program.graphs.values():
        for declared in graph.variables:
            found.setdefault(declared.name, [])
        for key in sorted(reachable(graph)):
            for variable in collected_by(graph.steps[key]):
                found.setdefault(variable, []).append(graph.steps[key])
    return found


def _asked(node: StepNode) -> Iterator[tuple[str, str]]:
    return iter(()) if collected_by(node) else names_with_role(node, Role.VARIABLE)


def _spoken(graph: Graph, node: StepNode) -> Iterator[tuple[str, str]]:
    for field, key in prompts_named(node.kind, node.config):
        for words in graph.prompts.get(key, {}).values():
            if words.kind in (WordsKind.TEXT, WordsKind.SSML):
                for each in placeholders(words.text):
                    yield field, each.name


def _filled_in(node: StepNode) -> Iterator[tuple[str, str]]:
    """The variables in a step's own texts."""
    for field, value in settings_with_role(node.kind, node.config, Role.TEMPLATE):
        for text in named_in(value):
            for each in placeholders(text):
                yield field, each.name


def _check_declared(subject: Subject) -> None:
    """What a call may bring is well-formed, and no name of it means something else, too."""
    declared, problems = read_declared(subject.draft.menu.variables)
    for problem in problems:
        place = f"variables.{problem.field}" if problem.field else "variables"
        subject.error("variables", "", place, translated(problem.message))
    collectors = {name: node.key for node in reversed(subject.nodes) for name in collected_by(node)}
    for index, each in enumerate(declared):
        place = f"variables.{index}.name"
        if each.name in BUILT_IN_VARIABLES | {ENTRY_VARIABLE}:
            message = _(
                "“%(variable)s” cannot be brought by a call: every call has its own "
                "“%(variable)s”; name it otherwise"
            ) % {"variable": each.name}
            subject.error("variable_built_in", "", place, message)
        elif each.name in collectors:
            message = _(
                "“%(variable)s” may be brought by a call, and step %(step)s collects "
                "“%(variable)s”, too: name one of the two otherwise"
            ) % {"variable": each.name, "step": collectors[each.name]}
            subject.error("variable_twice", "", place, message)


def _check_name(subject: Subject, node: StepNode) -> None:
    found = readable(node)
    field = next((each for each in _NAMING if found and hasattr(found[1], each)), "")
    for variable in collected_by(node):
        if not VARIABLE_NAME.fullmatch(variable):
            message = _(
                "“%(variable)s” cannot be a variable: use letters, digits and underscores"
            ) % {"variable": variable}
            subject.error("variable_name", node.key, field, message)
        if variable in BUILT_IN_VARIABLES | {ENTRY_VARIABLE}:
            message = _(
                "hides what prompts know as “%(variable)s”: name the variable otherwise"
            ) % {"variable": variable}
            subject.warn("variable_hides", node.key, field, message)


def _check_known(
    subject: Subject,
    node: StepNode,
    field: str,
    variable: str,
    collectors: Mapping[str, list[StepNode]],
    certain: Mapping[str, frozenset[str]],
) -> None:
    if variable in BUILT_IN_VARIABLES:
        return
    if variable not in collectors:
        known = ", ".join(sorted(BUILT_IN_VARIABLES | set(collectors)))
        message = _(
            "the variable “%(variable)s” is never collected here, and the menu does not say that "
            "a call may bring it; known: %(known)s"
        ) % {"variable": variable, "known": known}
        subject.error("variable_unknown", node.key, field, message)
    elif variable not in certain[node.key]:
        message = _("“%(variable)s” is empty when callers come here before they entered it") % {
            "variable": variable
        }
        subject.warn("variable_uncollected", node.key, field, message)


def _check_secrecy(
    subject: Subject, node: StepNode, field: str, variable: str, collectors: list[StepNode]
) -> None:
    for each in collectors:
        if each.sensitivity is Sensitivity.NORMAL or _may_be_spoken(each):
            continue
        message = _(
            "speaks “%(variable)s”, which step %(step)s keeps %(sensitivity)s: remove it from "
            "the prompt, or set speak_secret there"
        ) % {
            "variable": variable,
            "step": each.key,
            "sensitivity": translated(each.sensitivity.value),
        }
        subject.error("secret_spoken", node.key, field, message)
        return


def _check_passing(
    subject: Subject, node: StepNode, field: str, variable: str, collectors: list[StepNode]
) -> None:
    found = readable(node)
    if found is None or found[1].pass_sensitive:
        return
    for each in collectors:
        if each.sensitivity is not Sensitivity.NORMAL:
            message = _(
                "hands on “%(variable)s”, which step %(step)s keeps %(sensitivity)s: remove it, or "
                "set pass_sensitive"
            ) % {
                "variable": variable,
                "step": each.key,
                "sensitivity": translated(each.sensitivity.value),
            }
            subject.error("secret_passed", node.key, field, message)
            return


def _hands_on(node: StepNode) -> bool:
    """Whether the step's texts go to the site's own functions: what a model is told is spoken."""
    found = readable(node)
    return found is not None and hasattr(found[1], "pass_sensitive")


def _may_be_spoken(node: StepNode) -> bool:
    found = readable(node)
    return found is not None and getattr(found[1], "speak_secret", False)
