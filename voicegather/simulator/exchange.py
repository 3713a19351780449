"""The telephone exchange: every leg, and what may happen to one whoever brings it about."""

from __future__ import annotations

import random
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from voicegather.simulator import events
from voicegather.simulator.ai_gathers import AiGather
from voicegather.simulator.assistants import Assistant
from voicegather.simulator.causes import CALLEE_HUNG_UP, HangupCause
from voicegather.simulator.conversations import CALLER_LEFT, ENDED_SECONDS, Conversation
from voicegather.simulator.deliveries import Outbox
from voicegather.simulator.faults import Faults
from voicegather.simulator.gathers import Gather, GatherSpec
from voicegather.simulator.legs import (
    Direction,
    EndedBy,
    Leg,
    Observer,
    Phase,
    Route,
)
from voicegather.simulator.media import Library
from voicegather.simulator.prompts import PromptEnd
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.recorder import TRANSCRIBING_SECONDS, Recording, RecordingFailure
from voicegather.simulator.recordings import Archive
from voicegather.simulator.records import Delivery
from voicegather.simulator.scheduler import Action, Scheduler, Timer
from voicegather.simulator.talks import Talks
from voicegather.simulator.targets import Target

ANSWER_SECONDS = 0.3


class Exchange:
    """Keeps legs and sends their events. Call every method with `lock` held.

    `settled` and `sent` of the outbox are its own affair; `watchers` is notified whenever a
    leg ends or an event's fate becomes known.
    """

    def __init__(
        self,
        *,
        lock: threading.RLock,
        scheduler: Scheduler,
        outbox: Outbox,
        time_scale: float,
        seed: int,
        connection_id: str,
        quirks: Quirks | None,
        faults: Faults,
        targets: Mapping[str, Target],
        assistants: Mapping[str, Assistant],
        retry_seconds: tuple[float, ...],
        watchers: threading.Condition,
    ) -> None:
        self.lock = lock
        self.connection_id = connection_id
        self.targets = targets
        self.assistants = assistants
        self.webhook_url: str | None = None
        self.archive = Archive()
        self.talks = Talks()
        self.media = Library(self.moment)
        self.recording_failures: deque[RecordingFailure] = deque()
        #: What callers say into every recording.
        self.recorded_words = "This is a message."
        self.legs: dict[str, Leg] = {}
        self._scheduler = scheduler
        self._outbox = outbox
        self._time_scale = time_scale
        self._seed = seed
        self._quirks = quirks
        self._faults = faults
        self._retry_seconds = retry_seconds
        self.watchers = watchers
        self.stopped = False
        self._began = scheduler.now()
        self._epoch = datetime.now(UTC)
        self._calls = 0
        self.follow: Callable[[Leg, Target], Observer | None] = lambda leg, target: None

    def now(self) -> float:
        """Simulated seconds since the exchange began."""
        return (self._scheduler.now() - self._began) / self._time_scale

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""
        return self._scheduler.after(seconds * self._time_scale, action)

    def moment(self) -> datetime:
        """This moment in UTC: that of `now`, however late a busy machine is."""
        return self._epoch + timedelta(seconds=self._scheduler.now() - self._began)

    def emit(
        self,
        leg: Leg,
        event_type: str,
        fields: dict[str, Any],
        *,
        after: Delivery | None = None,
    ) -> Delivery:
        """Send an event of `leg` now; see `announce` and `dispatch`."""
        delivery = self.announce(leg, event_type, fields)
        self.dispatch(leg, delivery, after=after)
        return delivery

    def announce(self, leg: Leg, event_type: str, fields: dict[str, Any]) -> Delivery:
        """Make an event that happens now, and send it later with `dispatch`."""
        delivery = events.build(
            leg,
            event_type,
            fields,
            occurred_at=leg.stamp(),
            connection_id=self.connection_id,
        )
        leg.deliveries.append(delivery)
        return delivery

    def dispatch(self, leg: Leg, delivery: Delivery, *, after: Delivery | None = None) -> None:
        """Send an event, not before the first attempt of `after` was over."""
        source = random.Random(f"{self._seed}:{leg.key}:{len(leg.deliveries)}")
        addresses = leg.route.urls.get(delivery.event_type)
        policy = leg.route.retries_ms.get(delivery.event_type)
        url = addresses[0] if addresses else leg.route.url or self.webhook_url
        if url is None:
            raise RuntimeError("a call was placed before webhook_url was set")
        self._outbox.post(
            delivery,
            url=url,
            waits=tuple(wait / 1000 for wait in policy) if policy else self._retry_seconds,
            misfortune=self._faults.drawn(source),
            late_seconds=self._faults.delay_seconds,
            after=after,
        )

    def new_leg(
        self,
        *,
        direction: Direction,
        from_: str,
        to: str,
        parent: Leg | None = None,
        session_id: str | None = None,
        client_state: str | None = None,
        quirks: Quirks | None = None,
        route: Route | None = None,
    ) -> Leg:
        """Add a leg that waits; a leg with a `parent` belongs to the parent's session."""
        if parent is None:
            self._calls += 1
            key = str(self._calls)
        else:
            key = f"{parent.key}.{len(parent.targets) + 1}"
            session_id = parent.call_session_id
        source = random.Random(f"{self._seed}:{key}")
        leg = Leg(
            self,
            key=key,
            direction=direction,
            from_=from_,
            to=to,
            started_at=self.moment(),
            session_id=session_id or str(uuid.uuid4()),
            client_state=client_state,
            quirks=quirks or self._quirks or Quirks.drawn(source),
            route=route or Route(),
        )
        if parent is not None:
            leg.parent = parent
            parent.targets.append(leg)
        self.legs[leg.call_control_id] = leg
        return leg

    def initiate(self, leg: Leg) -> None:
        """Announce a new leg."""
        self.emit(leg, "call.initiated", events.initiated(leg))

    def answered(self, leg: Leg) -> None:
        """The leg is connected from now on."""
        if leg.phase is not Phase.WAITING:
            return
        leg.phase = Phase.ANSWERED
        leg.answered_at = leg.stamp()
        self.emit(leg, "call.answered", events.answered(leg))
        leg.changed()

    def press(self, leg: Leg, key: str) -> None:
        """The caller presses one key; it counts for a gather that runs."""
        fields = {"from": leg.from_, "to": leg.to, "digit": key}
        pressed = self.announce(leg, "call.dtmf.received", fields)
        if not leg.quirks.gather_ended_overtakes_key:
            self.dispatch(leg, pressed)
        ended = leg.gather.key(key) if leg.gather is not None else None
        if leg.quirks.gather_ended_overtakes_key:
            self.dispatch(leg, pressed, after=ended)

    def gather(self, leg: Leg, spec: GatherSpec) -> None:
        """Begin a gather; one that runs is cancelled."""
        if leg.gather is not None:
            leg.gather.supersede()
        if isinstance(leg.conversation, AiGather):
            leg.conversation.stop()
        leg.gather = Gather(leg, spec)
        leg.gather.start()

    def converse(self, leg: Leg, conversation: Conversation) -> None:
        """Begin a conversation on a leg that has none; a gather that runs is cancelled."""
        if leg.gather is not None:
            leg.gather.supersede()
        leg.conversation = conversation
        self.talks.keep(conversation.conversation_id, events.iso(self.moment()))
        conversation.start()
        leg.changed()

    def bridge(self, one: Leg, other: Leg) -> None:
        """Connect two answered legs; both stop hearing what was played to them."""
        for leg in (one, other):
            self._release_peer(leg, CALLEE_HUNG_UP)
        for leg, peer in ((one, other), (other, one)):
            leg.bridged_to = peer
            leg.ringing_target = None
            if leg.conversation is not None:
                leg.conversation.stop()
            leg.prompts.stop_all()
            self.emit(leg, "call.bridged", {"from": leg.from_, "to": leg.to})
            leg.changed()

    def hang_up(self, leg: Leg, cause: HangupCause, ended_by: EndedBy) -> None:
        """End a leg, and with it what runs on it; a bridged leg ends too unless it stays parked."""
        if not leg.alive:
            return
        leg.phase = Phase.ENDED
        cut_off = [one for one in (leg.gather, leg.conversation) if one is not None]
        for one in cut_off:
            one.abandon()
        for prompts in (leg.prompts, leg.overlays):
            prompts.stop_all(PromptEnd.HANGUP)
        if not leg.quirks.gather_ended_after_hangup:
            for one in cut_off:
                one.hang_up()
        leg.ended_at = leg.stamp()
        leg.ended_by, leg.hangup_cause = ended_by, cause
        hangup = self.emit(leg, "call.hangup", events.hangup(leg, cause))
        if leg.quirks.gather_ended_after_hangup:
            for one in cut_off:
                one.hang_up(hangup)
        self._report_conversation(leg)
        leg.gather = None
        leg.recorder.stop()
        self._release_peer(leg, HangupCause("normal_clearing", cause.source, "200"))
        if leg.parent is not None and leg.parent.ringing_target is leg:
            leg.parent.ringing_target = None
            leg.parent.changed()
        leg.changed()
        if leg.when_over is not None:
            leg.when_over()
        self.watchers.notify_all()

    def _report_conversation(self, leg: Leg) -> None:
        conversation, leg.conversation = leg.conversation, None
        if conversation is not None:
            self.after(ENDED_SECONDS, lambda: conversation.report(CALLER_LEFT))

    def _release_peer(self, leg: Leg, cause: HangupCause) -> None:
        peer, leg.bridged_to = leg.bridged_to, None
        if peer is None:
            return
        peer.bridged_to = None
        if peer.park_after_unbridge:
            peer.changed()
        else:
            self.hang_up(peer, cause, EndedBy.APPLICATION)

    def keep(
        self, leg: Leg, recording: Recording, ended_at: datetime
    ) -> tuple[str, dict[str, Any]]:
        """Keep the file of a leg's recording: the event that tells how it went, and its fields."""
        if self.recording_failures:
            return "call.recording.error", {"reason": self.recording_failures.popleft().value}
        began_at = recording.started_at or ended_at
        seconds = (ended_at - began_at).total_seconds()
        self.archive.keep(
            recording.recording_id, events.recording_listed(leg, recording, ended_at), seconds
        )
        url = self.archive.publish(recording.recording_id, recording.format)
        fields = events.recording_saved(leg, recording, url=url, ended_at=ended_at)
        if recording.is_transcribed:
            self.after(TRANSCRIBING_SECONDS, lambda: self._transcribe(leg, recording))
        return "call.recording.saved", fields

    def _transcribe(self, leg: Leg, recording: Recording) -> None:
        told = events.recording_transcribed(recording, self.recorded_words)
        named = told["recording_transcription_id"], told["recording_id"]
        self.archive.write(*named, self.recorded_words)
        leg.emit("call.recording.transcription.saved", told)
