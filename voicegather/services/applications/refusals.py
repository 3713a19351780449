"""What Telnyx refuses outside of calls, in words that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.provider.client import RefusedError


def advice_on(refused: RefusedError) -> str:
    """One or two sentences for whoever sets the site up; no value that was sent is in them."""
    status = refused.http_status
    if status == 0:
        return _(
            "Telnyx could not be asked (%s): see that this machine reaches it, and try again."
        ) % (refused.title or _("no answer"))
    if status in (401, 403):
        return _(
            "Telnyx refused the API key (%d): copy it anew from the Telnyx portal, Keys & "
            "Credentials, API Keys, into TELNYX_API_KEY."
        ) % (status)
    if status == 404:
        return _(
            "Telnyx knows no such thing in this account (404): see that ids and API key belong "
            "together."
        )
    if status == 429:
        return _("Telnyx takes no more requests for the moment (429): try again in a minute.")
    if status >= 500:
        return _("Telnyx has trouble of its own (%d): try again in a minute.") % status
    what = f"{refused.title}: {refused.field}" if refused.field else refused.title
    return _("Telnyx does not take this (%(status)d, %(what)s): correct it, and try again.") % {
        "status": status,
        "what": what or _("without a reason"),
    }
