"""The menu as a whole: languages, entry, and steps that nobody reaches."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from voicegather.engine.edges import Action
from voicegather.engine.graph import Graph
from voicegather.services.menus.draft import is_list_of_text
from voicegather.services.menus.files.form import LANGUAGE_PATTERN
from voicegather.services.menus.lint.subject import Subject


def check_menu(subject: Subject) -> None:
    """Languages that cannot be read, no entry, unreachable steps."""
    _check_languages(subject)
    if not subject.graph.entry:
        subject.error("no_entry", "", "entry", _("no step is the entry: mark the first one"))
        return
    reached = reachable(subject.graph)
    for node in subject.nodes:
        if node.key not in reached:
            subject.error(
                "unreachable",
                node.key,
                "",
                _("no choice leads here: lead one to this step, or remove it"),
            )


def reachable(graph: Graph) -> set[str]:
    """The keys of the steps that choices lead to from the entry, its own included."""
    reached: set[str] = set()
    waiting = [graph.entry]
    while waiting:
        key = waiting.pop()
        if key in reached or key not in graph.steps:
            continue
        reached.add(key)
        edges = graph.steps[key].edges
        waiting += [edge.target for edge in edges if edge.action is Action.GOTO]
    return reached


def _check_languages(subject: Subject) -> None:
    languages = subject.draft.menu.languages
    if not is_list_of_text(languages) or not languages:
        subject.error(
            "languages", "", "languages", _('must list the enabled languages, such as ["en-US"]')
        )
        return
    for language in languages:
        if not re.fullmatch(LANGUAGE_PATTERN, language):
            subject.error(
                "languages",
                "",
                "languages",
                _("“%(language)s” is not a language such as en-US") % {"language": language},
            )
    for language in sorted({each for each in languages if languages.count(each) > 1}):
        subject.error(
            "languages",
            "",
            "languages",
            _("%(language)s stands twice: keep one of the two") % {"language": language},
        )
