"""A strict fake of the Telnyx Voice API for one process, on loopback alone."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from voicegather.simulator.account import Account
from voicegather.simulator.api import Api, Trouble
from voicegather.simulator.assistants import Assistant
from voicegather.simulator.behaviours import Behaviours
from voicegather.simulator.callers import Caller
from voicegather.simulator.deliveries import Outbox
from voicegather.simulator.errors import SimulatorError
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.faults import Faults
from voicegather.simulator.keys import FAKE_KEY_PREFIX
from voicegather.simulator.legs import Direction, Leg
from voicegather.simulator.loopback import require_loopback
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.recorder import RecordingFailure
from voicegather.simulator.recordings import Archive, Download
from voicegather.simulator.records import Delivery, RecordedCommand
from voicegather.simulator.report import Report, Stopwatch, measured
from voicegather.simulator.scheduler import Scheduler
from voicegather.simulator.script import Script
from voicegather.simulator.server import Server
from voicegather.simulator.signing import Signer
from voicegather.simulator.talks import Talks
from voicegather.simulator.targets import Target

PATIENCE_SECONDS = 120.0
SILENT_AFTER_SECONDS = 10.0
RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0)
DELIVERY_WORKERS = 32


class FakeTelnyx:
    """Takes commands over HTTP, keeps simulated calls and posts signed webhooks.

    `time_scale` is the length of a simulated second in real seconds; only what belongs to HTTP
    is real: the webhooks' time-out of 2 s, `retry_seconds` before each further attempt,
    `Faults`, and the 60 s of `command_id` and 600 s of a recording's address, which `clock`
    measures. `seed` chooses faults and quirks, the same for the same order of calls; `quirks`
    fixes them for all calls. `targets` says by destination who answers a dialled or transferred
    call; others answer after two seconds. `assistants` are the account's, by id. `silent_after`
    is how many simulated seconds without anything to hear make a call a silent one. Every
    command is answered `answer_seconds` (real) after it came and took effect. `signing_seed`
    gives the same public key each time, for a site that was started before.

    Raises `NotLoopbackError` for a webhook URL that leads elsewhere, and `SimulatorError` for
    values that make no sense.
    """

    def __init__(
        self,
        *,
        webhook_url: str | None = None,
        api_key: str | None = None,
        connection_id: str = "1684641123236054244",
        time_scale: float = 0.1,
        seed: int = 1,
        faults: Faults | None = None,
        quirks: Quirks | None = None,
        targets: Mapping[str, Target] | None = None,
        assistants: Mapping[str, Assistant] | None = None,
        port: int = 0,
        answer_seconds: float = 0.0,
        patience: float = PATIENCE_SECONDS,
        silent_after: float = SILENT_AFTER_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        delivery_workers: int = DELIVERY_WORKERS,
        signing_seed: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if time_scale <= 0:
            raise SimulatorError("time_scale must be more than nothing, such as 0.1.")
        if answer_seconds < 0:
            raise SimulatorError("answer_seconds must not be negative.")
        if delivery_workers < 1:
            raise SimulatorError("delivery_workers must be at least 1.")
        if webhook_url is not None:
            require_loopback(webhook_url)
        self._running = False
        self.api_key = api_key or f"{FAKE_KEY_PREFIX}{secrets.token_hex(8)}"
        self.targets: dict[str, Target] = dict(targets or {})
        self.assistants: dict[str, Assistant] = dict(assistants or {})
        #: Targets with a script that answered, in this order.
        self.rung: list[Caller] = []
        self._patience = patience
        self._silent_after = silent_after
        self._signer = Signer(signing_seed)
        lock = threading.RLock()
        self._scheduler = Scheduler(lock)
        self._stopwatch = Stopwatch()
        self._outbox = Outbox(
            lock=lock,
            scheduler=self._scheduler,
            signer=self._signer,
            workers=delivery_workers,
            settled=lambda delivery: self._exchange.watchers.notify_all(),
            sent=self._stopwatch.event,
        )
        self._exchange = Exchange(
            lock=lock,
            scheduler=self._scheduler,
            outbox=self._outbox,
            time_scale=time_scale,
            seed=seed,
            connection_id=connection_id,
            quirks=quirks,
            faults=faults or Faults(),
            targets=self.targets,
            assistants=self.assistants,
            retry_seconds=retry_seconds,
            watchers=threading.Condition(lock),
        )
        self._exchange.follow = self._follow_target
        #: Its applications and phone numbers.
        self.account = Account(self._exchange)
        #: What it has stored, to be played by name.
        self.media = self._exchange.media
        self._api = Api(
            self._exchange,
            Behaviours(self._exchange),
            self._stopwatch,
            account=self.account,
            api_key=self.api_key,
            clock=clock,
        )
        self._server = Server(self._api, port, clock=clock, answer_seconds=answer_seconds)
        self._exchange.archive = self._server.archive
        self._exchange.webhook_url = webhook_url

    @property
    def recordings(self) -> Archive:
        """The account's recordings."""
        return self._exchange.archive

    @property
    def talks(self) -> Talks:
        """The conversations with models that the account keeps."""
        return self._exchange.talks

    @property
    def base_url(self) -> str:
        """What TELNYX_BASE_URL is set to: `http://127.0.0.1:PORT/v2`."""
        return f"{self._server.address}/v2"

    @property
    def public_key(self) -> str:
        """Base64 of the 32 raw bytes of the key that signs webhooks."""
        return self._signer.public_key

    @property
    def connection_id(self) -> str:
        """The one Call Control App that all calls belong to."""
        return self._exchange.connection_id

    @property
    def webhook_url(self) -> str | None:
        """Where webhooks go; may be set until the first call is placed."""
        return self._exchange.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self._exchange.webhook_url = require_loopback(url)

    def start(self) -> None:
        """Begin to take commands and place calls."""
        self._running = True
        self._scheduler.start()
        self._outbox.start()
        self._server.start()

    def stop(self) -> None:
        """End every thread; calls in progress are cut off without a webhook.

        Raises `SimulatorError` when the simulator itself failed meanwhile.
        """
        self._running = False
        with self._exchange.lock:
            self._exchange.stopped = True
            self._exchange.watchers.notify_all()
        self._server.stop()
        self._scheduler.stop()
        self._outbox.stop()
        failures = [*self._scheduler.failures, *self._server.failures]
        if failures:
            raise SimulatorError(
                f"The simulator failed {len(failures)} time(s), first: {failures[0]!r}; "
                "this is a bug of the simulator."
            ) from failures[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def place_call(
        self,
        *,
        script: Script,
        from_: str,
        to: str,
        name: str = "caller",
        quirks: Quirks | None = None,
        patience: float | None = None,
        when_over: Callable[[], None] | None = None,
    ) -> Caller:
        """A caller dials `to` and follows `script`. `from_` is free text, such as `anonymous`.

        `quirks` fixes this call's; `patience` (simulated seconds) bounds each step of the script;
        `when_over` is called, briefly, when the call has ended.
        Raises `SimulatorError` before `start` and `webhook_url`.
        """
        if self.webhook_url is None:
            raise SimulatorError("Set webhook_url before the first call is placed.")
        if not self._running:
            raise SimulatorError("Start the simulator before a call is placed, and do not stop it.")
        with self._exchange.lock:
            leg = self._exchange.new_leg(
                direction=Direction.INCOMING, from_=from_, to=to, quirks=quirks
            )
            leg.when_over = when_over
            caller = self._caller(leg, script, name, patience or self._patience)
            self._exchange.initiate(leg)
        return caller

    def commands(self, call_control_id: str | None = None) -> list[RecordedCommand]:
        """Every command so far, refused ones too, in order; of one leg, or of all."""
        with self._exchange.lock:
            return self._api.log.of(call_control_id)

    def webhooks(self, call_control_id: str | None = None) -> list[Delivery]:
        """Every event so far, in the order in which they occurred; of one leg, or of all."""
        with self._exchange.lock:
            return sorted(
                (
                    delivery
                    for leg in self._exchange.legs.values()
                    for delivery in leg.deliveries
                    if call_control_id in (None, leg.call_control_id)
                ),
                key=lambda delivery: delivery.occurred_at,
            )

    def respond_next(
        self,
        action: str,
        *,
        status: int,
        times: int = 1,
        call_control_id: str | None = None,
        delay_seconds: float = 0.0,
        code: str | None = None,
    ) -> None:
        """Answer the next commands of this name with `status`, `delay_seconds` (real) late.

        A status of 400 or more refuses them, with `code` or the status's usual one, and they have
        no effect; 200 carries them out and only answers late.
        """
        self._api.expect_trouble(
            Trouble(action, status, times, call_control_id, delay_seconds, code)
        )

    def lose_next_answer(
        self, action: str, *, times: int = 1, call_control_id: str | None = None
    ) -> None:
        """Carry out the next commands of this name, but close the connection without an answer."""
        self._api.expect_trouble(Trouble(action, 200, times, call_control_id, 0.0, None, lost=True))

    def fail_next_recording(self, reason: RecordingFailure = RecordingFailure.SERVER_ERROR) -> None:
        """Have the next recording that ends lost, with call.recording.error."""
        with self._exchange.lock:
            self._exchange.recording_failures.append(reason)

    def say_into_recordings(self, words: str) -> None:
        """Have callers say this into every recording that is transcribed from now on."""
        with self._exchange.lock:
            self._exchange.recorded_words = words

    def fail_next_download(self, *how: Download) -> None:
        """Have the next requests for the files of recordings go wrong, one after the other."""
        with self._exchange.lock:
            self._exchange.archive.troubles.extend(how)

    def report(self) -> Report:
        """Figures over all calls so far."""
        with self._exchange.lock:
            return measured(
                legs=list(self._exchange.legs.values()),
                commands=self._api.log.of(None),
                stopwatch=self._stopwatch,
                now=self._exchange.now(),
            )

    def _follow_target(self, leg: Leg, target: Target) -> Caller | None:
        if target.script is None:
            return None
        caller = self._caller(leg, target.script, f"target {leg.to}", self._patience)
        self.rung.append(caller)
        return caller

    def _caller(self, leg: Leg, script: Script, name: str, patience: float) -> Caller:
        caller = Caller(
            self._exchange,
            leg,
            script,
            name=name,
            patience=patience,
            silent_after=self._silent_after,
            commands=self.commands,
        )
        caller.begin()
        return caller
