"""A menu as it stands, for its page and its diagram: steps, where they lead, what is wrong."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.config import Role, default_of, settings_of
from voicegather.engine.edges import Action, Match
from voicegather.engine.graph import WordsKind
from voicegather.engine.kinds import kind_named
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.services.menus.choice_labels import label_of_choice
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import Draft, prompts_named, read_draft
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.lint import lint_draft
from voicegather.services.menus.lint.hints import hints_of
from voicegather.services.wording import translated

#: Characters of a prompt that tell which one it is.
FIRST_WORDS = 90

#: What a step is about where it says nothing, the most telling first.
_TELLING_ROLES = (Role.DESTINATION, Role.MENU, Role.CALENDAR, Role.VARIABLE)


@dataclass(frozen=True, slots=True)
class Way:
    """One choice as people read it. `target` is None where it leads to no step."""

    label: str
    action: Action
    target: int | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step. `words` are the first that it says, or what else tells it from others."""

    step: Step
    kind: str
    words: str
    ways: tuple[Way, ...]
    problems: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self.problems)


@dataclass(frozen=True)
class Overview:
    """A menu's draft. `steps` are in their order; `shared` are the global choices.

    `problems` are those that no step has; `sha256` is what a version of this draft would have;
    `hints` are no problems.
    """

    steps: tuple[StepView, ...]
    shared: tuple[Way, ...]
    problems: tuple[Finding, ...]
    sha256: str
    hints: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is wrong: of the whole menu first, then step by step."""
        return self.problems + tuple(each for view in self.steps for each in view.problems)

    def in_flow(self) -> tuple[StepView, ...]:
        """The steps as a caller meets them: from the entry, each before those it leads to.

        Then those that only global choices lead to, then those that nothing leads to.
        """
        by_id = {view.step.pk: view for view in self.steps}
        entries = [view.step.pk for view in self.steps if view.step.is_entry]
        met: dict[int, StepView] = {}
        for root in (*entries, *(way.target for way in self.shared), *by_id):
            waiting = deque([root])
            while waiting:
                pk = waiting.popleft()
                if pk in by_id and pk not in met:
                    met[pk] = by_id[pk]
                    waiting.extend(way.target for way in by_id[pk].ways)
        return tuple(met.values())


def overview_of(menu: Menu) -> Overview:
    """The menu's draft with what the linter says of it; as many queries for any number of steps."""
    draft = read_draft(menu)
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in lint_draft(draft):
        findings[finding.step].append(finding)
    steps = tuple(
        StepView(
            step=step,
            kind=_kind_label(step.kind),
            words=_gist(step, draft),
            ways=_ways_of(draft.choices_of(step)),
            problems=tuple(findings.pop(step.key, ())),
        )
        for step in draft.steps
    )
    return Overview(
        steps=steps,
        shared=_ways_of(draft.global_choices),
        problems=tuple(each for left in findings.values() for each in left),
        sha256=content_sha256(compile_draft(draft)),
        hints=hints_of(draft),
    )


def _kind_label(name: str) -> str:
    kind = kind_named(name)
    return translated(kind.label) if kind else name


def _ways_of(choices: Iterable[Choice]) -> tuple[Way, ...]:
    return tuple(
        Way(
            label=label_of_choice(Match(choice.match), choice.value),
            action=Action(choice.action),
            target=choice.target_id if choice.action == Action.GOTO else None,
            language=choice.language,
        )
        for choice in choices
    )


def _gist(step: Step, draft: Draft) -> str:
    """The first words that the step says, else what it names; "" where it does neither."""
    if not isinstance(step.config, dict):
        return ""
    for _setting, key in prompts_named(step.kind, step.config):
        prompt = draft.prompts.get(key)
        if prompt is None:
            return _("“%(key)s”, which does not exist") % {"key": key}
        # What another team says is theirs to show; the linter tells that it stands here.
        if prompt.team_id in (None, draft.menu.team_id):
            return first_words(prompt, draft.languages) or key
        return key
    return next(_names(step.kind, step.config), "")


def _names(kind: str, config: Mapping[str, Any]) -> Iterator[str]:
    found = kind_named(kind)
    if found is None:
        return
    infos = settings_of(found.Settings)
    required = {each.name for each in fields(found.Settings) if default_of(each) is MISSING}
    telling = [name for role in _TELLING_ROLES for name in infos if infos[name].role is role]
    for name in (*telling, *(name for name in infos if name in required)):
        value = config.get(name)
        if isinstance(value, str) and value:
            yield value


def first_words(prompt: Prompt, languages: tuple[str, ...]) -> str:
    """What callers hear first of a prompt, in the first of `languages` that it has; "" if none."""
    variants = {variant.language: variant for variant in prompt.variants.all()}
    found = next((variants[each] for each in languages if each in variants), None)
    found = found or next(iter(variants.values()), None)
    return _beginning(_said(found)) if found else ""


def _said(variant: PromptVariant) -> str:
    match variant.kind:
        case WordsKind.AUDIO:
            return "♪ " + PurePosixPath(str(variant.audio_file or variant.audio_url)).name
        case WordsKind.MEDIA:
            return f"♪ {variant.media_name}"
        case WordsKind.SSML:
            return re.sub(r"<[^>]*>", " ", variant.text)
        case _:
            return variant.text


def _beginning(text: str) -> str:
    """At most FIRST_WORDS characters of `text` on one line, cut between words where that does."""
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    cut = line[:FIRST_WORDS]
    return (cut.rpartition(" ")[0].rstrip(",;:. ") or cut) + "…"
