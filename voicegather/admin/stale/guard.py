"""A form that is not saved over what somebody else wrote while it was open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from voicegather.admin.stale.conflicts import (
    Conflict,
    Difference,
    differences_of,
    differing,
    told_of,
)
from voicegather.admin.stale.rows import StoredRows, locked_rows, posted_rows
from voicegather.admin.stale.standing import Standing, digest, opened_of, values_of

#: The hidden mark of the page, and the same in a box to tick: saving over what stands there.
MARK, OVER = "opened", "over"


def mark_of(request: HttpRequest) -> str:
    """The newest mark that the page's user has seen; "" where the form came without one."""
    return request.POST.get(OVER) or request.POST.get(MARK, "")


class Guard:
    """How the object stood when the form was posted; its row and its inlines' rows are locked."""

    def __init__(self, admin: Any, request: HttpRequest, obj: Model) -> None:
        self.admin, self.request, self.obj = admin, request, obj
        self.without = admin.get_readonly_fields(request, obj)
        self.rows = locked_rows(admin, request, obj)
        self.opened = opened_of(mark_of(request))
        self.stored = Standing(
            values_of(obj, self.without), {rows.prefix: rows.values() for rows in self.rows}
        )

    def conflict(self, form: Any) -> Conflict | None:
        """What saving the validated `form` would undo, None where nothing of anybody."""
        found = [*self._own(form)]
        for rows in self.rows:
            found += self._of_rows(rows)
        if not found:
            return None
        objects = [self.obj, *(row for rows in self.rows for row in rows.objects.values())]
        return Conflict(
            told=told_of(objects, self.opened, self.request.user),
            differences=tuple(found),
            mark=self.stored.mark(),
            has_files=bool(form.files),
        )

    def _own(self, form: Any) -> Iterator[Difference]:
        typed = values_of(form.instance, self.without)
        names = differing(self.stored.values, typed, self.opened.values)
        model = type(self.obj)
        yield from differences_of(names, self.stored.values, typed, form, model, "")

    def _of_rows(self, rows: StoredRows) -> Iterator[Difference]:
        opened = self.opened.rows.get(rows.prefix, {})
        stored = self.stored.rows[rows.prefix]
        kind = rows.inline.verbose_name
        for _key in rows.gone:
            yield Difference(str(kind), _("removed"), _("kept"))
        changed = {key for key in stored if opened.get(key) != digest(stored[key])}
        if not changed:
            return
        for form in posted_rows(self.admin, self.request, self.obj, rows):
            key = str(form.instance.pk)
            if key not in changed:
                continue
            name = f"{kind} “{rows.objects[key]}”"
            if form.cleaned_data.get("DELETE"):
                yield Difference(name, _("changed"), _("removed"))
                continue
            typed = values_of(form.instance, {rows.foreign_key})
            names = differing(stored[key], typed, {})
            model = type(rows.objects[key])
            yield from differences_of(names, stored[key], typed, form, model, name)


class GuardedForm:
    """Mixed into a model's form for one request."""

    guard: Guard
    conflict: Conflict | None = None

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        self.conflict = self.guard.conflict(self)
        if self.conflict is not None:
            message = _("Nothing was saved: say above what to do with the changes of others.")
            self.add_error(None, message)  # type: ignore[attr-defined]


def guarded(form_class: Any, guard: Guard) -> Any:
    """`form_class`, refusing what `guard` refuses."""
    return type(form_class)(form_class.__name__, (GuardedForm, form_class), {"guard": guard})
