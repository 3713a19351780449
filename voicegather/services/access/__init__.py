"""Everything held about a caller, gathered into a file for a person who asks for it."""

from voicegather.services.access.asking import AccessError, gather_subject, prepare_request
from voicegather.services.access.keeping import may_open, open_file

__all__ = ["AccessError", "gather_subject", "may_open", "open_file", "prepare_request"]
