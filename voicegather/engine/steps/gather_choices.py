"""Which entries a gather takes: those of its choices, or those of a read-back."""

from __future__ import annotations

from voicegather.engine.choices import EntryChoices
from voicegather.engine.edges import Edge, Match
from voicegather.engine.facts import AttemptPurpose
from voicegather.engine.graph import StepNode
from voicegather.engine.steps.gather_settings import GatherSettings, TypeAhead


def choices_for(step: StepNode, purpose: AttemptPurpose) -> EntryChoices:
    """The entries that an attempt of this purpose takes."""
    return step.choices if purpose is AttemptPurpose.ENTRY else confirmation_choices(step)


def confirmation_choices(step: StepNode) -> EntryChoices:
    """The two keys of a read-back, and the menu's global choices of one other key."""
    settings: GatherSettings = step.settings
    own = (Edge(Match.DIGITS, settings.confirm_key), Edge(Match.DIGITS, settings.reenter_key))
    return EntryChoices.of((*own, *step.wishes), fewest=1, most=1)


def accepts_type_ahead(step: StepNode, purpose: AttemptPurpose) -> bool:
    """Whether keys pressed before the prompt count: a read-back must be heard first."""
    settings: GatherSettings = step.settings
    return purpose is AttemptPurpose.ENTRY and settings.type_ahead is TypeAhead.ACCEPT
