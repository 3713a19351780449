"""What an analytics page is asked for, from its address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from voicegather.models import Menu, MenuVersion
from voicegather.selectors.analytics import DayRange, Preset, RangeError, read_range

PRESET = Preset.WEEK


@dataclass(frozen=True, slots=True)
class Asked:
    """`version` None: all. `problem` is why the days are not those that were asked for."""

    days: DayRange
    preset: str
    version: int | None = None
    other: int | None = None
    problem: str = ""

    def query(self, **changes: str | int | None) -> str:
        """The address of the same with `changes`; None leaves out."""
        parts: dict[str, str | int | None] = {
            "version": self.version,
            "with": self.other,
        }
        if self.preset:
            parts["days"] = self.preset
        else:
            parts |= {"since": self.days.first.isoformat(), "until": self.days.last.isoformat()}
        if "days" in changes:
            parts.pop("since", None)
            parts.pop("until", None)
        parts |= changes
        return "?" + urlencode({name: value for name, value in parts.items() if value is not None})


def asked_in(get: QueryDict) -> Asked:
    """What the address asks for. Days that cannot be shown are the usual ones, with a problem."""
    version, other = _version(get, "version"), _version(get, "with")
    since, until = get.get("since", "").strip(), get.get("until", "").strip()
    preset = get.get("days", "")
    if not (since or until):
        known = Preset(preset) if preset in Preset.values else PRESET
        return Asked(DayRange.of(known), known.value, version, other)
    try:
        return Asked(read_range(since, until), "", version, other)
    except RangeError as problem:
        return Asked(DayRange.of(PRESET), PRESET.value, version, other, str(problem))


def version_of(menu: Menu, number: int | None) -> MenuVersion | None:
    """The version with this number; raises Http404 where the menu has none such."""
    if number is None:
        return None
    found: MenuVersion | None = menu.versions.filter(number=number).first()
    if found is None:
        raise Http404(_("The menu has no such version."))
    return found


def _version(get: QueryDict, name: str) -> int | None:
    text = get.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10):
        raise Http404(_("The menu has no such version."))
    return int(text)
