"""Which menus differ from what callers hear, for many menus at once.

Right means: publishing now would make another version live. Only the compiled content tells that:
moments of change do not (an edit taken back is no change, and a deletion leaves no moment), and a
mark that services keep misses whoever writes rows without them. But compiling a page of large menus
takes seconds. So the rows that compiling reads are read as plain text, which is quick, and hashed;
what the same rows compiled to is remembered in this process. Every column counts, so that none can
be forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db.models import JSONField, QuerySet, TextField
from django.db.models.functions import Cast

from voicegather import conf
from voicegather.models import Choice, Menu, PromptVariant, Step
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import chunks_of, prompts_named, read_drafts

#: Menus whose content is remembered; each takes some kilobytes at most.
MOST_REMEMBERED = 2048
_BESIDE_THE_CONTENT = frozenset({"live_version", "archived_at", "created_at", "updated_at"})


@dataclass
class _Memory:
    """What is known of rows with the same fingerprint; None and "" where it is not known yet."""

    prompt_keys: frozenset[str] | None = None
    content: str = ""


@lru_cache(maxsize=MOST_REMEMBERED)
def _memory_of(fingerprint: str) -> _Memory:
    return _Memory()


def with_unpublished_changes(menus: Iterable[Menu]) -> set[int]:
    """The ids of those menus that are live, but not as they stand.

    Four queries for any number of menus whose rows were seen before, else nine.
    """
    live = {menu: menu.live_version.sha256 for menu in menus if menu.live_version is not None}
    content = content_of(list(live))
    return {menu.pk for menu, sha256 in live.items() if content[menu.pk] != sha256}


def content_of(menus: Sequence[Menu]) -> dict[int, str]:
    """The SHA-256 that a version of each menu as it stands would have, by the menu's id."""
    if not menus:
        return {}
    own = {pk: _print(rows) for pk, rows in _rows_of(menus).items()}
    named = _prompts_named(own)
    words = _words_of(set().union(*named.values()))
    whole = {
        pk: _memory_of(_print([own[pk], conf.get("PUBLIC_URL"), *map(words.get, sorted(keys))]))
        for pk, keys in named.items()
    }
    unknown = [menu for menu in menus if not whole[menu.pk].content]
    for draft in read_drafts(unknown) if unknown else ():
        whole[draft.menu.pk].content = content_sha256(compile_draft(draft))
    return {pk: memory.content for pk, memory in whole.items()}


def _print(rows: Iterable[Any]) -> str:
    """A fingerprint: the same for the same rows in the same order."""
    return sha256("\0".join(map(repr, rows)).encode()).hexdigest()


def _rows_of(menus: Sequence[Menu]) -> dict[int, list[tuple[Any, ...]]]:
    """Every row that a menu is made of, except prompts, as plain values in the menu's order."""
    rows: dict[int, list[tuple[Any, ...]]] = {menu.pk: [] for menu in menus}
    for menu, *columns in _plain(Menu.objects.filter(pk__in=list(rows)), "pk"):
        rows[menu].append(("menu", *columns))
    for model in (Step, Choice):
        found = model._default_manager.filter(menu__in=list(rows)).order_by("position", "pk")
        for menu, *columns in _plain(found, "menu"):
            rows[menu].append((model.__name__, *columns))
    return rows


def _plain(queryset: QuerySet[Any], first: str) -> QuerySet[Any]:
    """The rows as tuples: the column `first`, then every one of them, JSON as the text it is."""
    names, texts = [], {}
    for column in queryset.model._meta.concrete_fields:
        if isinstance(column, JSONField):
            texts[f"{column.name}_text"] = Cast(column.name, TextField())
        elif column.name not in _BESIDE_THE_CONTENT:
            names.append(column.attname)
    rows: QuerySet[Any] = queryset.annotate(**texts).values_list(first, *names, *texts)
    return rows


def _prompts_named(own: Mapping[int, str]) -> dict[int, frozenset[str]]:
    """The keys of the prompts that each menu's steps name, by menus' fingerprints."""
    memories = {pk: _memory_of(each) for pk, each in own.items()}
    unknown: dict[int, set[str]] = {
        pk: set() for pk, memory in memories.items() if memory.prompt_keys is None
    }
    if unknown:
        steps = Step.objects.filter(menu__in=list(unknown))
        for menu, kind, config in steps.values_list("menu", "kind", "config"):
            unknown[menu] |= {key for _, key in prompts_named(kind, config)}
    for pk, keys in unknown.items():
        memories[pk].prompt_keys = frozenset(keys)
    return {pk: memory.prompt_keys or frozenset() for pk, memory in memories.items()}


def _words_of(keys: Iterable[str]) -> dict[str, str]:
    """A fingerprint of each prompt that exists, by its key."""
    rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for some in chunks_of(sorted(keys)):
        found = PromptVariant.objects.filter(prompt__key__in=some).order_by("pk")
        for key, *columns in _plain(found, "prompt__key"):
            rows[key].append(tuple(columns))
    return {key: _print(each) for key, each in rows.items()}
