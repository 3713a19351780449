"""What callers of live menus hear of a prompt, against what it says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform

from voicegather.engine.codec import CodecError, to_json
from voicegather.models import Menu, Prompt
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.comparing import Difference, compare_documents
from voicegather.services.menus.compiling import words_of
from voicegather.services.menus.draft import is_list_of_text


@dataclass(frozen=True, slots=True)
class Speaker:
    """A menu whose live version holds words of a prompt.

    `differences` are what it says otherwise than the prompt does now; None where this release
    cannot read the version.
    """

    menu: int
    name: str
    version: int
    number: int
    differences: tuple[Difference, ...] | None

    @property
    def is_behind(self) -> bool:
        """Whether callers hear other words than the prompt has now."""
        return self.differences is None or bool(self.differences)


@dataclass(frozen=True, slots=True)
class Speakers:
    """The menus that speak a prompt live, as somebody may know of them.

    `hidden_behind` counts those of other teams whose callers hear other words.
    """

    visible: tuple[Speaker, ...]
    hidden_behind: int = 0

    @property
    def behind(self) -> tuple[Speaker, ...]:
        return tuple(each for each in self.visible if each.is_behind)


def speakers_of(prompt: Prompt, user: AnyUser) -> Speakers:
    """Who speaks the prompt live, as `user` may know; three queries for any number of menus.

    Nobody hears archived menus.
    """
    key = prompt.key
    live = Menu.objects.filter(archived_at=None, live_version__document__prompts__has_key=key)
    rows = live.annotate(
        spoken=KeyTransform(key, KeyTransform("prompts", "live_version__document")),
        format=F("live_version__format"),
        number=F("live_version__number"),
    ).order_by("name", "pk")
    now = {each.language: to_json(words_of(each)) for each in prompt.variants.all()}
    found = []
    for menu in rows.defer("description"):
        languages = menu.languages if is_list_of_text(menu.languages) else []
        words = {each: now[each] for each in languages if each in now}
        found.append(_speaker(menu, key, words))
    own = in_teams_of(user, Menu.objects.filter(pk__in=[each.menu for each in found]))
    seen = set(own.values_list("pk", flat=True)) if found else set()
    return Speakers(
        tuple(each for each in found if each.menu in seen),
        sum(each.is_behind for each in found if each.menu not in seen),
    )


def _speaker(menu: Any, key: str, words: dict[str, Any]) -> Speaker:
    def document(spoken: Any) -> dict[str, Any]:
        bare = {"format": menu.format, "menu": menu.slug, "entry": "", "languages": []}
        return {**bare, "steps": {}, "prompts": {key: spoken}}

    try:
        differences = compare_documents(document(menu.spoken), document(words)).prompts
    except CodecError:
        differences = None
    return Speaker(menu.pk, menu.name, menu.live_version_id, menu.number, differences)
