"""A pytest plugin for sites that embed voicegather: place scripted calls at your own menus.

    def test_two_leads_to_billing(phone_line):
        phone_line.publish("menus/clinic.yaml", number="+13125550100")
        call = phone_line.call([{"press": "2"}])
        assert call.results["department.digits"] == "2"

The call goes over real HTTP through your site's webhook view, the real Telnyx SDK and a strict
fake of Telnyx; nothing leaves this machine. Needs pytest-django, and a database that several
threads can share: PostgreSQL, or SQLite with ``DATABASES["default"]["TEST"] = {"NAME": "<file>"}``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from voicegather.models import Call
    from voicegather.simulator import CallerOutcome, FakeTelnyx, Target

TIME_SCALE = 0.05
SETTLE_SECONDS = 20.0


@dataclass(frozen=True)
class FinishedCall:
    """One call that is over: what the caller heard, and what the site kept."""

    record: Call
    heard: Sequence[str]
    #: Final values by ``step.field``; "" where a sensitive value is not shown.
    results: Mapping[str, str]
    #: Final outcomes by ``step.field``: valid, invalid, no_input, …
    outcomes: Mapping[str, str]
    #: Keys of the steps that the call entered, in order.
    steps: Sequence[str]
    #: None of a call that was placed to somebody without a script, or whom nobody reached.
    caller: CallerOutcome | None


class PhoneLine:
    """A telephone network of one test. Get it from the fixture ``phone_line``."""

    def __init__(self, telnyx: FakeTelnyx) -> None:
        self.telnyx = telnyx
        self._number = "+13125550100"

    def publish(self, menu_file: str | Path, *, number: str = "+13125550100") -> None:
        """Load a menu file, publish it, and have it answer `number` (E.164).

        Raises voicegather.exceptions.MenuError with every problem of the menu.
        """
        from voicegather.models import Menu, PhoneNumber
        from voicegather.services.menus import load_menu, publish_menu

        loaded = load_menu(text=Path(menu_file).read_text(encoding="utf-8"))
        menu = Menu.objects.get(pk=loaded.menu.pk)
        publish_menu(menu=menu)
        PhoneNumber.objects.update_or_create(number=number, defaults={"menu": menu})
        self._number = number

    def answer_transfers(self, targets: Mapping[str, Target]) -> None:
        """Who is rung by a transfer or by `place`: ``{"+13125550177": Target(fate="busy")}``."""
        self.telnyx.targets.update(targets)

    def call(
        self,
        script: Sequence[Any],
        *,
        from_: str = "+13125550111",
        to: str = "",
        timeout: float = 60.0,
    ) -> FinishedCall:
        """Place a call that follows `script`, wait until it is over and written down.

        `script` is a list such as ``[{"press": "2"}, "stay_silent", "hang_up"]``; `timeout` is in
        real seconds. Raises AssertionError when the script could not be followed to its end.
        """
        from voicegather.models import Call
        from voicegather.simulator import parse_script

        caller = self.telnyx.place_call(
            script=parse_script(script), from_=from_, to=to or self._number
        )
        outcome = caller.wait(timeout=timeout)
        assert not outcome.problems, _told(outcome)
        _await_settled(self.telnyx, outcome.call_control_id)
        call = Call.objects.get(legs__call_control_id=outcome.call_control_id)
        return _finished(call, outcome)

    def place(self, slug: str, *, to: str, timeout: float = 60.0, **arguments: Any) -> FinishedCall:
        """Have the site ring `to` with this live menu, and wait as `call` does.

        `arguments` are further ones of place_call (docs/calling.md); `from_` is the number that
        was published last, unless given. `answer_transfers` says beforehand what becomes of the
        call. What a target without a script heard is not told. Raises what place_call raises, and
        AssertionError when the target's script could not be followed to its end.
        """
        from voicegather.models import Menu
        from voicegather.services.calls.placing import place_call

        menu = Menu.objects.select_related("live_version").get(slug=slug)
        call = place_call(menu, to=to, **{"from_": self._number} | arguments)
        _await_end(call, timeout)
        legs = set(call.legs.values_list("call_control_id", flat=True))
        rung = [each for each in self.telnyx.rung if each.call_control_id in legs]
        outcome = rung[0].wait(timeout=timeout) if rung else None
        assert outcome is None or not outcome.problems, _told(outcome)
        for leg in legs:
            _await_settled(self.telnyx, leg)
        return _finished(call, outcome)


def _told(outcome: CallerOutcome) -> str:
    heard = "; ".join(outcome.heard) or "nothing"
    return f"{'; '.join(outcome.problems)}. Until then the caller heard: {heard}"


def _await_end(call: Call, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while call.phase != "ended":
        if time.monotonic() > deadline:
            raise AssertionError(f"The call is {call.phase} after {timeout} s: see its timeline.")
        time.sleep(0.02)
        call.refresh_from_db()


def _await_settled(telnyx: FakeTelnyx, leg: str) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not _is_settled(telnyx, leg):
        if time.monotonic() > deadline:
            raise AssertionError("The call is over, but the site has not noticed: see its events.")
        time.sleep(0.02)


def _finished(call: Call, outcome: CallerOutcome | None) -> FinishedCall:
    results = list(call.results.order_by("visit__number"))
    return FinishedCall(
        record=call,
        heard=outcome.heard if outcome else (),
        results={f"{each.step_key}.{each.field}": each.value for each in results},
        outcomes={f"{each.step_key}.{each.field}": each.outcome for each in results},
        steps=list(call.visits.order_by("number").values_list("step_key", flat=True)),
        caller=outcome,
    )


def _is_settled(telnyx: FakeTelnyx, leg: str) -> bool:
    """Whether every webhook of the call has arrived and is processed, and the call is over."""
    from voicegather.models import Call, CallEvent
    from voicegather.simulator import Fate

    return (
        all(delivery.fate is not Fate.PENDING for delivery in telnyx.webhooks(leg))
        and not CallEvent.objects.filter(call_control_id=leg, status="pending").exists()
        and Call.objects.filter(legs__call_control_id=leg, phase="ended").exists()
    )


@pytest.fixture
def phone_line(transactional_db: None, live_server: Any, settings: Any) -> Iterator[PhoneLine]:
    """The site on a free port, its clock, and a fake Telnyx that calls it."""
    from django.db import connection
    from django.urls import reverse

    from voicegather.provider import client
    from voicegather.services import dispatch, outbox
    from voicegather.simulator import FakeTelnyx

    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.fail(
            "phone_line needs a database that threads can share: give SQLite a file, "
            'DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}.'
        )
    telnyx = FakeTelnyx(time_scale=TIME_SCALE)
    telnyx.webhook_url = f"{live_server.url}{reverse('voicegather:webhook')}"
    settings.VOICEGATHER = {
        **getattr(settings, "VOICEGATHER", {}),
        "DISPATCH": "local",
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "TELNYX_PUBLIC_KEYS": [telnyx.public_key],
        "TELNYX_CONNECTION_ID": telnyx.connection_id,
    }
    # The SDK takes seconds to load where much else runs: callers' patience begins after that.
    client.warm(outbox.account_of("default"))
    stop = threading.Event()
    clock = threading.Thread(target=_run_clock, args=(stop,), name="voicegather-clock")
    try:
        with telnyx:
            clock.start()
            try:
                yield PhoneLine(telnyx)
            finally:
                stop.set()
                clock.join()
                dispatch.wait_until_idle(10)
    finally:
        # What a call that a test left running has told meanwhile.
        dispatch.wait_until_idle(10)


def _run_clock(stop: threading.Event) -> None:
    from django.db import DatabaseError, connections

    from voicegather.services.clock import Clock

    clock = Clock()
    while not stop.wait(0.2):
        try:
            clock.tick()
        except DatabaseError:
            # A locked SQLite is looked at again at the next turn, as the clock's command does.
            connections.close_all()
    connections.close_all()
