from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connections

from tests.webhooks.posting import LEG, envelope
from voicegather.models import CallEvent
from voicegather.services.receive import (
    InboxUnavailableError,
    NotAnEventError,
    ReceivedEvent,
    receive_event,
)


def encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.django_db
def test_an_event_is_new_the_first_time_only() -> None:
    body = encoded(envelope())
    assert receive_event(body) == ReceivedEvent(LEG, stored=True)
    assert receive_event(body) == ReceivedEvent(LEG, stored=False)


@pytest.mark.django_db
def test_the_same_id_from_another_source_is_another_event() -> None:
    event = envelope()
    receive_event(encoded(event))
    CallEvent.objects.update(source="timer")
    assert receive_event(encoded(event)).stored is True
    assert CallEvent.objects.count() == 2


@pytest.mark.django_db
def test_utf_8_is_kept_as_it_is() -> None:
    event = envelope(caller_id_name="Zoë 😀")
    receive_event(json.dumps(event, ensure_ascii=False).encode())
    assert CallEvent.objects.get().payload["caller_id_name"] == "Zoë 😀"


def test_what_is_no_event_names_the_version_to_set() -> None:
    with pytest.raises(NotAnEventError, match="webhook API version 2") as refusal:
        receive_event(b'{"event_type": "call_answered"}')
    assert refusal.value.__cause__ is None


@pytest.mark.django_db(transaction=True)
def test_repeats_at_the_same_time_are_stored_once() -> None:
    body = encoded(envelope("call.gather.ended", digits="1"))
    together = threading.Barrier(4)
    outcomes: list[bool | str] = []

    def receive() -> None:
        together.wait(10)
        try:
            outcomes.append(receive_event(body).stored)
        except InboxUnavailableError as problem:
            outcomes.append(str(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=receive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert CallEvent.objects.count() == 1
