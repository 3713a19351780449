from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from voicegather.services.exports.ranges import ExportError


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write beside `path` and rename it there, so that no half file is ever seen.

    Only its owner may read the file. Raises ExportError where it cannot be written; what was at
    `path` before stays then.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise ExportError(_("%(path)s is not a regular file: name another one.") % {"path": path})
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as problem:
        raise ExportError(
            _("Cannot write in %(parent)s: %(strerror)s.")
            % {"parent": path.parent, "strerror": problem.strerror}
        ) from None
    try:
        with open(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as problem:
        raise ExportError(
            _("Cannot write %(path)s: %(strerror)s.") % {"path": path, "strerror": problem.strerror}
        ) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
