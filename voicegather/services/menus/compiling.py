"""A menu's rows to the document that a published version holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from voicegather.engine.codec import to_json
from voicegather.engine.edges import Action, Edge, Match
from voicegather.engine.graph import Graph, Sensitivity, StepNode, Words, WordsKind
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.services.audio import delivers_by_media, media_name_of
from voicegather.services.menus.audio import public_url
from voicegather.services.menus.draft import Draft, read_draft
from voicegather.services.menus.files.form import BARE_MATCHES


def compile_menu(menu: Menu) -> dict[str, Any]:
    """The compiled document of a menu as it stands, readable by ``Graph.load``.

    Every step holds its own choices, then the menu's global ones; prompts are in it that a step
    names, in the menu's languages. A draft with faults compiles, too: the linter judges it.
    """
    return compile_draft(read_draft(menu))


def compile_draft(draft: Draft) -> dict[str, Any]:
    """As :func:`compile_menu`, from rows that are read already."""
    document: dict[str, Any] = to_json(graph_of_draft(draft))
    return document


def content_sha256(document: dict[str, Any]) -> str:
    """The SHA-256 (hex) of a compiled document in canonical JSON: sorted keys, UTF-8."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


def graph_of_draft(draft: Draft) -> Graph:
    """The graph that callers would walk if this draft were published."""
    keys = {step.pk: step.key for step in draft.steps}
    shared = shared_edges(draft)
    languages = draft.languages
    return Graph(
        menu=draft.menu.slug,
        entry=draft.entry,
        languages=languages,
        variables=draft.variables,
        steps={step.key: _node(step, draft.choices_of(step), shared, keys) for step in draft.steps},
        prompts={key: _prompt(draft.prompts[key], languages) for key in sorted(draft.prompts)},
    )


def shared_edges(draft: Draft) -> tuple[Edge, ...]:
    """The edges of the menu's global choices, in their order."""
    keys = {step.pk: step.key for step in draft.steps}
    return tuple(_edge(each, keys, inherited=True) for each in draft.global_choices)


def _node(
    step: Step, choices: Iterable[Choice], shared: tuple[Edge, ...], keys: dict[int, str]
) -> StepNode:
    own = tuple(_edge(each, keys) for each in choices)
    overridden = {(edge.match, edge.value) for edge in own}
    inherited = tuple(edge for edge in shared if (edge.match, edge.value) not in overridden)
    return StepNode(
        key=step.key,
        kind=step.kind,
        config=_mapping(step.config),
        name=step.name,
        sensitivity=Sensitivity(step.sensitivity),
        shown_last=step.shown_last,
        success=step.is_success,
        edges=own + inherited,
    )


def _edge(choice: Choice, keys: dict[int, str], *, inherited: bool = False) -> Edge:
    match, action = Match(choice.match), Action(choice.action)
    return Edge(
        match=match,
        value="" if match in BARE_MATCHES else choice.value,
        action=action,
        target=keys.get(choice.target_id or 0, "") if action is Action.GOTO else "",
        language=choice.language,
        inherited=inherited,
    )


def _prompt(prompt: Prompt, languages: tuple[str, ...]) -> dict[str, Words]:
    found = {variant.language: variant for variant in prompt.variants.all()}
    return {each: words_of(found[each]) for each in languages if each in found}


def words_of(variant: PromptVariant) -> Words:
    """What callers hear of a variant: the columns that its kind uses, and no others."""
    kind = WordsKind(variant.kind)
    match kind:
        case WordsKind.AUDIO:
            return _recording(variant)
        case WordsKind.MEDIA:
            return Words(kind, media_name=variant.media_name, duration_ms=variant.duration_ms)
        case _:
            return Words(
                kind,
                text=variant.text,
                voice=variant.voice,
                voice_language=variant.voice_language,
                voice_settings=_mapping(variant.voice_settings),
            )


def _recording(variant: PromptVariant) -> Words:
    """An uploaded file by its name at Telnyx where it is brought there, else by its URL."""
    if variant.audio_file and delivers_by_media():
        name = media_name_of(str(variant.audio_file.name))
        return Words(WordsKind.MEDIA, media_name=name, duration_ms=variant.duration_ms)
    return Words(WordsKind.AUDIO, url=public_url(variant), duration_ms=variant.duration_ms)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
