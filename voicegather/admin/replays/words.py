"""A replay in a few words: which calls it took, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.models import Replay
from voicegather.models.jobs import JobState


def grouped(number: int) -> str:
    """A number with its thousands apart, in the reader's way."""
    return number_format(number, force_grouping=True)


def choice_words(replay: Replay) -> str:
    """“any version, from May 1, 2026, the newest 10,000”."""
    return ", ".join(_parts(replay))


def _parts(replay: Replay) -> Iterator[str]:
    version = replay.version
    yield _("version %s") % version.number if version else _("any version")
    if replay.number is not None:
        yield replay.number.number
    if replay.first_day is not None:
        yield _("from %s") % date_format(replay.first_day)
    if replay.last_day is not None:
        yield _("to %s") % date_format(replay.last_day)
    yield (
        _("the newest %s") % grouped(replay.most) if replay.most > 1 else _("the newest call alone")
    )


def result_words(replay: Replay) -> str:
    """“312 of 10,000 another way”, or how it stands."""
    if replay.state != JobState.DONE:
        return str(replay.get_state_display())
    counts = {"differing": grouped(replay.differing), "all": grouped(replay.replayed)}
    return _("%(differing)s of %(all)s another way") % counts


def headline(replay: Replay) -> str:
    """What the replay found, in a sentence."""
    if not replay.replayed:
        return _("None of the calls could be replayed.")
    if not replay.differing:
        text = ngettext(
            "%(all)s call would go the same way.",
            "All %(all)s calls would go the same way.",
            replay.replayed,
        )
    else:
        text = ngettext(
            "%(differing)s of %(all)s call would go another way.",
            "%(differing)s of %(all)s calls would go another way.",
            replay.replayed,
        )
    return text % {"differing": grouped(replay.differing), "all": grouped(replay.replayed)}


def calls_words(count: int) -> str:
    return ngettext("%(count)s call", "%(count)s calls", count) % {"count": grouped(count)}


def matching_words(count: int) -> str:
    """How many calls a replay would take, said before it is started."""
    if not count:
        return _("No call matches.")
    text = ngettext(
        "%(count)s call matches and would be replayed.",
        "%(count)s calls match and would be replayed.",
        count,
    )
    return text % {"count": grouped(count)}
