"""Storages that fill up or go away, told in words that help."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _

from voicegather.models.exports import export_storage
from voicegather.services.exports.ranges import ExportError
from voicegather.services.tracebacks import safe_traceback

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_log = logging.getLogger("voicegather.exports")


class StorageFailedError(ExportError):
    """The site's storage did not take a file of an export."""


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Remove what was written of `name` where the storage fails; raises StorageFailedError then."""
    try:
        yield
    except Exception as problem:
        # Each storage raises errors of its own. Ours come from what is written into it.
        with suppress(Exception):
            export_storage().delete(name)
        if not isinstance(problem, OSError) and _is_ours(problem):
            raise
        _log.error("The storage failed at an export:\n%s", safe_traceback(problem))
        if isinstance(problem, OSError) and problem.errno in _FULL:
            told = _("The storage for exports is full. Make room, then try again.")
        else:
            told = (
                _(
                    "The storage for exports did not take the file (%s). Try again; if that "
                    "does not help, the log says more."
                )
                % type(problem).__name__
            )
        raise StorageFailedError(told) from None


def _is_ours(problem: Exception) -> bool:
    return type(problem).__module__.startswith("voicegather.")
