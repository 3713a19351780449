"""``python -m benchmarks.history_child TURNS CONVERSATIONS``: the history benchmark's own site.

Prints a line of JSON: milliseconds of each update by conversation, and what the last one left.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from uuid import uuid4

import django

ASSISTANT = "assistant-00000000-0000-4000-8000-000000000000"
NUMBER = "+13125550100"
HISTORY = "call.ai_gather.message_history_updated"
#: About what people and models say in one turn.
WORDS = "I moved last week, and the letters still go to the old address. Can you change that? "


def measure(turns: int, conversations: int) -> dict[str, Any]:
    """Publish a menu that begins with an assistant, and have it talk so often."""
    _publish()
    milliseconds = []
    for _ in range(conversations):
        leg = f"v3:{uuid4()}"
        milliseconds.append(_talk(leg, turns))
    return {"milliseconds": milliseconds, "stored": _stored(leg, turns)}


def _publish() -> None:
    from voicegather.models import Menu, MenuVersion, PhoneNumber

    exits = ("done", "failure", "time_limit")
    steps = {
        "talk": {
            "key": "talk",
            "kind": "assistant",
            "config": {"assistant": ASSISTANT},
            "edges": [{"match": "exit", "value": name, "target": "bye"} for name in exits],
        },
        "bye": {"key": "bye", "kind": "hangup", "config": {}},
    }
    document = {"format": 1, "menu": "talk", "entry": "talk", "languages": ["en-US"]}
    menu = Menu.objects.create(slug="talk", name="Talk")
    menu.live_version = MenuVersion.objects.create(
        menu=menu, number=1, format=1, sha256="0" * 64, document=document | {"steps": steps}
    )
    menu.save()
    PhoneNumber.objects.create(number=NUMBER, menu=menu)


def _talk(leg: str, turns: int) -> list[float]:
    """Milliseconds of `process_call` for each update: the one after turn 1 first."""
    from benchmarks.caller import work_on
    from benchmarks.events import envelope
    from voicegather.models import Call
    from voicegather.provider.client_state import ClientState, encode
    from voicegather.services.calls import process_call
    from voicegather.services.receive import receive_event

    for event_type in ("call.initiated", "call.answered"):
        work_on(event_type, json.dumps(envelope(event_type, leg, direction="incoming")).encode())
    call = Call.objects.get(legs__call_control_id=leg)
    state = encode(ClientState(call.token, call.conversations.get().seq))
    history = _history(turns)
    taken = []
    for told in range(1, turns + 1):
        event = envelope(HISTORY, leg, client_state=state, message_history=history[:told])
        receive_event(json.dumps(event).encode())
        began = time.perf_counter()
        process_call(leg)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _history(turns: int) -> list[dict[str, str]]:
    return [
        {"role": "user" if number % 2 else "assistant", "content": f"{number} {WORDS}"}
        for number in range(turns)
    ]


def _stored(leg: str, turns: int) -> dict[str, int]:
    """Rows and bytes of the call on this leg, and what was told of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(pg_column_size(turn.*)) FROM voicegather_turn turn "
            "JOIN voicegather_conversation said ON said.id = turn.conversation_id "
            "JOIN voicegather_callleg leg ON leg.call_id = said.call_id "
            "WHERE leg.call_control_id = %s",
            [leg],
        )
        turn_rows, turn_bytes = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), sum(pg_column_size(event.*)) FROM voicegather_callevent event "
            "WHERE call_control_id = %s AND event_type = %s",
            [leg, HISTORY],
        )
        event_rows, event_bytes = cursor.fetchone()
    sizes = [len(json.dumps(turn)) for turn in _history(turns)]
    return {
        "said": sum(sizes),
        "told": sum(sum(sizes[:told]) for told in range(1, turns + 1)),
        "turns": turn_rows,
        "turn_bytes": turn_bytes,
        "events": event_rows,
        "event_bytes": event_bytes,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
