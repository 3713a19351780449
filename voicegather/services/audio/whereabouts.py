"""Where recordings are just now: what publishing waits for, and what pages tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from voicegather.models import MediaUpload
from voicegather.models.jobs import JobState
from voicegather.services import moments
from voicegather.services.audio.accounts import accounts_in_use

#: Codes of findings that real calls alone have to wait for.
PENDING, FAILED = "media_pending", "media_failed"
NOT_AT_TELNYX = frozenset({PENDING, FAILED})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One recording in one account. `pk` is 0 where nobody has asked for it yet."""

    connection: str
    state: JobState
    until: datetime | None = None
    failure: str = ""
    pk: int = 0

    @property
    def is_there(self) -> bool:
        """Whether a call that comes now can play it, whatever a renewal does meanwhile."""
        return self.until is not None and self.until > moments.now()


def whereabouts_of(names: Iterable[str]) -> Mapping[str, tuple[Whereabouts, ...]]:
    """Of these files of the storage, one entry an account in use; two queries for all of them."""
    wanted = sorted({name for name in names if name})
    if not wanted:
        return {}
    accounts = accounts_in_use()
    rows = MediaUpload.objects.filter(audio__name__in=wanted, connection__in=accounts)
    found = {(row.audio.name, row.connection): row for row in rows.select_related("audio")}
    return {
        name: tuple(_entry(connection, found.get((name, connection))) for connection in accounts)
        for name in wanted
    }


def what_is_missing(entries: Iterable[Whereabouts]) -> tuple[str, str] | None:
    """Why a recording cannot be played in every account, as the linter's ``(code, problem)``."""
    missing = [each for each in entries if not each.is_there]
    for each in missing:
        if each.state == JobState.FAILED:
            return (
                FAILED,
                _(
                    "did not reach Telnyx (%(connection)s): %(failure)s "
                    "Then open the prompt and let it be tried again"
                )
                % {"connection": each.connection, "failure": each.failure},
            )
    for each in missing:
        return (
            PENDING,
            _("is on its way to Telnyx (%(connection)s): %(advice)s")
            % {
                "connection": each.connection,
                "advice": each.failure or _("wait a moment, and look again"),
            },
        )
    return None


def _entry(connection: str, row: MediaUpload | None) -> Whereabouts:
    if row is None:
        return Whereabouts(connection, JobState.WAITING)
    return Whereabouts(connection, JobState(row.state), row.expires_at, row.failure, row.pk)
