"""What of an event is sealed before it is stored: every field that carries what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: The names, wherever in a payload they stand (Telnyx docs: call webhooks): keys of a keypad,
#: results and histories of AI gathers and assistants, insights, transcripts, and the addresses
#: under which anybody can fetch a recording.
SPOKEN_FIELDS = frozenset(
    {
        "digit",
        "digits",
        "message_history",
        "messages",
        "partial_results",
        "public_recording_urls",
        "recording_urls",
        "result",
        "results",
        "speech",
        "transcript",
        "transcription",
        "transcription_text",
    }
)
#: Far deeper than any documented event, far from where recursion ends.
DEEPEST = 64

#: A field taken out: the keys that lead to it, and its value.
Spoken = tuple[list[str | int], Any]
Mend = Callable[[str], str]


def take_out(
    payload: dict[str, Any], *, proper: bool = False
) -> tuple[dict[str, Any], list[Spoken]]:
    """`payload` without what was said, and what was said, for :func:`put_back`.

    NULs and lone surrogates, which PostgreSQL refuses in JSON, become U+FFFD; no text is looked at
    when all of them are known to be `proper`. Raises ValueError for a payload that is nested more
    than 64 levels deep.
    """
    spoken: list[Spoken] = []
    mended = _as_it_is if proper else storable
    return _kept(payload, [], spoken, mended), spoken


def may_be_improper(text: str) -> bool:
    """Whether a JSON text, read from strict UTF-8, may hold NULs or lone surrogates.

    Both are written there as escapes alone (RFC 8259, section 7).
    """
    return "\\u" in text


def put_back(payload: dict[str, Any], spoken: list[Any]) -> dict[str, Any]:
    """The payload as it came, of the two parts that :func:`take_out` made; changes neither."""
    whole: dict[str, Any] = _copied(payload)
    for path, value in spoken:
        *parents, name = path
        container: Any = whole
        for parent in parents:
            container = container[parent]
        container[name] = value
    return whole


def storable(text: str) -> str:
    """`text` with NULs and lone surrogates replaced, as every database takes it."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    proper = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return proper.replace("\0", "\ufffd")


def _as_it_is(text: str) -> str:
    return text


def _kept(value: Any, path: list[str | int], spoken: list[Spoken], mended: Mend) -> Any:
    if isinstance(value, dict):
        _mind_depth(len(path))
        kept = {}
        for key, item in value.items():
            name = mended(key)
            if name in SPOKEN_FIELDS:
                spoken.append(([*path, name], _whole(item, len(path) + 1, mended)))
            elif isinstance(item, str):
                kept[name] = mended(item)
            else:
                kept[name] = _kept(item, [*path, name], spoken, mended)
        return kept
    if isinstance(value, list):
        _mind_depth(len(path))
        return [_kept(item, [*path, index], spoken, mended) for index, item in enumerate(value)]
    return mended(value) if isinstance(value, str) else value


def _whole(value: Any, depth: int, mended: Mend) -> Any:
    if isinstance(value, dict):
        _mind_depth(depth)
        return {mended(key): _whole(item, depth + 1, mended) for key, item in value.items()}
    if isinstance(value, list):
        _mind_depth(depth)
        return [_whole(item, depth + 1, mended) for item in value]
    return mended(value) if isinstance(value, str) else value


def _mind_depth(depth: int) -> None:
    if depth >= DEEPEST:
        raise ValueError(f"The payload is nested over {DEEPEST} levels deep.")


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
