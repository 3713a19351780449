"""The life of a call: found or opened, advanced by its events, written down."""

from voicegather.services.calls.process import process_call

__all__ = ["process_call"]
