"""Replays run in the background: past calls in batches, and what they come to stored at the end."""

from __future__ import annotations

from collections.abc import Sequence

from voicegather.models import Replay
from voicegather.services.budgets import limits_of_calls
from voicegather.services.jobs import Progress, job_kind
from voicegather.services.replays.choosing import batches, choice_of, count_matching
from voicegather.services.replays.comparing import Judge, Verdict
from voicegather.services.replays.past import NotReplayableError
from voicegather.services.replays.reading import read_calls
from voicegather.services.replays.surroundings import ReplayMenus
from voicegather.services.replays.tallying import Tally
from voicegather.services.trials.drafts import graph_of_document


class Replayer:
    """Replays calls on a compiled draft. Raises CodecError where this release cannot read it."""

    def __init__(self, document: dict[str, object]) -> None:
        self.menus = ReplayMenus(graph_of_document(document))
        self._judge = Judge(self.menus, limits_of_calls())

    def replay(self, calls: Sequence[int]) -> dict[int, Verdict | NotReplayableError]:
        """What the draft makes of these calls, in their order; those that are gone are left out.

        The number of queries does not depend on how many there are.
        """
        read = read_calls(calls, self.menus)
        found: dict[int, Verdict | NotReplayableError] = {}
        for call in calls:
            past = read.get(call)
            if isinstance(past, NotReplayableError):
                found[call] = past
            elif past is not None:
                try:
                    found[call] = self._judge.judge(past)
                except NotReplayableError as problem:
                    found[call] = problem
        return found


@job_kind("replay", model=Replay)
def run_replay(replay: Replay, progress: Progress) -> None:
    """Replay the calls; a worker's death leaves nothing behind, and the next begins anew."""
    choice = choice_of(replay)
    progress.total(count_matching(choice))
    replayer, tally = Replayer(replay.document), Tally()
    for calls in batches(choice):
        for call, found in replayer.replay(calls).items():
            if isinstance(found, NotReplayableError):
                tally.reasons[found.reason] += 1
            else:
                tally.count(call, found)
        progress.advance(len(calls))
    _store(replay, tally)


def _store(replay: Replay, tally: Tally) -> None:
    Replay.objects.filter(pk=replay.pk, lease_owner=replay.lease_owner).update(
        same=tally.same,
        other=tally.other,
        asking=tally.asking,
        elsewhere=tally.elsewhere,
        reasons=dict(tally.reasons),
        groups=[group.to_document() for group in tally.groups()],
    )
