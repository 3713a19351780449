"""What can be wrong with saved tests, each with what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.exceptions import MenuError, VoicegatherError


class MenuTestError(VoicegatherError):
    """A test cannot be saved, renamed, accepted or read; nothing was changed."""


class MenuTestsFailedError(MenuError):
    """A menu whose tests must pass cannot be published; `problems` has what differs in each."""

    def __init__(self, failed: int, problems: tuple[str, ...]) -> None:
        message = ngettext(
            "%(count)s test of the menu fails; the live version stays as it is.",
            "%(count)s tests of the menu fail; the live version stays as it is.",
            failed,
        )
        super().__init__(message % {"count": failed}, problems)


def unreadable(problem: Exception) -> MenuTestError:
    """What to say of a test that is stored in a way that cannot be read."""
    text = _("It cannot be read: %s Make the test call again and save it anew.")
    return MenuTestError(text % problem)
