"""The engine's facts as rows, one module an idea: a fixed number of queries, however many facts."""

from voicegather.services.calls.ledger.facts import write_facts
from voicegather.services.calls.ledger.rows import update
from voicegather.services.calls.ledger.transcripts import slim

__all__ = ["slim", "update", "write_facts"]
