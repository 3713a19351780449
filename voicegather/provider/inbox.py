"""What of an event is sealed before it is stored: every field that carries what was said."""

from __future__ import annotations

from typing import Any

#: The names, wherever in a payload they stand (Telnyx docs: call webhooks): keys of a keypad,
#: results and histories of AI gathers and assistants, insights, and transcripts.
SPOKEN_FIELDS = frozenset(
    {
        "digit",
        "digits",
        "message_history",
        "messages",
        "partial_results",
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


def take_out(payload: dict[str, Any]) -> tuple[dict[str, Any], list[Spoken]]:
    """`payload` without what was said, and what was said, for :func:`put_back`.

    NULs and lone surrogates, which PostgreSQL refuses in JSON, become U+FFFD. Raises ValueError
    for a payload that is nested more than 64 levels deep.
    """
    spoken: list[Spoken] = []
    return _kept(payload, [], spoken), spoken


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


def _kept(value: Any, path: list[str | int], spoken: list[Spoken]) -> Any:
    if isinstance(value, dict):
        _mind_depth(len(path))
        kept = {}
        for key, item in value.items():
            name = storable(key)
            if name in SPOKEN_FIELDS:
                spoken.append(([*path, name], _storable(item, len(path) + 1)))
            else:
                kept[name] = _kept(item, [*path, name], spoken)
        return kept
    if isinstance(value, list):
        _mind_depth(len(path))
        return [_kept(item, [*path, index], spoken) for index, item in enumerate(value)]
    return storable(value) if isinstance(value, str) else value


def _storable(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        _mind_depth(depth)
        return {storable(key): _storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        _mind_depth(depth)
        return [_storable(item, depth + 1) for item in value]
    return storable(value) if isinstance(value, str) else value


def _mind_depth(depth: int) -> None:
    if depth >= DEEPEST:
        raise ValueError(f"The payload is nested over {DEEPEST} levels deep.")


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
