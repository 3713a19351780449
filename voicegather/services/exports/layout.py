"""Names and columns as they were when an export began: a menu renamed since changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from voicegather.models import Export, Menu, MenuVersion
from voicegather.selectors.collected import Scope, StepColumn, columns_of


@dataclass(frozen=True)
class Layout:
    """What menus and versions are called, by their ids, and the columns of steps."""

    slugs: dict[int, str]
    versions: dict[int, tuple[int, int]]
    steps: tuple[StepColumn, ...] = field(default=())

    def called(self, menu: int | None, version: int | None) -> tuple[str | None, int | None]:
        """The slug of the version's menu, else of `menu`, and the version's number."""
        of_version, number = self.versions.get(version or 0, (None, None))
        return self.slugs.get(of_version or menu or 0), number

    def stored(self) -> dict[str, Any]:
        """The layout as JSON."""
        return {
            "slugs": list(self.slugs.items()),
            "versions": [(pk, *of) for pk, of in self.versions.items()],
            "steps": [(each.menu, each.step_key, each.field) for each in self.steps],
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The layout that :meth:`stored` took."""
        return cls(
            dict(stored["slugs"]),
            {pk: (menu, number) for pk, menu, number in stored["versions"]},
            tuple(StepColumn(*each) for each in stored["steps"]),
        )


def layout_of(scope: Scope, *, shape: str) -> Layout:
    """The names as they are now, and for the wide shape the columns: two queries, or three."""
    slugs = dict(Menu.objects.values_list("pk", "slug"))
    versions = MenuVersion.objects.values_list("pk", "menu_id", "number")
    menus = [
        pk
        for pk, slug in slugs.items()
        if (slug == scope.menu if scope.menu else pk not in scope.hidden_menus)
    ]
    # Of a menu that is deleted by now, the answers have lost their menu, too.
    found = {(menu if menu in slugs else None, step, name) for menu, step, name in scope.fields}
    return Layout(
        slugs,
        {pk: (menu, number) for pk, menu, number in versions},
        columns_of(menus=menus, found=found) if shape == Export.Shape.WIDE else (),
    )
