"""Filters of the app's own admin pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from voicegather.admin.lists.display import telephone as as_telephone

register = template.Library()


@register.filter
def telephone(number: str) -> SafeString | str:
    """A number in E.164 as the site's staff read it, with the number itself as its title."""
    return as_telephone(number)
