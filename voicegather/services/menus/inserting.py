"""A new step put behind another: that one leads to it, and it to where that one led."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.engine.edges import Action, Match
from voicegather.engine.kinds import check_settings, kind_named
from voicegather.models import Choice, Step
from voicegather.services.menus.choice_labels import label_of_choice

DONE = "done"
_KEYS = "1234567890"


def can_lead_on(step: Step) -> bool:
    """Whether a step of this kind can be given a way on: by a key, or by itself."""
    kind = kind_named(step.kind)
    return kind is not None and (kind.takes_keys or _is_done(step))


@transaction.atomic
def insert_after(predecessor: Step, step: Step) -> str:
    """Have `predecessor` lead to `step`, which is new; return what takes that way, in words.

    A step that goes on by itself leads to the new one, and the new one, if it goes on by itself and
    says nothing else, to where the other led. One that takes keys gets the first free key. "" where
    there is no way on to give, or the two are of different menus; nothing changes then.
    """
    locked = Step.objects.select_for_update().get(pk=predecessor.pk)
    if locked.menu_id != step.menu_id or locked.pk == step.pk:
        return ""
    if _is_done(locked):
        return _between(locked, step)
    kind = kind_named(locked.kind)
    if kind is None or not kind.takes_keys:
        return ""
    taken = set(locked.choices.filter(match=Match.DIGITS).values_list("value", flat=True))
    free = next((key for key in _KEYS if key not in taken), None)
    if free is None:
        return ""
    last = locked.choices.count()
    _choose(locked, Match.DIGITS, free, step, last)
    return _("key %s") % free


def _between(predecessor: Step, step: Step) -> str:
    choice = predecessor.choices.filter(match=Match.EXIT, value=DONE).first()
    if choice is None:
        _choose(predecessor, Match.EXIT, DONE, step, predecessor.choices.count())
    else:
        leads_on = Choice(action=choice.action, target=choice.target)
        choice.action, choice.target = Action.GOTO, step
        choice.save(update_fields=["action", "target"])
        if _is_done(step) and not step.choices.filter(match=Match.EXIT, value=DONE).exists():
            leads_on.menu_id, leads_on.step = step.menu_id, step
            leads_on.match, leads_on.value = Match.EXIT, DONE
            leads_on.save()
    return label_of_choice(Match.EXIT, DONE)


def _choose(step: Step, match: Match, value: str, target: Step, position: int) -> None:
    Choice.objects.create(
        menu_id=step.menu_id,
        step=step,
        match=match,
        value=value,
        target=target,
        position=position,
    )


def _is_done(step: Step) -> bool:
    kind = kind_named(step.kind)
    if kind is None or not isinstance(step.config, dict):
        return False
    settings, problems = check_settings(kind, step.config)
    return not problems and not kind.takes_keys and DONE in kind.possible_exits(settings)
