"""What went wrong with the host's handlers, beside the commands that asked for them."""

from __future__ import annotations

from collections.abc import Sequence

from voicegather.engine.facts import Fact, HandlerNoted
from voicegather.models import Call, CallCommand
from voicegather.services.calls.ledger.rows import update


def note_handlers(call: Call, facts: Sequence[Fact]) -> None:
    """Put each reason into its command's detail, where the timeline shows it."""
    reasons = {fact.seq: fact.reason for fact in facts if isinstance(fact, HandlerNoted)}
    if not reasons:
        return
    commands = list(CallCommand.objects.filter(call=call, seq__in=reasons).only("seq", "detail"))
    for command in commands:
        command.detail = reasons[command.seq][:255]
    update(CallCommand, commands, ["detail"])
