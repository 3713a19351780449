"""Why something cannot be planned, approved or published by one person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.exceptions import MenuError


class PlanError(MenuError):
    """A plan cannot be made, approved, declined or cancelled; nothing was changed."""


class ApprovalRequiredError(MenuError):
    """The menu goes live only with the approval of a second person. Nothing was published."""

    def __init__(self, menu: str) -> None:
        text = _(
            "“%s” needs the approval of a second person, so nothing was published: ask for it on "
            "the menu’s publish page in the admin, where another publisher approves it."
        )
        super().__init__(text % menu)
