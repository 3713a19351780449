"""Recordings that an account keeps: asked for again, found by their call, and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from voicegather.provider.client import Account, RefusedError, ask

ANSWER_SECONDS = 10.0
A_PAGE = 100
#: More recordings than one leg ever has.
MOST_OF_A_LEG = 1_000


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A recording as Telnyx lists it. `address` is good for ten minutes from now."""

    recording_id: str
    address: str = field(repr=False)
    format: str
    channels: str
    milliseconds: int | None
    began_at: datetime | None
    ended_at: datetime | None


def look_up(account: Account, recording_id: str) -> KeptRecording | None:
    """The recording with a fresh address, None where Telnyx has it no more. Raises RefusedError.

    Telnyx docs: retrieve a call recording.
    """
    try:
        answer = ask(
            account,
            lambda client: client.recordings.retrieve(recording_id, timeout=ANSWER_SECONDS),
        )
    except RefusedError as refused:
        if refused.http_status == 404:
            return None
        raise
    return _read(getattr(answer, "data", None))


def recordings_of_leg(account: Account, call_leg_id: str) -> list[KeptRecording]:
    """All recordings of one leg, the oldest first. Raises RefusedError.

    Telnyx docs: list all call recordings.
    """
    wanted: Any = {"filter": {"call_leg_id": call_leg_id}, "page_size": A_PAGE}
    found = ask(
        account,
        lambda client: _all_of(client.recordings.list(**wanted, timeout=ANSWER_SECONDS)),
    )
    return sorted(
        (each for each in map(_read, found) if each is not None),
        key=lambda each: each.began_at or datetime.max.replace(tzinfo=UTC),
    )


def delete_recording(account: Account, recording_id: str) -> None:
    """Have Telnyx delete it; what is gone already is deleted. Raises RefusedError.

    Telnyx docs: delete a call recording.
    """
    try:
        ask(
            account,
            lambda client: client.recordings.delete(recording_id, timeout=ANSWER_SECONDS),
        )
    except RefusedError as refused:
        if refused.http_status != 404:
            raise


def _all_of(pages: Iterable[object]) -> list[object]:
    """What the SDK finds on one page after the other; ValueError where those are none."""
    try:
        return list(islice(pages, MOST_OF_A_LEG))
    except AttributeError as problem:
        raise ValueError("The answer is no list.") from problem


def _read(data: object) -> KeptRecording | None:
    """The SDK checks nothing of what it reads: each field may be anything."""
    name = _text(getattr(data, "id", None), 64)
    if not name:
        return None
    format_, address = _first_address(getattr(data, "download_urls", None))
    length = getattr(data, "duration_millis", None)
    return KeptRecording(
        recording_id=name,
        address=address,
        format=format_,
        channels=_text(getattr(data, "channels", None), 10),
        milliseconds=length if isinstance(length, int) and 0 <= length < 2**31 else None,
        began_at=_moment(getattr(data, "recording_started_at", None)),
        ended_at=_moment(getattr(data, "recording_ended_at", None)),
    )


def _first_address(urls: Any) -> tuple[str, str]:
    pairs: Iterable[tuple[str, object]] = (
        (name, getattr(urls, name, None)) for name in ("mp3", "wav")
    )
    for name, url in pairs:
        if isinstance(url, str) and url:
            return name, url
    return "", ""


def _text(value: object, longest: int) -> str:
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
