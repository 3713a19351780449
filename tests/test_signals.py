"""Signals reach the site's own code after the commit, and never hurt a call."""

from __future__ import annotations

import dataclasses
import logging
import re
import sys
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from project.samples import load_samples
from tests.line import CALLER, NUMBER, connect, document, enter, feed, publish_by_hand, ring
from tests.wheel import ROOT
from voicegather import signals
from voicegather.engine.secret import Secret
from voicegather.models import Call, Menu
from voicegather.services.menus import publish_menu

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


@contextmanager
def listening(*those: Any) -> Iterator[list[Any]]:
    """What the signals tell meanwhile."""
    told: list[Any] = []

    def listen(sender: Any, **kwargs: Any) -> None:
        told.append(kwargs["told"])

    for signal in those:
        signal.connect(listen)
    try:
        yield told
    finally:
        for signal in those:
            signal.disconnect(listen)


def test_a_call_tells_of_its_start_its_steps_its_input_and_its_end(wire):
    publish_by_hand()
    with listening(
        signals.call_started, signals.step_entered, signals.input_gathered, signals.call_ended
    ) as told:
        call = ring()
        enter(call, "142")
        feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="callee")
    of_call = {"call_id": call.pk, "token": call.token, "menu": "desk"}
    assert told == [
        signals.CallStarted(**of_call, direction="inbound", caller=CALLER, called=NUMBER),
        signals.StepEntered(**of_call, step="ask", visit=1, language="en-US"),
        signals.InputGathered(
            **of_call,
            step="ask",
            field="digits",
            visit=1,
            outcome="valid",
            sensitivity="normal",
            value=Secret("142"),
            choice="100-199",
        ),
        signals.StepEntered(**of_call, step="bye", visit=2, language="en-US"),
        signals.CallEnded(**of_call, outcome="completed", reason="normal_clearing"),
    ]


def test_a_secret_entry_comes_as_a_secret(wire):
    compiled = document()
    compiled["steps"]["ask"]["sensitivity"] = "secret"
    publish_by_hand(compiled)
    with listening(signals.input_gathered) as told:
        enter(ring(), "142")
    (gathered,) = told
    assert (gathered.sensitivity, gathered.value.reveal()) == ("secret", "142")
    # The call's names hold digits by chance.
    assert "142" not in repr(dataclasses.replace(gathered, call_id=0, token=""))


def test_of_no_input_there_is_no_value(wire):
    publish_by_hand()
    with listening(signals.input_gathered) as told:
        ring()
        feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    assert [(gathered.outcome, gathered.value) for gathered in told] == [("hangup", None)]


def test_what_is_told_is_committed_already(wire):
    publish_by_hand()
    seen: list[Any] = []

    def look(sender: Any, told: signals.InputGathered, **kwargs: Any) -> None:
        seen.append(Call.objects.get(pk=told.call_id).results.get().value)
        seen.append(transaction.get_connection().in_atomic_block)

    signals.input_gathered.connect(look)
    try:
        enter(ring(), "1")
    finally:
        signals.input_gathered.disconnect(look)
    assert seen == ["1", False]


def test_a_receiver_that_raises_hurts_neither_the_call_nor_the_others(wire, caplog):
    publish_by_hand()

    def broken(sender: Any, told: signals.InputGathered, **kwargs: Any) -> None:
        assert told.value is not None
        raise RuntimeError(f"cannot store {told.value.reveal()}")

    signals.input_gathered.connect(broken)
    try:
        with listening(signals.input_gathered) as told, caplog.at_level(logging.DEBUG):
            enter(ring(), "142")
    finally:
        signals.input_gathered.disconnect(broken)
    assert len(told) == 1
    assert wire.actions[-1] == "hangup"
    (record,) = [record for record in caplog.records if record.name == "voicegather.signals"]
    assert "broken failed at input_gathered" in record.getMessage()
    assert "test_signals.py" in record.getMessage()
    assert "RuntimeError" in record.getMessage()
    assert "cannot store 142" not in caplog.text


@pytest.mark.parametrize("ending", [SystemExit, CancelledError])
def test_a_receiver_that_wants_the_process_to_end_hurts_no_call(wire, caplog, ending):
    publish_by_hand()

    def leaves(sender: Any, told: signals.StepEntered, **kwargs: Any) -> None:
        raise ending("".join(["47", "11"]))

    signals.step_entered.connect(leaves)
    try:
        ring()
    finally:
        signals.step_entered.disconnect(leaves)
    assert wire.actions == ["answer", "gather_using_speak"]
    assert "A receiver of step_entered ended all of them" in caplog.text
    assert "leaves" in caplog.text
    assert "4711" not in caplog.text


