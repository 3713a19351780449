"""What the app's admin pages say while numbers are diverted."""

from __future__ import annotations

from typing import Any

from django import template

from voicegather.admin.forms.moments import told
from voicegather.selectors.diversions import running_diversions
from voicegather.services.diversions import PERMISSION

register = template.Library()


@register.inclusion_tag("admin/voicegather/includes/diversions.html", takes_context=True)
def diversions(context: dict[str, Any]) -> dict[str, Any]:
    """A banner for each diversion that is on, one query; nothing where none is."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_staff or context.get("is_popup"):
        return {}
    return {
        "diversions": [
            {"row": each, "since": told(each.started_at), "until": told(each.until)}
            for each in running_diversions(user)
        ],
        "may_divert": user.has_perm(PERMISSION),
        "csrf_token": context.get("csrf_token"),
    }
