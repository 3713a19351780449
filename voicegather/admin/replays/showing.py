"""A finished replay as its page shows it: groups of calls, their examples, the diagram's marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.admin.replays.words import calls_words, grouped, headline
from voicegather.admin.teams import in_own_teams
from voicegather.engine.codec import CodecError
from voicegather.engine.edges import Match
from voicegather.models import Call, Replay
from voicegather.services.menus.choice_labels import label_of_choice
from voicegather.services.replays import NEWS, REASONS, News, Reason
from voicegather.services.replays.comparing import Verdict
from voicegather.services.replays.playing import Way
from voicegather.services.replays.running import Replayer
from voicegather.services.replays.tallying import Group, group_of

#: Groups whose examples are shown side by side, and how many of each.
GROUPS_WITH_EXAMPLES = 20
EXAMPLES_SHOWN = 3

_BARE = {Match.ANY.value: Match.ANY, Match.OTHERWISE.value: Match.OTHERWISE}


@dataclass(frozen=True)
class Stop:
    """One step on a way: its name, the exit it left by, and whether the ways part there."""

    name: str
    exit: str
    is_first_difference: bool = False


@dataclass(frozen=True)
class Example:
    """A call's way before and on the draft, side by side."""

    call: Call
    url: str
    before: list[Stop]
    after: list[Stop]
    ending: str


@dataclass(frozen=True)
class ShownGroup:
    """One line of the table."""

    number: int
    step: str
    old: str
    new: str
    count: str
    examples: list[Example]
    calls: list[tuple[str, str]]


class Names:
    """What steps are called: their names in the draft, else their keys."""

    def __init__(self, replay: Replay) -> None:
        steps = replay.document.get("steps", {})
        self._names: dict[str, str] = {key: step.get("name") or key for key, step in steps.items()}

    def step(self, key: str) -> str:
        return self._names.get(key, key)


def exit_words(exit_name: str) -> str:
    """An exit as people read it; choices are named by what takes them."""
    if exit_name in _BARE:
        return label_of_choice(_BARE[exit_name], "")
    return label_of_choice(Match.EXIT, exit_name) if exit_name not in ("", "hangup") else ""


def result_context(request: HttpRequest, replay: Replay) -> dict[str, Any]:
    """What the page says of a replay that is done; as many queries for any number of calls."""
    names = Names(replay)
    groups = [group_of(each) for each in replay.groups]
    verdicts, calls = _examples(request, replay, groups)
    return {
        "groups": [
            _shown(number, group, names, verdicts, calls)
            for number, group in enumerate(groups, start=1)
        ],
        "headline": headline(replay),
        "counts": list(_counts(replay)),
    }


def _counts(replay: Replay) -> Iterator[dict[str, Any]]:
    elsewhere = ngettext(
        "%(count)s ends in another step", "%(count)s end in another step", replay.elsewhere
    )
    why = _("The draft asks there what was never asked: what follows would be a guess.")
    reasons = sorted(replay.reasons.items(), key=lambda each: -each[1])
    notes = [elsewhere % {"count": grouped(replay.elsewhere)}] if replay.elsewhere else []
    yield _count(_("The same way"), replay.same)
    yield _count(_("Another way, to its end"), replay.other, *notes)
    yield _count(
        _("Another way, to something new"), replay.asking, *([why] if replay.asking else [])
    )
    yield _count(
        _("Cannot be replayed"),
        replay.unreplayable,
        *(f"{grouped(count)}: {REASONS[Reason(reason)]}" for reason, count in reasons),
    )


def _count(label: str, number: int, *notes: str) -> dict[str, Any]:
    return {"label": label, "number": grouped(number), "notes": notes}


def mark_drawing(drawing: dict[str, Any], replay: Replay, keys: Mapping[str, int]) -> None:
    """Mark where calls part in a menu's diagram; `keys` are the ids of its steps by their key."""
    parting: Counter[int] = Counter()
    new_ways: Counter[tuple[int, int]] = Counter()
    for group in map(group_of, replay.groups):
        step = keys.get(group.parting.step)
        if step is None:
            continue
        parting[step] += group.count
        to = keys.get(group.parting.new_next)
        if to is not None:
            new_ways[step, to] += group.count
    for node in drawing["nodes"]:
        count = parting.get(node["id"], 0)
        node["trouble"] = "warning" if count else ""
        node["problems"] = [_parting(count)] if count else []
        if count:
            node["label"] += ", " + _parting(count)
    for edge in drawing["edges"]:
        count = new_ways.get((edge["from"], edge["to"]), 0)
        if count:
            edge["role"] = "changed"
            edge["label"] += f" · {calls_words(count)}"


def _parting(count: int) -> str:
    text = ngettext(
        "%(count)s call goes another way from here",
        "%(count)s calls go another way from here",
        count,
    )
    return text % {"count": grouped(count)}


def _shown(
    number: int,
    group: Group,
    names: Names,
    verdicts: Mapping[int, Verdict],
    calls: Mapping[int, Call],
) -> ShownGroup:
    parting = group.parting
    examples = [
        _example(calls[call], verdicts[call], names)
        for call in group.examples
        if call in calls and call in verdicts
    ]
    seen = [
        (str(calls[call].pk), _call_url(calls[call])) for call in group.examples if call in calls
    ]
    return ShownGroup(
        number=number,
        step=names.step(parting.step) if parting.step else _("The beginning"),
        old=_turn(parting.old_exit, parting.old_next, None, names),
        new=_turn(parting.new_exit, parting.new_next, parting.news, names),
        count=grouped(group.count),
        examples=examples,
        calls=seen,
    )


def _turn(exit_name: str, to: str, news: News | None, names: Names) -> str:
    """“2 → Billing”, and where the way ends there, why."""
    where = names.step(to) if to else ""
    if news is not None:
        where = f"{where} … {NEWS[news]}" if where else str(NEWS[news])
    elif not where:
        where = _("the call ends")
    return f"{exit_words(exit_name)} → {where}" if exit_name else where


def _example(call: Call, verdict: Verdict, names: Names) -> Example:
    before, after = verdict.old.places, verdict.new.places
    both = min(len(before), len(after))
    at = next((i for i in range(both) if before[i].step != after[i].step), both)
    news = verdict.new.news
    return Example(
        call=call,
        url=_call_url(call),
        before=_stops(verdict.old, at, names),
        after=_stops(verdict.new, at, names),
        ending=str(NEWS[news]) if news else "",
    )


def _stops(way: Way, at: int, names: Names) -> list[Stop]:
    return [
        Stop(names.step(place.step), exit_words(place.exit), index == at)
        for index, place in enumerate(way.places)
    ]


def _call_url(call: Call) -> str:
    return reverse("admin:voicegather_call_change", args=[call.pk])


def _examples(
    request: HttpRequest, replay: Replay, groups: list[Group]
) -> tuple[dict[int, Verdict], dict[int, Call]]:
    """The example calls that the user may see, and what the replay makes of the first of them."""
    wanted = [call for group in groups for call in group.examples]
    visible = in_own_teams(request, Call.objects.filter(pk__in=wanted, menu=replay.menu))
    calls = {call.pk: call for call in visible.only("pk", "started_at", "caller", "called")}
    shown = [
        call
        for group in groups[:GROUPS_WITH_EXAMPLES]
        for call in group.examples[:EXAMPLES_SHOWN]
        if call in calls
    ]
    try:
        found = Replayer(replay.document).replay(shown) if shown else {}
    except CodecError:
        found = {}
    verdicts = {call: each for call, each in found.items() if isinstance(each, Verdict)}
    return verdicts, calls
