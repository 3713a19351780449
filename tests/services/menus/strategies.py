"""Generated menus: every field of the file form, with text that is hard to write down."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from voicegather.engine.edges import Action, Match
from voicegather.engine.graph import Sensitivity, WordsKind
from voicegather.engine.variables import DeclaredVariable
from voicegather.services.menus.files.form import (
    ChoiceForm,
    MenuForm,
    PromptForm,
    StepForm,
    VariantForm,
)

AWKWARD_TEXTS = (
    "on",
    "no",
    "null",
    "~",
    "0123",
    "1e5",
    "2026-12-25",
    "<<",
    "- not a list",
    "key: value # comment",
    "say \"yes\" or 'no'",
    "🎉 ¿Qué tal? 你好 \u200d",
    " leading and trailing ",
    "two\nlines\n",
    "\n\nblank lines first\n\n",
    "tab\there\r\nand there",
    "line\u2028separator\u0085",
    "{{ caller|digits }} and {braces}",
    '<speak>Hi <break time="300ms"/> &amp; bye</speak>',
    "long " * 60,
)
text = st.sampled_from(AWKWARD_TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60
)
some_text = text.filter(bool)
keys = st.sampled_from(["on", "no", "null", "true", "x0"]) | st.from_regex(
    r"[a-z][a-z0-9_]{0,8}", fullmatch=True
)
languages = st.sampled_from(["en-US", "es-US", "de-DE", "no", "cmn-CN", "en-GB-WLS"])
# PostgreSQL's JSON keeps a float that is written with an exponent as a whole number.
floats = st.floats(min_value=-(2.0**40), max_value=2.0**40, width=32)
scalars = st.none() | st.booleans() | st.integers() | text | floats
settings_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
KINDS = (
    "gather",
    "ai_gather",
    "assistant",
    "message",
    "transfer",
    "branch",
    "submenu",
    "hangup",
)
VALUES = {
    Match.DIGITS: st.text("0123456789*#", min_size=1, max_size=6),
    Match.RANGE: st.sampled_from(["100-199", "1-12", "00-09"]),
    Match.PATTERN: st.sampled_from(["9XX", "[1-5]Z", "1N.", "*X"]),
    Match.ANY: st.just(""),
    Match.VALUE: some_text.filter(lambda value: len(value) <= 128),
    Match.FIELD: some_text.map(lambda text: f"field={text}"[:128]),
    Match.EXIT: st.sampled_from(["no_input", "invalid", "failure", "done", "no", "on"]),
    Match.OTHERWISE: st.just(""),
}


@st.composite
def choices(draw: st.DrawFn, targets: list[str]) -> tuple[ChoiceForm, ...]:
    found: dict[tuple[str, str], ChoiceForm] = {}
    for match in draw(st.lists(st.sampled_from(list(Match)), max_size=4)):
        action = draw(st.sampled_from(list(Action)))
        each = ChoiceForm(
            match=match,
            value=draw(VALUES[match]),
            action=action,
            target=draw(st.sampled_from(["", *targets])) if action is Action.GOTO else "",
            language=draw(st.just("") | languages),
        )
        found[each.identity] = each
    return tuple(found.values())


def configs(kind: str, prompts: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    prompt = st.sampled_from(prompts)
    gather = {
        "prompt": prompt,
        "no_input_prompts": st.lists(prompt, max_size=2),
        "minimum_digits": st.integers(1, 128),
        "terminator": st.sampled_from(["", "#", "*"]),
        "type_ahead": st.sampled_from(["accept", "flush"]),
        "variable": some_text,
        "speak_secret": st.booleans(),
    }
    voices = st.dictionaries(text, text, max_size=2)
    row = st.fixed_dictionaries(
        {
            "name": some_text.filter(lambda value: len(value) <= 50),
            "description": some_text.filter(lambda value: len(value) <= 1_000),
        },
        optional={
            "type": st.sampled_from(["string", "integer", "choice"]),
            "required": st.booleans(),
            "choices": st.lists(text, max_size=2),
        },
    )
    model = {"greeting": prompt, "voice_settings": voices, "interruptible": st.booleans()}
    transfer = {"timeout_seconds": st.integers(5, 600), "prompt": prompt, "caller_id": text}
    return {
        "gather": st.fixed_dictionaries({}, optional=gather),
        "ai_gather": st.fixed_dictionaries(
            {"fields": st.lists(row, min_size=1, max_size=3)}, optional=model
        ),
        "assistant": st.fixed_dictionaries(
            {"assistant": some_text.filter(lambda value: len(value) <= 100)},
            optional=model | {"dynamic_variables": voices, "instructions": text},
        ),
        "message": st.fixed_dictionaries({"prompt": prompt}),
        "transfer": st.fixed_dictionaries({"to": some_text}, optional=transfer),
        "branch": st.fixed_dictionaries({}, optional={"variable": text, "calendar": text}),
        "submenu": st.fixed_dictionaries({"menu": some_text}),
        "hangup": st.fixed_dictionaries({}, optional={"prompt": prompt}),
    }[kind]


@st.composite
def steps(draw: st.DrawFn, key: str, targets: list[str], prompts: list[str]) -> StepForm:
    kind = draw(st.sampled_from(KINDS))
    return StepForm(
        key=key,
        kind=kind,
        name=draw(text.filter(lambda value: len(value) <= 120)),
        sensitivity=draw(st.sampled_from(list(Sensitivity))),
        shown_last=draw(st.integers(0, 128)),
        success=draw(st.booleans()),
        config=draw(configs(kind, prompts)),
        choices=draw(choices(targets)),
    )


@st.composite
def variants(draw: st.DrawFn, language: str) -> VariantForm:
    return VariantForm(
        language=language,
        kind=draw(st.sampled_from(list(WordsKind))),
        text=draw(text),
        voice=draw(text.filter(lambda value: len(value) <= 120)),
        voice_language=draw(st.just("") | languages),
        voice_settings=draw(st.dictionaries(text, settings_values, max_size=2)),
        audio_url=draw(st.sampled_from(["", "https://example.com/hello.wav?a=1#b"])),
        media_name=draw(text.filter(lambda value: len(value) <= 255)),
        duration_ms=draw(st.integers(0, 86_400_000)),
    )


@st.composite
def prompts(draw: st.DrawFn, key: str) -> PromptForm:
    spoken = draw(st.lists(languages, max_size=3, unique=True))
    return PromptForm(
        key=key,
        name=draw(text.filter(lambda value: len(value) <= 120)),
        variants=tuple(draw(variants(language)) for language in sorted(spoken)),
    )


variables = st.builds(
    DeclaredVariable,
    name=st.sampled_from(["on", "no", "null", "y"])
    | st.from_regex("[A-Za-z_]\\w{0,8}", fullmatch=True).filter(str.isascii),
    default=text,
    help=text.filter(lambda value: len(value) <= 200),
)


@st.composite
def menus(draw: st.DrawFn) -> MenuForm:
    """A menu of up to five steps with the prompts that they name, and no others."""
    names = draw(st.lists(keys, min_size=1, max_size=5, unique=True))
    prompt_keys = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    found = tuple(draw(steps(name, names, prompt_keys)) for name in names)
    used = {
        key
        for step in found
        for name in ("prompt", "no_input_prompts", "greeting")
        for key in _listed(step.config.get(name, []))
    }
    return MenuForm(
        slug=draw(st.sampled_from(["line", "0123", "no"])),
        name=draw(some_text.filter(lambda value: len(value) <= 120)),
        description=draw(text),
        languages=tuple(draw(st.lists(languages, min_size=1, max_size=3, unique=True))),
        variables=tuple(draw(st.lists(variables, max_size=3, unique_by=lambda each: each.name))),
        entry=draw(st.sampled_from(["", *names])),
        choices=draw(choices(names)),
        steps=found,
        prompts=tuple(draw(prompts(key)) for key in sorted(used)),
    )


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
