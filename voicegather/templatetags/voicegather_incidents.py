"""What the app's index says while incidents are open, and the way to the overview."""

from __future__ import annotations

from typing import Any

from django import template

from voicegather.admin.operations.overview import MAY_SEE
from voicegather.selectors.incidents import unacknowledged_count

register = template.Library()


@register.inclusion_tag("admin/voicegather/includes/incidents.html", takes_context=True)
def open_incidents(context: dict[str, Any]) -> dict[str, Any]:
    """A banner while incidents are open that nobody looks after; one query."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.has_perm("voicegather.view_incident"):
        return {}
    return {"count": unacknowledged_count(user)}


@register.inclusion_tag("admin/voicegather/includes/overview_link.html", takes_context=True)
def overview_link(context: dict[str, Any]) -> dict[str, Any]:
    """For those who may see some of it, on the index of this app alone."""
    user = getattr(context.get("request"), "user", None)
    may = user is not None and any(user.has_perm(f"voicegather.{each}") for each in MAY_SEE)
    return {"may_see": may}


@register.filter
def last_line(text: str) -> str:
    """The last line of a traceback that is not empty: what was raised."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "").strip()
