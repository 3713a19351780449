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


def link_to(obj: Model | None, label: str = "") -> str:
    """A link to the object's admin page, escaped; "" where there is no object."""
    if obj is None:
        return ""
    name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[obj.pk]), label or str(obj))


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
