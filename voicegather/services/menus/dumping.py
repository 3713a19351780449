"""A menu out of the tables, as the text of a menu file."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.edges import Action, Match
from voicegather.engine.graph import Sensitivity, WordsKind
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.draft import read_draft
from voicegather.services.menus.files.form import (
    BARE_MATCHES,
    ChoiceForm,
    MenuForm,
    PromptForm,
    StepForm,
    VariantForm,
)
from voicegather.services.menus.files.write import write_menu


def dump_menu(menu: Menu, *, reader: AnyUser | None = None) -> str:
    """The menu and every prompt it uses in the file form; loading that changes nothing.

    Prompts that are not the `reader`'s to see are left out; without a reader all are there.
    """
    form = form_of(menu)
    return write_menu(form if reader is None else as_read_by(reader, form))


def as_read_by(reader: AnyUser, form: MenuForm) -> MenuForm:
    """`form` without prompts of teams of which `reader` is none; its steps still name them."""
    named = Prompt.objects.filter(key__in=[prompt.key for prompt in form.prompts])
    own = set(in_teams_of(reader, named).values_list("key", flat=True))
    return replace(form, prompts=tuple(prompt for prompt in form.prompts if prompt.key in own))


def form_of(menu: Menu) -> MenuForm:
    """The menu as it stands in the tables, in a constant number of queries."""
    draft = read_draft(menu)
    keys = {step.pk: step.key for step in draft.steps}
    return MenuForm(
        slug=menu.slug,
        name=menu.name,
        description=menu.description,
        team=menu.team.name if menu.team else None,
        requires_tests=menu.requires_tests or None,
        languages=draft.languages,
        variables=draft.variables,
        entry=draft.entry,
        choices=tuple(_choice(each, keys) for each in draft.global_choices),
        steps=tuple(
            _step(step, tuple(_choice(each, keys) for each in draft.choices_of(step)))
            for step in draft.steps
        ),
        prompts=tuple(form_of_prompt(draft.prompts[key]) for key in sorted(draft.prompts)),
    )


def _step(step: Step, choices: tuple[ChoiceForm, ...]) -> StepForm:
    return StepForm(
        key=step.key,
        kind=step.kind,
        name=step.name,
        sensitivity=Sensitivity(step.sensitivity),
        shown_last=step.shown_last,
        success=step.is_success,
        config=step.config,
        choices=choices,
    )


def _choice(choice: Choice, keys: dict[int, str]) -> ChoiceForm:
    match, action = Match(choice.match), Action(choice.action)
    return ChoiceForm(
        match=match,
        value="" if match in BARE_MATCHES else choice.value,
        action=action,
        target=keys.get(choice.target_id or 0, "") if action is Action.GOTO else "",
        language=choice.language,
    )


def form_of_prompt(prompt: Prompt) -> PromptForm:
    """The prompt with all its variants as it stands in the tables."""
    return PromptForm(
        key=prompt.key,
        name=prompt.name,
        team=prompt.team.name if prompt.team else None,
        variants=tuple(
            _variant(each) for each in sorted(prompt.variants.all(), key=lambda each: each.language)
        ),
    )


def _variant(variant: PromptVariant) -> VariantForm:
    return VariantForm(
        language=variant.language,
        kind=WordsKind(variant.kind),
        text=variant.text,
        voice=variant.voice,
        voice_language=variant.voice_language,
        voice_settings=variant.voice_settings,
        audio_file=variant.audio_file.name or "",
        audio_url=variant.audio_url,
        media_name=variant.media_name,
        duration_ms=variant.duration_ms,
    )
