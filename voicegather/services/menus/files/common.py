"""What menus, steps and prompts of a file have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from voicegather.models.menus import KEY_PATTERN
from voicegather.services.menus.files.reading import Place


def text_at(
    found: Mapping[str, Place], name: str, how: Callable[[Place], str | None] = Place.text
) -> str:
    """The text under `name` as `how` reads it, "" where there is none."""
    return (how(found[name]) or "") if name in found else ""


def check_key(key: str, place: Place) -> None:
    """Note a problem where `key` cannot name a step or a prompt."""
    if not re.fullmatch(KEY_PATTERN, key):
        place.fail(
            _(
                "“%(key)s” cannot be a key: use up to 50 small letters, digits and underscores, "
                "beginning with a letter"
            )
            % {"key": key}
        )


def read_team(found: Mapping[str, Place]) -> str | None:
    """The team's name; "" where the file says that there is none, None where it says nothing."""
    if "team" not in found:
        return None
    if found["team"].is_null:
        return ""
    name = found["team"].text()
    if name is not None and not Group.objects.filter(name=name).exists():
        found["team"].fail(
            _("there is no group “%(name)s”: create it first, or remove the line") % {"name": name}
        )
    return name