def test_a_receiver_that_is_an_object_is_named_by_its_class(wire, caplog):
    class Notebook:
        def __call__(self, sender: Any, **kwargs: Any) -> None:
            raise ValueError("".join(["47", "11"]))

    publish_by_hand()
    notebook = Notebook()
    signals.call_started.connect(notebook)
    try:
        ring()
    finally:
        signals.call_started.disconnect(notebook)
    assert "Notebook failed at call_started" in caplog.text
    assert "4711" not in caplog.text


def test_a_fold_that_is_rolled_back_tells_nothing(wire, monkeypatch):
    from voicegather.services.calls import folding

    publish_by_hand()
    call = ring()

    def broken(*args: Any) -> None:
        raise RuntimeError

    with listening(signals.input_gathered) as told:
        monkeypatch.setattr(folding, "_save", broken)
        enter(call, "1")
    assert told == []


def test_nobody_listening_costs_no_query(wire, monkeypatch):
    from voicegather.services.calls.ledger import announcing

    publish_by_hand()
    asked: list[Any] = []
    monkeypatch.setattr(announcing, "_menu_of", asked.append)
    with CaptureQueriesContext(connection) as silent:
        ring("v3:a")
        feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    assert asked == []
    with (
        listening(signals.step_entered, signals.input_gathered),
        CaptureQueriesContext(connection) as heard,
    ):
        ring("v3:b")
        feed("v3:b", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    assert len(heard) == len(silent)


@pytest.fixture
def menu() -> Menu:
    load_samples()
    return Menu.objects.get(slug="clinic")


def test_a_menu_that_is_published_is_told_with_its_author(menu):
    author = get_user_model().objects.create_user("dana")
    menu.name = "Another name"
    menu.languages = [*menu.languages]
    Menu.objects.filter(pk=menu.pk).update(live_version=None)
    with listening(signals.menu_published) as told:
        version = publish_menu(menu=menu, author=author)
    assert told == [
        signals.MenuPublished(
            menu_id=menu.pk,
            menu="clinic",
            version=version.number,
            sha256=version.sha256,
            author_id=author.pk,
        )
    ]


def test_publishing_what_is_live_already_tells_nothing(menu):
    with listening(signals.menu_published) as told:
        publish_menu(menu=menu)
    assert told == []


def test_a_publication_that_is_rolled_back_is_not_told(menu):
    Menu.objects.filter(pk=menu.pk).update(live_version=None)
    with listening(signals.menu_published) as told, transaction.atomic():
        publish_menu(menu=menu)
        transaction.set_rollback(True)
    assert told == []


# -- the documentation -----------------------------------------------------------------------------

DOCUMENT = (ROOT / "docs" / "signals.md").read_text(encoding="utf-8")


class Intakes:
    """A model, as far as the example uses one."""

    rows: dict[str, dict[str, str]]

    def __init__(self) -> None:
        self.rows = {}
        self.objects = self

    def update_or_create(self, call: str, defaults: dict[str, str]) -> None:
        self.rows.setdefault(call, {}).update(defaults)

    def filter(self, call: str) -> Any:
        return SimpleNamespace(update=lambda **fields: self.rows[call].update(fields))


def test_the_example_of_the_documentation_does_what_it_says(wire, monkeypatch):
    intakes = Intakes()
    monkeypatch.setitem(sys.modules, "shop", ModuleType("shop"))
    models = ModuleType("shop.models")
    vars(models)["Intake"] = intakes
    monkeypatch.setitem(sys.modules, "shop.models", models)
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    receivers: dict[str, Any] = {}
    exec(compile(example, "signals.md", "exec"), receivers)
    publish_by_hand()
    call = ring()
    enter(call, "142")
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="callee")
    assert intakes.rows == {call.token: {"extension": "142", "outcome": "completed"}}
    assert signals.input_gathered.disconnect(receivers["keep_extension"])
    assert signals.call_ended.disconnect(receivers["close_intake"])


def test_the_documentation_names_every_signal_and_all_that_it_tells():
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\w+)`: (.*) \|$", DOCUMENT, re.MULTILINE)
    documented = {name: (told, re.findall(r"`(\w+)`", words)) for name, told, words in rows}
    kinds = [
        signals.CallStarted,
        signals.StepEntered,
        signals.InputGathered,
        signals.CallEnded,
        signals.MenuPublished,
    ]
    assert documented == {
        signal.name: (told.__name__, [field.name for field in dataclasses.fields(told)])
        for signal, told in zip(_ANNOUNCED, kinds, strict=True)
    }


_ANNOUNCED = [
    signals.call_started,
    signals.step_entered,
    signals.input_gathered,
    signals.call_ended,
    signals.menu_published,
]
