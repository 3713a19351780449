"""Values as cells of lists and tables."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime

from voicegather.services.telephones import shown_number


def link_to(obj: Model | None, label: str = "") -> str:
    """A link to the object's admin page, escaped; "" where there is no object."""
    if obj is None:
        return ""
    name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[obj.pk]), label or str(obj))


def telephone(number: str) -> str:
    """A number as the site's staff read it, with E.164 as its title; other parties as they are."""
    shown = shown_number(number)
    if shown == number:
        return number
    return format_html('<span class="nowrap" title="{}">{}</span>', number, shown)


def precise(moment: datetime | None) -> str:
    """Date and time to the millisecond in the current time zone."""
    if moment is None:
        return ""
    local = localtime(moment) if is_aware(moment) else moment
    return f"{date_format(local, 'Y-m-d H:i:s')}.{local.microsecond // 1000:03d}"


def as_json(value: Any) -> SafeString:
    """Indented JSON, escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return format_html('<pre class="readonly">{}</pre>', text)
