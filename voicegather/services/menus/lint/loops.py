"""Loops that never ask the caller for anything: the call would go round until its budget ends."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from voicegather.engine.edges import Action
from voicegather.services.menus.lint.program import Place, Program
from voicegather.services.menus.lint.subject import Subject
from voicegather.services.menus.lint.ways import ways


def check_loops(subject: Subject, program: Program) -> None:
    """Loops without input in the menu, and across the menus it enters or that enter it."""
    order = {node.key: position for position, node in enumerate(subject.nodes)}
    for loop in loops(program):
        mine = [key for slug, key in loop if slug == program.menu]
        step = min(mine, key=lambda key: order[key], default="")
        subject.error(
            "loop",
            step,
            "",
            _(
                "%(loop)s goes round without asking the caller anything: lead one of these "
                "steps to a question or to the end"
            )
            % {"loop": _path(loop, program)},
        )
    for slug, key in program.unasked_from_entry(program.menu):
        node = program.node((slug, key))
        if node and any(edge.action is Action.BACK for edge in ways(node)):
            message = _("goes back before anything was asked, and so to itself: lead it elsewhere")
            subject.warn("back_to_itself", key, "choices", message)


def loops(program: Program) -> Iterator[tuple[Place, ...]]:
    """At least one loop of each knot of steps that asks for nothing, each loop once."""
    seen: set[frozenset[Place]] = set()
    done: set[Place] = set()
    for slug, graph in program.graphs.items():
        for key in graph.steps:
            for loop in _loops_from((slug, key), program, done):
                if frozenset(loop) not in seen:
                    seen.add(frozenset(loop))
                    yield loop


def _loops_from(start: Place, program: Program, done: set[Place]) -> Iterator[tuple[Place, ...]]:
    """Depth first without recursion: an edge back onto the path closes a loop."""
    if start in done:
        return
    path = {start: iter(program.next_unasked(start))}
    while path:
        place, ahead = next(reversed(path.items()))
        following = next(ahead, None)
        if following is None:
            path.pop(place)
            done.add(place)
        elif following in path:
            places = list(path)
            yield tuple(places[places.index(following) :])
        elif following not in done:
            path[following] = iter(program.next_unasked(following))


def _path(loop: tuple[Place, ...], program: Program) -> str:
    names = [key if slug == program.menu else f"{slug}/{key}" for slug, key in (*loop, loop[0])]
    return " → ".join(names)
