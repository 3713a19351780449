"""What would make a menu more useful and is no fault: nobody has to mend it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.services.menus.draft import Draft
from voicegather.services.menus.findings import Finding, Severity


def hints_of(draft: Draft) -> tuple[Finding, ...]:
    """What to do beyond mending; nothing of a menu without steps."""
    if not draft.steps or any(step.is_success for step in draft.steps):
        return ()
    message = _(
        "no step is marked as success, so analytics cannot say how many callers got what they "
        "called for: mark each step where they have it"
    )
    return (Finding(Severity.HINT, "", "", message, "no_success"),)
