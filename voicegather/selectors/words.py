"""Words looked for in all prompts, in the settings of steps, and in what callers still hear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from voicegather.engine.config import Role, settings_of
from voicegather.engine.graph import WordsKind
from voicegather.engine.kinds import kind_named
from voicegather.models import Menu, MenuVersion, PromptVariant, Step
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.setting_texts import setting_texts
from voicegather.services.replacing.phrases import WORDED, Phrase

#: Characters shown on either side of a hit, and hits shown of one text.
BESIDE, MOST_HITS = 60, 3
#: Settings whose texts name something, and are no words.
_NAMES = frozenset({Role.PROMPT, Role.MENU, Role.CALENDAR, Role.VARIABLE, Role.DESTINATION})


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A hit with what stands around it."""

    before: str
    hit: str
    after: str


@dataclass(frozen=True)
class FoundVariants:
    """The first variants that hold the phrase, and how many there are in all."""

    variants: tuple[PromptVariant, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FoundSetting:
    """A setting of a step that holds the phrase."""

    step: int
    step_name: str
    menu: int
    menu_name: str
    label: str
    excerpts: tuple[Excerpt, ...]


def variants_with(
    user: AnyUser, phrase: Phrase, *, languages: Collection[str] = (), most: int
) -> FoundVariants:
    """The variants of the user's teams that hold `phrase`; in all languages if none is given."""
    rows = in_teams_of(user, PromptVariant.objects.filter(kind__in=WORDED))
    if languages:
        rows = rows.filter(language__in=list(languages))
    word = _sure_word(rows, phrase)
    if word:
        rows = rows.filter(text__icontains=word)
    rows = rows.order_by("prompt__key", "language")
    found = [
        pk
        for pk, kind, text in rows.values_list("pk", "kind", "text").iterator(chunk_size=2_000)
        if phrase.spans(text, kind=kind)
    ]
    shown = rows.filter(pk__in=found[:most]).select_related("prompt__team")
    return FoundVariants(tuple(shown), len(found))


def settings_with(user: AnyUser, phrase: Phrase, *, most: int) -> tuple[FoundSetting, ...]:
    """The settings of steps, of the user's teams, whose words hold `phrase`: the first of them."""
    rows = in_teams_of(user, Step.objects.filter(menu__archived_at=None))
    word = _sure_word(rows, phrase)
    if word and word.isalnum():
        rows = rows.annotate(settings_text=Cast("config", TextField()))
        rows = rows.filter(settings_text__icontains=word)
    rows = rows.select_related("menu").order_by("menu__name", "menu", "position", "pk")
    found: list[FoundSetting] = []
    for step in rows.defer("menu__description").iterator(chunk_size=500):
        found += _settings_of_step(step, phrase)
        if len(found) >= most:
            break
    return tuple(found[:most])


def excerpts_of(text: str, phrase: Phrase, *, kind: str = WordsKind.TEXT) -> tuple[Excerpt, ...]:
    """The first hits in `text` with what stands between and beside them, nothing twice."""
    spans = phrase.spans(text, kind=kind)[:MOST_HITS]
    ends = [*(start for start, _stop in spans[1:]), len(text)][: len(spans)]
    excerpts: list[Excerpt] = []
    shown = 0
    for (start, stop), end in zip(spans, ends, strict=True):
        begin, until = max(shown, start - BESIDE), min(end, stop + BESIDE)
        before = ("…" if begin > shown else "") + text[begin:start]
        after = text[stop:until] + ("…" if until < end == len(text) else "")
        excerpts.append(Excerpt(before, text[start:stop], after))
        shown = until
    return tuple(excerpts)


def still_speaking(
    user: AnyUser, texts: Mapping[tuple[str, str], str]
) -> tuple[tuple[Menu, ...], int]:
    """The menus whose live versions say something else than `texts`, by prompt key and language.

    Of the user's teams; the number counts those of others. Archived ones are left out.
    """
    live = Menu.objects.filter(archived_at=None).exclude(live_version=None)
    versions = dict(live.values_list("live_version", "pk"))
    spoken = MenuVersion.objects.filter(pk__in=list(versions))
    differing = {
        versions[pk]
        for pk, prompts in spoken.values_list("pk", "document__prompts").iterator(chunk_size=100)
        if _differs(prompts or {}, texts)
    }
    own = in_teams_of(user, Menu.objects.filter(pk__in=differing).order_by("name", "pk"))
    menus = tuple(own.defer("live_version__document"))
    return menus, len(differing) - len(menus)


def _differs(prompts: Mapping[str, Any], texts: Mapping[tuple[str, str], str]) -> bool:
    for (key, language), text in texts.items():
        words = prompts.get(key, {}).get(language)
        if words is not None and words.get("text", "") != text:
            return True
    return False


def _sure_word(rows: QuerySet[Any], phrase: Phrase) -> str:
    """A word that every row with the phrase holds and that the database finds in any case.

    SQLite takes É and é for different letters: there only plain letters are sure.
    """
    words = sorted(phrase.text.split(), key=len, reverse=True)
    sure = connections[rows.db].vendor != "sqlite"
    return next((word for word in words if sure or word.isascii()), "")


def _settings_of_step(step: Step, phrase: Phrase) -> Iterator[FoundSetting]:
    kind = kind_named(step.kind)
    if not isinstance(step.config, dict):
        return
    infos = settings_of(kind.Settings) if kind else {}
    for name, value in step.config.items():
        if name in infos and infos[name].role in _NAMES:
            continue
        excerpts = tuple(
            excerpt for text in _texts_in(value) for excerpt in excerpts_of(text, phrase)
        )
        if excerpts:
            label = str(setting_texts(step.kind, name, step.config)[0])
            yield FoundSetting(
                step.pk, str(step), step.menu_id, step.menu.name, label, excerpts[:MOST_HITS]
            )


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inside: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    for each in inside:
        yield from _texts_in(each)
