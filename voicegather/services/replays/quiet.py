"""A call played in memory at full speed: nothing is told of it but the way it takes."""

from __future__ import annotations

from collections.abc import Sequence

from voicegather.engine.commands import Audio, Outgoing, Speech
from voicegather.engine.events import TimerDue
from voicegather.engine.facts import AttemptBegan, AttemptPurpose, Fact
from voicegather.services.trials.exchange import Exchange


class QuietExchange(Exchange):
    """An exchange without a log, in which time passes where the record says so alone."""

    network_ms = 0
    #: What the newest attempt asks for.
    asked: AttemptPurpose = AttemptPurpose.ENTRY

    def heard_ms(self, sound: Speech | Audio | None) -> int:
        return 0

    def tell(self, commands: Sequence[Outgoing]) -> None:
        """Nobody reads a log."""

    def note(self, fact: Fact) -> None:
        if isinstance(fact, AttemptBegan):
            self.asked = fact.purpose

    def reach(self, moment: int) -> None:
        """It is that moment now (milliseconds, UTC), unless it has passed."""
        self.now = max(self.now, moment)

    def miss_deadline(self) -> None:
        """The call's deadline has passed, at the moment that the record gives."""
        self.state = self.state.but(wake_at=self.now)
        self.feed(TimerDue(self.now))
