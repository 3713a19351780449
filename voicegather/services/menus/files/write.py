"""A menu as text in the file form, one way only: the same values make the same bytes."""

from __future__ import annotations

import re
from typing import Any

import yaml

from voicegather.engine.codec import to_json
from voicegather.engine.edges import Action
from voicegather.engine.graph import Sensitivity, WordsKind
from voicegather.services.menus.files.form import (
    BARE_MATCHES,
    DEFAULT_SHOWN_LAST,
    FORMAT,
    ChoiceForm,
    MenuForm,
    PromptForm,
    StepForm,
    VariantForm,
)
from voicegather.services.menus.files.parse_prompts import kind_of
from voicegather.services.menus.files.yamltree import JSON_NUMBER

LINE_WIDTH = 98
#: Whole lines that neither begin nor end with a blank: a literal block shows them as they are.
_BLOCK = re.compile(r"\S(.*\S)?\n((\S(.*\S)?)?\n)*(\S(.*\S)?)?")
_BREAKS = re.compile("[\n\r\x85\u2028\u2029]")


class _Inline(dict[str, Any]):
    """A mapping written in braces on one line."""


class _InlineList(list[Any]):
    """A list written in brackets on one line."""


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or JSON would not read as text, except the key ``on``."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is yaml.ScalarNode and implicit[0]:
            if value == "on":
                return "tag:yaml.org,2002:str"
            if JSON_NUMBER.match(value) and not value.lstrip("-").isdigit():
                return "tag:yaml.org,2002:float"
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if breaks := set(_BREAKS.findall(text)):
        style = "|" if breaks == {"\n"} and _BLOCK.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _Inline,
    lambda dumper, value: dumper.represent_mapping(
        "tag:yaml.org,2002:map", value.items(), flow_style=True
    ),
)
_Dumper.add_representer(
    _InlineList,
    lambda dumper, value: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=True
    ),
)


def write_menu(form: MenuForm) -> str:
    """The YAML text of a menu; reading it gives `form` again."""
    document: dict[str, Any] = {"format": FORMAT, "menu": form.slug, "name": form.name}
    if form.description:
        document["description"] = form.description
    if form.team is not None:
        document["team"] = form.team or None
    if form.requires_tests is not None:
        document["requires_tests"] = form.requires_tests
    document["languages"] = _InlineList(form.languages)
    if form.variables:
        document["variables"] = to_json(form.variables)
    document["entry"] = form.entry or None
    if form.choices:
        document["choices"] = [_choice(each) for each in form.choices]
    document["steps"] = {each.key: _step(each) for each in form.steps}
    if form.prompts:
        document["prompts"] = {each.key: _prompt(each) for each in form.prompts}
    return yaml.dump(
        document,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=LINE_WIDTH,
    )


def _step(form: StepForm) -> dict[str, Any]:
    step: dict[str, Any] = {"kind": form.kind}
    if form.name:
        step["name"] = form.name
    if form.sensitivity is not Sensitivity.NORMAL:
        step["sensitivity"] = form.sensitivity.value
    if form.shown_last != DEFAULT_SHOWN_LAST:
        step["shown_last"] = form.shown_last
    if form.success:
        step["success"] = True
    step.update(form.config)
    if form.choices:
        step["choices"] = [_choice(each) for each in form.choices]
    return step


def _choice(form: ChoiceForm) -> dict[str, Any]:
    value = True if form.match in BARE_MATCHES else form.value
    choice: dict[str, Any] = {"on": _Inline({form.match.value: value})}
    if form.action is Action.GOTO:
        choice["go"] = form.target or None
    else:
        choice["action"] = form.action.value
    if form.language:
        choice["language"] = form.language
    return choice


def _prompt(form: PromptForm) -> dict[str, Any]:
    prompt: dict[str, Any] = {}
    if form.name:
        prompt["name"] = form.name
    if form.team is not None:
        prompt["team"] = form.team or None
    prompt.update({each.language: _variant(each) for each in form.variants})
    return prompt


def _variant(form: VariantForm) -> dict[str, Any]:
    words = "ssml" if form.kind is WordsKind.SSML else "text"
    columns = {
        words: form.text,
        "audio_file": form.audio_file,
        "audio_url": form.audio_url,
        "media_name": form.media_name,
        "voice": form.voice,
        "voice_language": form.voice_language,
        "voice_settings": dict(form.voice_settings),
        "duration_ms": form.duration_ms,
    }
    variant: dict[str, Any] = {name: value for name, value in columns.items() if value}
    if form.kind in (WordsKind.TEXT, WordsKind.SSML):
        variant = {words: form.text, **variant}
    if kind_of(variant) is not form.kind:
        variant["kind"] = form.kind.value
    return variant
