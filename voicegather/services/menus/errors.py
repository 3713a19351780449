"""What can be wrong with a menu, and with the file that describes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.exceptions import MenuError

if TYPE_CHECKING:
    from voicegather.services.menus.findings import Finding


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing in a menu file that cannot stand. `line` counts from 1; `path` is "" at the top."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        known = {"line": self.line, "path": self.path, "message": self.message}
        if self.path:
            return _("line %(line)s, %(path)s: %(message)s") % known
        return _("line %(line)s: %(message)s") % known


class MenuFileError(MenuError):
    """A menu file cannot be read. Nothing was changed; mend every problem and load it again."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        self.found = tuple(sorted(found))
        super().__init__(
            ngettext(
                "The menu file has %(count)s problem; nothing was changed.",
                "The menu file has %(count)s problems; nothing was changed.",
                len(found),
            )
            % {"count": len(found)},
            tuple(str(problem) for problem in self.found),
        )


class MenuLintError(MenuError):
    """A menu cannot be published. `findings` holds warnings too; mend every error."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(
            _("The menu cannot be published; the live version stays as it is."),
            tuple(str(finding) for finding in findings),
        )


class DraftChangedError(MenuError):
    """The draft is not what its publisher looked at. Nothing was published."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed the draft since you opened this page, so it was not published: "
                "look at what is new, then publish."
            )
        )


class LoadChangedError(MenuError):
    """The menu or its prompts are not what they were when the file was looked at."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed the menu or its prompts since you looked, so nothing was loaded: "
                "look at what the file would change now, then load it."
            )
        )


class LiveVersionChangedError(MenuError):
    """Another version is live than the one that the publisher saw. Nothing was published."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Another version went live since you opened this page, so nothing was published: "
                "look at the differences again, then publish."
            )
        )


class MenuArchivedError(MenuError):
    """An archived menu answers nobody: it is taken out of the archive before it is used."""

    def __init__(self, menu: object) -> None:
        super().__init__(
            _("Menu “%(menu)s” is archived: take it out of the archive first.") % {"menu": menu}
        )


class VersionMissingError(MenuError):
    """No published version has this hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            _("No published menu version has the SHA-256 %(sha256)s: publish the menu.")
            % {"sha256": sha256}
        )
