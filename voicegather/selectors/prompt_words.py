"""What the words of a prompt can name, by the menus that speak it, and how they then sound."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.engine.config import Role, settings_of
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import StepKind, all_kinds
from voicegather.engine.steps.gather import ENTRY_VARIABLE
from voicegather.engine.template import digit_by_digit, placeholder_pieces, placeholders
from voicegather.engine.turn import BUILT_IN_VARIABLES
from voicegather.engine.variables import read_declared
from voicegather.models import Menu, Step
from voicegather.selectors.prompt_uses import draft_uses
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.draft import named_in, settings_with_role
from voicegather.services.menus.lint.variable_checks import READ_BACK, collected_by

#: What a value is taken to be while nobody has called.
EXAMPLE = "1234"
#: Steps whose settings are read once a process.
MOST_REMEMBERED = 8192
_BUILT_IN_EXAMPLES = {
    "caller": "+13125550101",
    "called": "+13125550100",
    "language": "en-US",
    "answered_by": "human",
}
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Variable:
    """One that a prompt can name. `keeper` is the step that keeps it from being spoken, or "".

    One that `is_hidden` comes from menus of other teams alone: it is told of to who names it.
    """

    name: str
    origin: str | Promise
    example: str = EXAMPLE
    keeper: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that a prompt can name. `is_used` is whether a menu speaks it: else nobody can tell."""

    variables: tuple[Variable, ...]
    is_used: bool

    @property
    def offered(self) -> tuple[Variable, ...]:
        """Those that may be spoken."""
        return tuple(each for each in self.variables if not each.keeper and not each.is_hidden)

    def beside_in(self, text: str) -> tuple[str, ...]:
        """The names that are not offered and yet not unknown to a page with this text."""
        named = {each.name for each in placeholders(text)}
        kept = (each for each in self.variables if each.keeper or each.is_hidden)
        return tuple(each.name for each in kept if not each.is_hidden or each.name in named)

    def named(self, name: str) -> Variable | None:
        """The variable of this name, None where there is none."""
        return next((each for each in self.variables if each.name == name), None)

    def unknown_in(self, text: str) -> tuple[str, ...]:
        """The names in `text` that no call will know; none while no menu speaks the prompt."""
        if not self.is_used:
            return ()
        names = (each.name for each in placeholders(text))
        return tuple(dict.fromkeys(name for name in names if self.named(name) is None))

    def kept_in(self, text: str) -> tuple[Variable, ...]:
        """The variables in `text` that are not to be spoken."""
        found = (self.named(each.name) for each in placeholders(text))
        return tuple(dict.fromkeys(each for each in found if each and each.keeper))

    def preview(self, text: str, *, ssml: bool) -> tuple[tuple[str, bool], ...]:
        """`text` as heard, in pieces: each with whether it is an example value."""
        return tuple(_heard(self, text, ssml=ssml))


BUILT_IN = tuple(
    Variable(name, gettext_lazy("known of every call"), _BUILT_IN_EXAMPLES.get(name, EXAMPLE))
    for name in sorted(BUILT_IN_VARIABLES)
)


def vocabulary_of(key: str, *, reader: AnyUser | None = None) -> Vocabulary:
    """What the prompt with this key can name: six queries, whatever the menus' number and size.

    Known are the variables of every menu that speaks it, and of those that a call can come from or
    go to, as the linter knows them; "" is a prompt that does not exist yet. What menus of other
    teams than the `reader`'s know is hidden; without a reader nothing is.
    """
    uses = draft_uses([key]).get(key, ()) if key else ()
    found = {each.name: each for each in BUILT_IN}
    if any(each.setting == READ_BACK for each in uses):
        found[ENTRY_VARIABLE] = Variable(ENTRY_VARIABLE, _("what the caller just entered"))
    if uses:
        for each in _variables_around({use.menu for use in uses}, reader):
            known = found.get(each.name)
            if known is None or (each.keeper and not known.keeper):
                found[each.name] = each
    return Vocabulary(tuple(found.values()), bool(uses))


def _variables_around(menus: set[int], reader: AnyUser | None) -> Iterator[Variable]:
    """Those of the reader's own menus first: they say more."""
    around = _connected(menus)
    own = around
    if reader is not None:
        shown = in_teams_of(reader, Menu.objects.filter(pk__in=around))
        own = set(shown.values_list("pk", flat=True))
    found = [*_declared(around), *_collected(Step.objects.filter(menu__in=around))]
    yield from (each for menu, each in found if menu in own)
    for menu, each in found:
        if menu not in own:
            place = _("a menu of another team")
            keeper = place if each.keeper else ""
            yield Variable(each.name, place, keeper=keeper, is_hidden=True)


def _declared(menus: set[int]) -> Iterator[tuple[int, Variable]]:
    rows = Menu.objects.filter(pk__in=menus).values_list("pk", "variables")
    for menu, declaration in rows:
        for declared in read_declared(declaration)[0]:
            origin = declared.help or _("a call may bring it")
            yield menu, Variable(declared.name, origin, declared.default or EXAMPLE)


def _connected(menus: set[int]) -> set[int]:
    """These menus, those that they enter and those that enter them, directly or through others."""
    kinds = [
        kind.name
        for kind in all_kinds()
        if any(info.role is Role.MENU for info in settings_of(kind.Settings).values())
    ]
    by_slug = dict(Menu.objects.values_list("slug", "pk"))
    ways: defaultdict[int, set[int]] = defaultdict(set)
    for menu, kind, config in Step.objects.filter(kind__in=kinds).values_list(
        "menu", "kind", "config"
    ):
        for _setting, value in settings_with_role(kind, config, Role.MENU):
            for entered in (by_slug[slug] for slug in named_in(value) if slug in by_slug):
                ways[menu].add(entered)
                ways[entered].add(menu)
    reached, waiting = set(menus), list(menus)
    while waiting:
        new = ways[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def _collected(steps: QuerySet[Step]) -> Iterator[tuple[int, Variable]]:
    collecting = [kind.name for kind in all_kinds() if _collects(kind)]
    rows = steps.filter(kind__in=collecting).order_by("position", "pk")
    texts = rows.annotate(settings_text=Cast("config", TextField()))
    for menu, key, name, kind, text, sensitivity in texts.values_list(
        "menu", "key", "name", "kind", "settings_text", "sensitivity"
    ):
        names, may_be_spoken = _collected_by(kind, key, text)
        is_kept = sensitivity != Sensitivity.NORMAL and not may_be_spoken
        step = name or key
        for each in names:
            origin = _("collected by “%(step)s”") % {"step": step}
            yield menu, Variable(each, origin, keeper=step if is_kept else "")


def _collects(kind: StepKind) -> bool:
    return type(kind).variables_of is not StepKind.variables_of


@lru_cache(maxsize=MOST_REMEMBERED)
def _collected_by(kind: str, key: str, config: str) -> tuple[tuple[str, ...], bool]:
    """What a step with these settings, as JSON, collects; and whether it may be spoken anyway."""
    settings = json.loads(config)
    node = StepNode(key, kind, settings if isinstance(settings, dict) else {})
    return collected_by(node), bool(node.config.get("speak_secret"))


def _heard(words: Vocabulary, text: str, *, ssml: bool) -> Iterator[tuple[str, bool]]:
    for each in placeholder_pieces(text):
        if isinstance(each, str):
            yield (unescape(_TAG.sub(" ", each)) if ssml else each), False
            continue
        found = words.named(each.name)
        value = found.example if found else EXAMPLE
        yield digit_by_digit(value) if each.filter == "digits" else value, True
