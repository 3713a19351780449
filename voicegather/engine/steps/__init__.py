"""The kinds of steps. Importing this package registers every kind that ships with the app."""

from voicegather.engine.steps import branch, gather, hangup, message, submenu, transfer

__all__ = ["branch", "gather", "hangup", "message", "submenu", "transfer"]
