"""Where prompts are used: by steps of menus as they stand, and by versions that are live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from voicegather.models import Menu, Prompt, Step
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.draft import is_list_of_text, prompts_named

#: Prompts whose keys are looked for in the database; of more, every step is read.
MOST_LOOKED_FOR = 3


@dataclass(frozen=True, slots=True)
class Use:
    """A step that names a prompt.

    `languages` are those of the step's menu; an archived one speaks none.
    """

    menu: int
    menu_name: str
    step: int
    step_key: str
    step_name: str
    setting: str
    languages: tuple[str, ...] = ()
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class VisibleUses:
    """The uses that somebody may see; `hidden` counts the menus of other teams beside them."""

    uses: tuple[Use, ...]
    hidden: int

    def __bool__(self) -> bool:
        return bool(self.uses or self.hidden)


def draft_uses(keys: Iterable[str] | None = None) -> Mapping[str, tuple[Use, ...]]:
    """The steps that name each of these prompts, or each prompt, by its key; one query.

    Prompts that no step names are absent.
    """
    wanted = None if keys is None else frozenset(keys)
    found: defaultdict[str, list[Use]] = defaultdict(list)
    columns = ("menu", "menu__name", "menu__languages", "menu__archived_at")
    steps = _naming(wanted).order_by("menu__name", "menu", "position", "pk")
    for menu, menu_name, languages, archived_at, pk, key, name, kind, config in steps.values_list(
        *columns, "pk", "key", "name", "kind", "config"
    ):
        is_archived = archived_at is not None
        spoken = tuple(languages) if is_list_of_text(languages) and not is_archived else ()
        for setting, prompt in prompts_named(kind, config):
            if wanted is None or prompt in wanted:
                use = Use(menu, menu_name, pk, key, name or key, setting, spoken, is_archived)
                found[prompt].append(use)
    return {prompt: tuple(uses) for prompt, uses in found.items()}


def visible_uses(user: AnyUser, prompts: Sequence[Prompt]) -> Mapping[str, VisibleUses]:
    """The uses of each prompt as `user` may know of them, by its key; two queries."""
    uses = draft_uses([prompt.key for prompt in prompts])
    menus = {each.menu for some in uses.values() for each in some}
    own = in_teams_of(user, Menu.objects.filter(pk__in=menus))
    seen = set(own.values_list("pk", flat=True)) if menus else set()
    return {key: _seen(some, seen) for key, some in uses.items()}


def _naming(keys: frozenset[str] | None) -> QuerySet[Step]:
    """The steps among which those are that name one of the prompts."""
    if keys is None or len(keys) > MOST_LOOKED_FOR:
        return Step.objects.all()
    steps = Step.objects.annotate(settings_text=Cast("config", TextField()))
    found = Step.objects.none()
    for key in sorted(keys):
        found = found | steps.filter(settings_text__contains=f'"{key}"')
    return found


def _seen(uses: tuple[Use, ...], menus: set[int]) -> VisibleUses:
    hidden = {each.menu for each in uses if each.menu not in menus}
    return VisibleUses(tuple(each for each in uses if each.menu in menus), len(hidden))
