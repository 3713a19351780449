"""Which menus speak a prompt: as they stand, and as callers hear them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from voicegather.models import Menu, MenuVersion, Step
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.draft import prompts_named

#: Live versions of which it is remembered what they speak: they never change.
MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Speaker:
    """A menu that speaks a prompt in its draft, in its live version, or in both."""

    menu: int
    name: str
    in_draft: bool
    in_live: bool


@dataclass(frozen=True, slots=True)
class Speakers:
    """The menus that somebody may see; `hidden` counts those of other teams beside them."""

    menus: tuple[Speaker, ...] = ()
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.menus or self.hidden)

    @property
    def live(self) -> tuple[Speaker, ...]:
        return tuple(each for each in self.menus if each.in_live)


def speakers_of(user: AnyUser, keys: Collection[str]) -> dict[str, Speakers]:
    """Who speaks each of the prompts with these keys; four queries for any number of them."""
    if not keys:
        return {}
    drafts, live = _drafts_naming(keys), _live_naming(keys)
    names = dict(in_teams_of(user, Menu.objects.all()).values_list("pk", "name"))
    return {
        key: Speakers(
            menus=tuple(
                Speaker(pk, names[pk], pk in drafts[key], pk in live[key])
                for pk in sorted(drafts[key] | live[key], key=lambda pk: names.get(pk, ""))
                if pk in names
            ),
            hidden=len((drafts[key] | live[key]) - names.keys()),
        )
        for key in keys
    }


def _drafts_naming(keys: Collection[str]) -> defaultdict[str, set[int]]:
    wanted, found = set(keys), defaultdict[str, set[int]](set)
    for menu, kind, config in Step.objects.order_by().values_list("menu", "kind", "config"):
        for _, key in prompts_named(kind, config):
            if key in wanted:
                found[key].add(menu)
    return found


def _live_naming(keys: Collection[str]) -> defaultdict[str, set[int]]:
    live = Menu.objects.exclude(live_version=None).order_by()
    versions = {
        pk: (version, sha256)
        for pk, version, sha256 in live.values_list("pk", "live_version", "live_version__sha256")
    }
    spoken = _keys_of_versions(versions.values())
    wanted, found = set(keys), defaultdict[str, set[int]](set)
    for pk, version in versions.items():
        for key in spoken[version] & wanted:
            found[key].add(pk)
    return found


@dataclass
class _Memory:
    """The prompts of a version; None where it was not read yet."""

    keys: frozenset[str] | None = None


@lru_cache(maxsize=MOST_REMEMBERED)
def _memory_of(version: tuple[int, str]) -> _Memory:
    return _Memory()


def _keys_of_versions(
    versions: Iterable[tuple[int, str]],
) -> Mapping[tuple[int, str], frozenset[str]]:
    memories = {version: _memory_of(version) for version in versions}
    unknown = {pk: sha256 for (pk, sha256), memory in memories.items() if memory.keys is None}
    rows = MenuVersion.objects.filter(pk__in=list(unknown)).values_list("pk", "document__prompts")
    for pk, prompts in rows if unknown else ():
        memories[pk, unknown[pk]].keys = frozenset(prompts or ())
    return {version: memory.keys or frozenset() for version, memory in memories.items()}
