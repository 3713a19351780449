"""What others changed while a page was open, beside what its user typed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.forms import BaseForm, ModelChoiceField
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from voicegather.admin.stale.standing import BETWEEN, Opened, Values, digest

#: The log's times are taken a moment after the rows were written.
_SLACK = timedelta(seconds=2)


@dataclass(frozen=True)
class Difference:
    """One value that somebody else wrote and that saving would undo, as people read it."""

    label: str
    stored: str
    typed: str


@dataclass(frozen=True)
class Conflict:
    """Why nothing was saved. `mark` is how the object stands now: who sends it has seen it."""

    told: str
    differences: tuple[Difference, ...]
    mark: str
    has_files: bool


def differing(stored: Values, typed: Values, opened: Mapping[str, str]) -> list[str]:
    """The names of the values that others changed since, and that saving would change back."""
    names = dict.fromkeys((*stored, *typed, *opened))
    return [
        name
        for name in names
        if opened.get(name) != (digest(stored[name]) if name in stored else None)
        and stored.get(name) != typed.get(name)
    ]


def differences_of(
    names: list[str], stored: Values, typed: Values, form: BaseForm, model: type[Model], row: str
) -> Iterator[Difference]:
    """Those values of a form, or of the inline's `row` that is called so, with their labels."""
    for name in names:
        field = _field(form, name)
        label = str(getattr(field, "label", "") or _label(form, model, name))
        yield Difference(
            f"{row}: {label}" if row else capfirst(label),
            _shown(stored.get(name), field, model, name),
            _shown(typed.get(name), field, model, name),
        )


def told_of(objects: list[Model], opened: Opened, user: Any) -> str:
    """Who changed one of them since the page was opened, and when, as the admin's log has it."""
    since = datetime.fromtimestamp(opened.at, UTC) - _SLACK
    which = Q()
    for each in objects:
        kind = ContentType.objects.get_for_model(each)
        which |= Q(content_type=kind, object_id=str(each.pk))
    found = LogEntry.objects.filter(which, action_time__gte=since).select_related("user")
    entry = found.order_by("-action_time", "-pk").first()
    if entry is None:
        return _("This was changed while you had it open.")
    when = date_format(localtime(entry.action_time), "DATETIME_FORMAT")
    if entry.user_id == user.pk:
        return _("You changed this yourself on %(when)s, in another window.") % {"when": when}
    name = getattr(entry.user, "get_full_name", str)() or entry.user.get_username()
    told = _("%(who)s changed this on %(when)s, while you had it open.")
    return told % {"who": name, "when": when}


def _field(form: BaseForm, name: str) -> Any:
    """The form's field of a value, None where the form has it otherwise, as rows say."""
    column, _between, key = name.partition(BETWEEN)
    return form.fields.get(f"setting_{key}" if key else column)


def _label(form: BaseForm, model: type[Model], name: str) -> str:
    column, _between, key = name.partition(BETWEEN)
    for rows in getattr(form, "row_sets", ()):
        if rows.setting.name in (name, key):
            return str(rows.setting.info.label)
    label = str(model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    return f"{label}: {key}" if key else label


def _shown(value: Any, field: Any, model: type[Model], name: str) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, ModelChoiceField):
        found = field.queryset.filter(pk=value).first() if field.queryset is not None else None
        return str(found) if found else _("something of another team")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=1)
    choices = dict(getattr(field, "choices", None) or _choices(model, name))
    return str(choices.get(value, value))


def _choices(model: type[Model], name: str) -> Any:
    if BETWEEN in name:
        return ()
    return getattr(model._meta.get_field(name), "flatchoices", ())
