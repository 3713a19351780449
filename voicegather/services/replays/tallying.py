"""What many replayed calls come to: counts, and the differences grouped by where ways part."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from voicegather.services.replays.comparing import Parting, Verdict
from voicegather.services.replays.outcomes import News

#: Groups that are kept, the largest first, and the calls named in each.
MOST_GROUPS = 200
EXAMPLES = 5


@dataclass
class Group:
    """Calls that part from their way at one place in one manner; `examples` are their ids."""

    parting: Parting
    count: int = 0
    elsewhere: int = 0
    examples: list[int] = field(default_factory=list)

    def to_document(self) -> dict[str, Any]:
        """As JSON, which :func:`group_of` reads."""
        return {
            **asdict(self.parting),
            "count": self.count,
            "elsewhere": self.elsewhere,
            "examples": self.examples,
        }


def group_of(document: dict[str, Any]) -> Group:
    rest = dict(document)
    news = rest.pop("news")
    count, elsewhere, examples = rest.pop("count"), rest.pop("elsewhere"), rest.pop("examples")
    parting = Parting(**rest, news=News(news) if news else None)
    return Group(parting, count, elsewhere, examples)


@dataclass
class Tally:
    same: int = 0
    other: int = 0
    asking: int = 0
    elsewhere: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    by_parting: dict[Parting, Group] = field(default_factory=dict)

    def count(self, call: int, verdict: Verdict) -> None:
        parting = verdict.parting
        if parting is None:
            self.same += 1
            return
        if parting.news is None:
            self.other += 1
        else:
            self.asking += 1
        group = self.by_parting.setdefault(parting, Group(parting))
        group.count += 1
        if verdict.ends_elsewhere:
            self.elsewhere += 1
            group.elsewhere += 1
        if len(group.examples) < EXAMPLES:
            group.examples.append(call)

    def groups(self) -> list[Group]:
        """The largest first; alike ones by their step."""
        found = sorted(self.by_parting.values(), key=lambda each: (-each.count, each.parting.step))
        return found[:MOST_GROUPS]
