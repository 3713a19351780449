"""What happens in a test's call, and how that differs from what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from voicegather.engine.graph import Sensitivity
from voicegather.engine.steps.gather_judging import ENTRY_VARIABLE
from voicegather.services.trials.network import Line


@dataclass(frozen=True, slots=True)
class Value:
    """What a variable holds at the end, and whether it may be shown."""

    text: str = field(repr=False)
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """The steps visited, each with the exit it left by ("" where the call is), and the rest.

    Steps of other menus are named ``menu/step``. `outcome` is "" while the call goes on.
    """

    steps: tuple[tuple[str, str], ...]
    values: Mapping[str, Value]
    outcome: str


def happened_in(line: Line, menu: str) -> Happened:
    """What happened in a call that began in the menu with this slug."""
    return Happened(
        steps=tuple(
            (each.step if each.menu == menu else f"{each.menu}/{each.step}", each.exit)
            for each in line.path
        ),
        values={
            name: Value(
                variable.value.reveal(),
                is_sensitive=variable.sensitivity is not Sensitivity.NORMAL,
            )
            for name, variable in line.state.variables.items()
            if name != ENTRY_VARIABLE
        },
        outcome=line.state.outcome or "",
    )


def differences(expected: Happened, found: Happened) -> Iterator[str]:
    """Everything in which `found` is not what is expected, in words that quote no secret.

    Variables of which nothing is expected may hold anything.
    """
    yield from _step_differences(expected.steps, found.steps)
    for name, value in expected.values.items():
        now = found.values.get(name)
        if now is None:
            yield _("“%(name)s” is not gathered any more.") % {"name": name}
        elif now.text != value.text:
            if now.is_sensitive or value.is_sensitive:
                yield _("“%(name)s” is not what it was.") % {"name": name}
            else:
                text = _("“%(name)s” is “%(now)s”, expected was “%(before)s”.")
                yield text % {"name": name, "now": now.text, "before": value.text}
    if expected.outcome != found.outcome:
        text = _("The call ends as “%(now)s”, expected was “%(before)s”.")
        yield text % {"now": _outcome(found.outcome), "before": _outcome(expected.outcome)}


def _step_differences(
    expected: tuple[tuple[str, str], ...], found: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    """The first step that differs: all that come after it follow from that."""
    for index in range(max(len(expected), len(found))):
        before = expected[index] if index < len(expected) else None
        now = found[index] if index < len(found) else None
        if before == now:
            continue
        place = {"number": index + 1}
        if now is None and before is not None:
            text = _("Step %(number)s: “%(step)s” is not reached any more.")
            yield text % {**place, "step": before[0]}
        elif before is None and now is not None:
            text = _("Step %(number)s: “%(step)s” was not expected.")
            yield text % {**place, "step": now[0]}
        elif before is not None and now is not None and before[0] != now[0]:
            text = _("Step %(number)s is “%(now)s”, expected was “%(before)s”.")
            yield text % {**place, "now": now[0], "before": before[0]}
        elif before is not None and now is not None:
            text = _("Step %(number)s, “%(step)s”, leaves by “%(now)s”, expected was “%(before)s”.")
            names = {"now": now[1] or _("nothing"), "before": before[1] or _("nothing")}
            yield text % {**place, "step": now[0], **names}
        return


def _outcome(name: str) -> str:
    return name or _("still under way")
