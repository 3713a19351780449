"""Filters that write numbers of analytics as people read them."""

from __future__ import annotations

from django import template

from voicegather.admin.analytics import words

register = template.Library()
register.filter("percent", words.percent)
register.filter("points", words.points)
register.filter("seconds", words.seconds)
register.filter("grouped", words.number)


@register.filter
def named(key: str, names: dict[str, str]) -> str:
    """The name of a step by its key; the key where it has none."""
    return names.get(key, key)
