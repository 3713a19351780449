"""All that is held of a caller, found and erased: here, in files, and at Telnyx."""

from voicegather.services.erasing.asking import (
    ErasureError,
    close_without_telnyx,
    erase_caller,
    prepare_erasure,
)
from voicegather.services.erasing.receipt import counted, receipt_of
from voicegather.services.erasing.scope import Preview, calls_of, erasures_of, preview_of
from voicegather.services.erasing.subject import (
    Subject,
    SubjectError,
    read_subject,
    redacted,
    subject_of,
)

__all__ = [
    "ErasureError",
    "Preview",
    "Subject",
    "SubjectError",
    "calls_of",
    "close_without_telnyx",
    "counted",
    "erase_caller",
    "erasures_of",
    "prepare_erasure",
    "preview_of",
    "read_subject",
    "receipt_of",
    "redacted",
    "subject_of",
]
