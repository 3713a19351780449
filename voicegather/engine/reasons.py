"""Why calls ended as they did: kept in English, and told in the language of whoever reads it."""

from __future__ import annotations

from voicegather.engine.wording import marked as _

NOBODYS_NUMBER = _("nobody's number")
NOBODY_ANSWERED = _("nobody answered")
NEVER_ANSWERED = _("the call was never answered")
HUNG_UP_BY_OPERATOR = _("hung up by an operator")
NO_HANG_UP = _("no hang-up came")
ONLY_THE_GATHER = _("the gather said so, no hang-up came")
NOT_PROCESSED = _("an event could not be processed")
NEVER_PROCESSED = _("its events cannot be processed")
TELNYX_ENDED = _("Telnyx says the call has ended")
TELNYX_ANSWERED = _("Telnyx answered %(status)s")
TWO_FAILED = _("two commands in a row failed")
NOT_ANSWERABLE = _("the call could not be answered (%(code)s)")
NOT_RUNG_ANSWERED = _("the number could not be rung: Telnyx answered %(status)s%(code)s")
NOT_RUNG_SILENT = _("the number could not be rung: Telnyx was silent%(code)s")
NO_WAY_ON = _("no way on from %(step)s by %(exit)s")
NOT_IN_VERSION = _("step %(step)s is not in its version")
NOT_OF_THIS_RELEASE = _("step %(step)s cannot be run by this release")
ENTERED_TOO_OFTEN = _("step %(step)s was entered more than %(most)s times")
TOO_MANY_STEPS = _("the call took more than %(most)s steps")
TOO_LONG = _("the call took more than %(most)s minutes")

REASONS = tuple(text for name, text in sorted(globals().items()) if name.isupper())
