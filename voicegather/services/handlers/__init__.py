"""The site's own functions: put on their queue, run outside any transaction, their return kept."""

from voicegather.services.handlers.running import run_command
from voicegather.services.handlers.starting import start

__all__ = ["run_command", "start"]
