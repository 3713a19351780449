"""Two ways of one call, compared: where they part first."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.codec import CodecError
from voicegather.engine.limits import Limits
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.replays.outcomes import News, Reason
from voicegather.services.replays.past import NotReplayableError, PastCall
from voicegather.services.replays.playing import Way, play, way_of
from voicegather.services.replays.surroundings import ReplayMenus


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a call's way on the draft parts from its own: the last step of both, and what follows.

    `step` is "" where the ways part at once; a `…_next` is "" where the call goes no further.
    """

    step: str
    old_exit: str
    old_next: str
    new_exit: str
    new_next: str
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both ways of a call, and where they part; None where they do not."""

    old: Way
    new: Way
    parting: Parting | None

    @property
    def ends_elsewhere(self) -> bool:
        """Whether the draft leads the call to its end, and that is in another step."""
        if self.new.news is not None:
            return False
        return _last_step(self.old) != _last_step(self.new)


class Judge:
    """Replays calls on one draft; a call that differs is proved on its own version first."""

    def __init__(self, draft: ReplayMenus, limits: Limits) -> None:
        self._draft = draft
        self._limits = limits
        self._versions: dict[str, ReplayMenus] = {}

    def judge(self, past: PastCall) -> Verdict:
        """What the draft makes of a call. Raises NotReplayableError.

        A difference counts only where the record leads the call's own version to its own way: then
        it is the draft that differs, and not what the record leaves out.
        """
        try:
            old = way_of(self._draft, past)
            new = play(self._draft, past, self._limits)
            parting = part(old, new)
            if parting is not None:
                own = play(self._own_version(past), past, self._limits)
                if part(old, own) is not None:
                    raise NotReplayableError(Reason.NOT_ON_RECORD)
        except (VersionMissingError, CodecError) as problem:
            raise NotReplayableError(Reason.VERSION_GONE) from problem
        return Verdict(old, new, parting)

    def _own_version(self, past: PastCall) -> ReplayMenus:
        if past.graph not in self._versions:
            self._versions[past.graph] = ReplayMenus(self._draft.graph(past.graph))
        return self._versions[past.graph]


def part(old: Way, new: Way) -> Parting | None:
    """Where two ways part. A way is its steps: by which exit a step leads on to the same does not
    matter, a choice may have been given another name.
    """
    before, after = old.places, new.places
    both = min(len(before), len(after))
    at = next((i for i in range(both) if before[i].step != after[i].step), both)
    if at == len(before) == len(after) and new.news is None:
        return None
    last_old = before[at - 1] if at else None
    last_new = after[at - 1] if at else None
    return Parting(
        step=last_old.step if last_old else "",
        old_exit=last_old.exit if last_old else "",
        old_next=before[at].step if at < len(before) else "",
        new_exit=last_new.exit if last_new else "",
        new_next=after[at].step if at < len(after) else "",
        news=new.news,
    )


def _last_step(way: Way) -> str:
    return way.places[-1].step if way.places else ""
