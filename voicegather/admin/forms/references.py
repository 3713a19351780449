"""Settings that name a prompt, a menu or a calendar: chosen from a list, prompts added there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from voicegather.admin.teams import in_own_teams
from voicegather.engine.config import Role
from voicegather.models import Calendar, Menu, Prompt, PromptVariant

#: Prompts for one attempt each, as many as a gather has attempts at most.
MOST_PROMPTS = 9
_SPARE = 2


class Offered:
    """What a user may choose from, each model asked for once, and whether they may add to it."""

    def __init__(self, request: HttpRequest, admin_site: Any) -> None:
        self._request = request
        self._admin_site = admin_site
        self._rows: dict[Role, list[tuple[int, str, str]]] = {}

    def rows(self, role: Role) -> list[tuple[int, str, str]]:
        """The rows that a setting of this role may name: ``(id, key, name)``, by their keys."""
        if role not in self._rows:
            model, key = _MODELS[role]
            visible: QuerySet[Any] = in_own_teams(self._request, _in_use(model))
            self._rows[role] = list(visible.order_by(key).values_list("pk", key, "name"))
        return self._rows[role]

    def select(self, role: Role) -> forms.Widget:
        """A list to choose from; of prompts with the admin's buttons to add and change one."""
        if role is not Role.PROMPT:
            return forms.Select()
        may = self._request.user.has_perm
        return RelatedFieldWidgetWrapper(
            forms.Select(),
            PromptVariant._meta.get_field("prompt").remote_field,
            self._admin_site,
            can_add_related=may("voicegather.add_prompt"),
            can_change_related=may("voicegather.change_prompt"),
        )


_MODELS: Mapping[Role, tuple[Any, str]] = {
    Role.PROMPT: (Prompt, "key"),
    Role.MENU: (Menu, "slug"),
    Role.CALENDAR: (Calendar, "key"),
}
ROLES = frozenset(_MODELS)


def _in_use(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    return rows.filter(archived_at=None) if model is Menu else rows


class _Choices:
    """Keys as the ids that the admin's popups speak of, and back."""

    def __init__(self, rows: Iterable[tuple[int, str, str]]) -> None:
        self.keys = {str(pk): key for pk, key, _name in rows}
        self.ids = {key: pk for pk, key in self.keys.items()}
        self.options = [("", "---------")] + [
            (str(pk), f"{name} ({key})" if name and name != key else key) for pk, key, name in rows
        ]

    def keep(self, key: str) -> None:
        """Let a stored key stay that names nothing the user may choose."""
        if key and key not in self.ids:
            self.keys[key] = key
            self.ids[key] = key
            self.options.append((key, _("%s: not to be found") % key))

    def key_of(self, value: str) -> str:
        if not value:
            return ""
        if value not in self.keys:
            raise ValidationError(_("That is not one of the available choices."))
        return self.keys[value]


class ReferenceField(forms.CharField):
    """One key. `stored` may name what the user cannot choose; it stays until they choose."""

    def __init__(self, role: Role, offered: Offered, stored: Any = "", **kwargs: Any) -> None:
        self._choices = _Choices(offered.rows(role))
        if isinstance(stored, str):
            self._choices.keep(stored)
        super().__init__(widget=offered.select(role), **kwargs)
        _options(self.widget, self._choices.options)

    def prepare_value(self, value: Any) -> Any:
        return self._choices.ids.get(value, value)

    def clean(self, value: Any) -> str:
        return self._choices.key_of(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(self.prepare_value(initial) or "") != str(data or ""))


class ReferencesField(forms.Field):
    """Several keys in an order: one list to choose from for each, and some to spare."""

    def __init__(self, role: Role, offered: Offered, stored: Any = (), **kwargs: Any) -> None:
        self._choices = _Choices(offered.rows(role))
        for key in stored:
            self._choices.keep(key)
        one = offered.select(role)
        _options(one, self._choices.options)
        super().__init__(widget=_Several(one), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return [self._choices.ids.get(each, each) for each in value or ()]

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(self._choices.key_of(each) for each in value if each)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != [each for each in data or () if each])


class _Several(forms.Widget):
    """Any number of one widget, one below the other."""

    def __init__(self, one: forms.Widget) -> None:
        self.one = one
        super().__init__()

    @property
    def media(self) -> forms.Media:
        return self.one.media

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [data.get(f"{name}_{index}", "") for index in range(MOST_PROMPTS)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_0" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        values = [each for each in value or () if each]
        count = min(len(values) + _SPARE, MOST_PROMPTS)
        values += [""] * (max(count, len(values)) - len(values))
        id_ = (attrs or {}).get("id", f"id_{name}")
        rendered = (
            self.one.render(
                f"{name}_{index}",
                each,
                {**(attrs or {}), "id": f"{id_}_{index}", "aria-label": str(index + 1)},
                renderer,
            )
            for index, each in enumerate(values)
        )
        rows = format_html_join("", "<div>{}</div>", ((each,) for each in rendered))
        return format_html('<div class="setting-several">{}</div>', rows)


def _options(widget: Any, options: list[tuple[str, str]]) -> None:
    inner = getattr(widget, "widget", widget)
    inner.choices = options
