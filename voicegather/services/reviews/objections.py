"""Whether a step accepts a value, as far as its published version tells."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.engine.codec import CodecError
from voicegather.engine.entries import EntryError
from voicegather.engine.graph import StepNode
from voicegather.engine.steps.ai_gather import AiGatherStep
from voicegather.engine.steps.ai_gather_fields import can_be
from voicegather.engine.steps.ai_gather_settings import AiField, FieldType
from voicegather.engine.steps.gather import GatherStep
from voicegather.models import GatherResult
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.menus.versions import graph_of


def step_of(result: GatherResult) -> StepNode | None:
    """The step as it was published, None where its version has no such step or is gone."""
    version = result.visit.version
    if version is None:
        return None
    try:
        return graph_of(version.sha256).steps.get(result.step_key)
    except (VersionMissingError, CodecError):
        return None


def objection_to(result: GatherResult, value: str) -> str:
    """Why the step would not have taken `value`, for people; "" where it would, or nobody knows.

    What a validator of the site makes of it is not asked: it may do more than judge.
    """
    step = step_of(result)
    try:
        if step is None or not value:
            return ""
        if step.kind == GatherStep.name:
            return _of_keys(step, value)
        if step.kind == AiGatherStep.name:
            fields = {each.name: each for each in step.settings.fields}
            return _of_answer(fields.get(result.field), value)
    except (CodecError, EntryError):
        return ""
    return ""


def _of_keys(step: StepNode, value: str) -> str:
    choices = step.choices
    if getattr(step.settings, "validator", "") or choices.find(value) is not None:
        # A validator may keep something else than the keys.
        return ""
    if not choices.ordered:
        return ""
    if not choices.shortest <= len(value) <= choices.longest:
        told = _("The step takes %(fewest)s to %(most)s keys; this has %(length)s.")
        return told % {
            "fewest": choices.shortest,
            "most": choices.longest,
            "length": len(value),
        }
    return _("No choice of the step takes this.")


def _of_answer(field: AiField | None, value: str) -> str:
    if field is None or field.validator or can_be(field, value):
        return ""
    match field.type:
        case FieldType.BOOLEAN:
            return _("The step takes true or false.")
        case FieldType.INTEGER:
            return _("The step takes a whole number, such as 42.")
        case FieldType.NUMBER:
            return _("The step takes a number, such as 42 or 1.5.")
        case FieldType.DATE:
            return _("The step takes a date, such as 2026-12-24.")
        case FieldType.CHOICE:
            return _("The step takes one of: %s.") % ", ".join(field.choices)
    return _("The step takes no text like this.")
