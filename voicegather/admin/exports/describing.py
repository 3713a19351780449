"""What an export is of, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from voicegather.engine.facts import AttemptOutcome
from voicegather.models.choices import choices_of
from voicegather.models.export_profiles import Reviews


def in_words(filters: Mapping[str, Any]) -> str:
    """What was chosen, from `Export.filters`: “Menu: clinic; Outcome: Valid”.

    Names that are not known here, such as those of a later release, are told as they are.
    """
    told = [_part(name, value) for name, value in filters.items()]
    return "; ".join(part for part in told if part) or _("Everything that the owner could see")


def _part(name: str, value: Any) -> str:
    if (name, value) == ("reviews", Reviews.ANY) or value in ("", False, None):
        return ""
    if name == "selected":
        return str(_("%s selected") % value)
    if name == "all_filtered":
        return _("All that were filtered, on all pages")
    if name == "test_calls":
        return _("Also calls by which staff tried menus out")
    if name == "reviews":
        return str(dict(Reviews.choices).get(value, value))
    told = _SHOWN[name](value) if name in _SHOWN else value
    return f"{_labels().get(name, name)}: {told}"


def _labels() -> dict[str, str]:
    return {
        "filter": _("Filter"),
        "list": _("List"),
        "menu": _("Menu"),
        "outcome": _("Outcome"),
        "schedule": _("Schedule"),
        "since": _("From"),
        "step": _("Step"),
        "until": _("To"),
    }


def _list_named(name: str) -> str:
    model = apps.all_models["voicegather"].get(name)
    return str(capfirst(model._meta.verbose_name_plural)) if model is not None else name


def _outcome_named(name: str) -> str:
    return str(dict(choices_of(AttemptOutcome)).get(name, name))


_SHOWN: Mapping[str, Callable[[str], str]] = {"list": _list_named, "outcome": _outcome_named}
