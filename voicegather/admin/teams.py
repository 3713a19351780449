"""Pages that show and offer only what belongs to the user's teams or to nobody."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from voicegather.admin.keepers import named_keepers
from voicegather.selectors.teams import in_teams_of, teams_of


class TeamScoped:
    """Shows and offers only what belongs to the user's teams or to nobody."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)  # type: ignore[misc]
        return in_own_teams(request, queryset)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs.setdefault("queryset", _offered(request, db_field.remote_field.model))
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What keeps them from being deleted is not named where it is another team's."""
        found = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        objects, counts, needed, protected = found
        if protected:
            site = self.admin_site  # type: ignore[attr-defined]
            protected = named_keepers(site, request, objs)
        return objects, counts, needed, protected


class OwnTeamsFilter(RelatedFieldListFilter):
    """A filter by team, or by what teams own, that names no other team's."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        ordering = self.field_admin_ordering(field, request, model_admin)
        offered = _offered(request, field.remote_field.model)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, limit_choices_to={"pk__in": offered}, ordering=ordering
        )
        return choices


def in_own_teams(request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Those rows of `queryset` that the user may see."""
    return in_teams_of(request.user, queryset)


def _offered(request: HttpRequest, model: type[Model]) -> QuerySet[Any]:
    """The rows of `model` that the user may choose from."""
    if model is Group:
        return teams_of(request.user)
    return in_own_teams(request, model._default_manager.all())
