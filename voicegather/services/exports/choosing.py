"""Which columns a profile can have."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from voicegather.models import ExportProfile, Menu
from voicegather.selectors.collected import columns_of
from voicegather.services.exports.long import COLUMNS as LONG_COLUMNS
from voicegather.services.exports.wide import FIXED_COLUMNS


def columns_to_choose(menus: QuerySet[Menu]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of keys with their names: the fixed ones, and the steps of every published version."""
    slugs = dict(menus.order_by("slug").values_list("pk", "slug"))
    steps = [column.key(slugs) for column in columns_of(menus=slugs, found=())]
    return [
        (_("Both shapes"), _pairs(key for key in FIXED_COLUMNS if key in LONG_COLUMNS)),
        (_("Wide: the call"), _pairs(key for key in FIXED_COLUMNS if key not in LONG_COLUMNS)),
        (_("Wide: its steps"), _pairs(steps)),
        (_("Long: the attempt"), _pairs(key for key in LONG_COLUMNS if key not in FIXED_COLUMNS)),
    ]


def keys_of_shape(key: str, shape: str) -> bool:
    """Whether a file of this shape can have the column."""
    if shape == ExportProfile.Shape.LONG:
        return key in LONG_COLUMNS
    return key in FIXED_COLUMNS or "/" in key


def _pairs(keys: Iterable[str]) -> list[tuple[str, str]]:
    return [(key, key) for key in keys]
