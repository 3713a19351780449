"""What a replay comes to: words that are stored, and what people read for them."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """Why a call cannot be replayed."""

    NEVER_BEGAN = "never_began"
    STAFF_ACTED = "staff_acted"
    VERSION_GONE = "version_gone"
    SEALED = "sealed"
    NOT_ON_RECORD = "not_on_record"


class News(StrEnum):
    """What the draft asks that the record does not answer: there a replay stops."""

    CALLER = "caller"
    SITE = "site"
    MODEL = "model"
    TARGET = "target"


REASONS = {
    Reason.NEVER_BEGAN: _("The call was over before the menu began."),
    Reason.STAFF_ACTED: _("Staff led the caller on by hand."),
    Reason.VERSION_GONE: _("The version that the call ran on is gone, or cannot be read."),
    Reason.SEALED: _("What was entered cannot be unsealed: its key is not configured any more."),
    Reason.NOT_ON_RECORD: _("What happened in the call cannot be told from its record."),
}

NEWS = {
    News.CALLER: _("asks the caller something new"),
    News.SITE: _("asks the site’s function something new"),
    News.MODEL: _("hands the caller to a model that they never talked to"),
    News.TARGET: _("rings somebody who was not rung"),
}
