"""A phrase replaced in the variants that were ticked, all or none, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Prompt, PromptReplacement, PromptVariant
from voicegather.selectors.teams import in_teams_of
from voicegather.services.menus.journal import note_change
from voicegather.services.replacing.phrases import WORDED, Phrase
from voicegather.services.replacing.proposing import mark_of, propose


class ReplacementError(VoicegatherError):
    """Words that would come out cannot be spoken; nothing was replaced."""


class WordsChangedError(VoicegatherError):
    """The words are not what they were when the replacement was looked at; none was replaced."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed some of these words since you looked, so nothing was replaced: "
                "look again, then replace."
            )
        )


class NothingToUndoError(VoicegatherError):
    """Every text of the replacement was changed since, or taken back already."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many texts are as they were, and those left alone because they were changed since."""

    restored: int
    left: tuple[str, ...]


@transaction.atomic
def replace_phrase(
    user: AbstractBaseUser, phrase: Phrase, by: str, *, seen: Mapping[int, str]
) -> PromptReplacement:
    """Replace `phrase` by `by` in the variants whose ids are in `seen`, each with its mark.

    Raises WordsChangedError where one is not as it was, is gone, or is another team's by now, and
    ReplacementError where what comes out cannot be spoken. Nothing changes then.
    """
    variants = _locked(user, seen)
    if len(variants) != len(seen) or any(mark_of(each) != seen[each.pk] for each in variants):
        raise WordsChangedError
    proposals = propose(variants, phrase, by)
    if any(each.problems for each in proposals):
        raise ReplacementError(_("Some of these words could not be spoken: nothing was replaced."))
    if not proposals:
        raise ReplacementError(_("Nothing would change: tick what is to be replaced."))
    rows = [
        {
            "variant": each.variant.pk,
            "prompt": each.variant.prompt.key,
            "language": each.variant.language,
            "before": each.before,
            "after": each.after,
        }
        for each in proposals
    ]
    made = PromptReplacement.objects.create(
        find=phrase.text,
        replace_by=by,
        whole_words=phrase.whole_words,
        match_case=phrase.match_case,
        rows=rows,
        author_id=user.pk,
    )
    for each in proposals:
        each.variant.text = each.after
    prompts = _write(variants)
    made.prompts.set(prompts)
    message = _("Replaced “%(find)s” by “%(by)s”.") % {"find": phrase.text, "by": by}
    for prompt in prompts:
        note_change(author=user, of=prompt, message=message)
    return made


@transaction.atomic
def undo_replacement(user: AbstractBaseUser, replacement: PromptReplacement) -> Undone:
    """Give every text of the replacement its words from before, where nobody changed it since.

    Raises NothingToUndoError where none is left to be taken back.
    """
    locked = PromptReplacement.objects.select_for_update().get(pk=replacement.pk)
    if locked.undone_at is not None:
        raise NothingToUndoError(_("This replacement was taken back already."))
    rows: dict[int, Any] = {row["variant"]: row for row in locked.rows}
    found = {each.pk: each for each in _locked(user, rows)}
    restored = [each for pk, each in found.items() if each.text == rows[pk]["after"]]
    kept = {each.pk for each in restored}
    left = tuple(
        f"{row['prompt']} ({row['language']})" for pk, row in rows.items() if pk not in kept
    )
    if not restored:
        raise NothingToUndoError(
            _("Every one of these texts was changed since: nothing is undone.")
        )
    for each in restored:
        each.text = rows[each.pk]["before"]
    message = _("Took back the replacement of “%(find)s” by “%(by)s”.")
    for prompt in _write(restored):
        named = {"find": locked.find, "by": locked.replace_by}
        note_change(author=user, of=prompt, message=message % named)
    locked.undone_at = timezone.now()
    locked.save(update_fields=["undone_at"])
    replacement.undone_at = locked.undone_at
    return Undone(len(restored), left)


def _locked(user: AbstractBaseUser, pks: Iterable[int]) -> list[PromptVariant]:
    """Those of these variants that hold words and are the user's to change.

    Their prompts are locked before them, as everywhere: nobody waits for another in a circle.
    """
    rows: QuerySet[PromptVariant] = PromptVariant.objects.filter(pk__in=list(pks), kind__in=WORDED)
    own = in_teams_of(user, rows)
    prompts = list(own.order_by().values_list("prompt", flat=True).distinct())
    list(Prompt.objects.select_for_update().filter(pk__in=prompts).order_by("pk").values_list("pk"))
    locked = own.select_for_update(of=("self",)).order_by("pk")
    return list(locked.select_related("prompt"))


def _write(variants: Iterable[PromptVariant]) -> list[Prompt]:
    """Store the words; returns the prompts that they are of."""
    now = timezone.now()
    variants = list(variants)
    for each in variants:
        each.updated_at = now
    PromptVariant.objects.bulk_update(variants, ["text", "updated_at"], batch_size=100)
    prompts = {each.prompt_id: each.prompt for each in variants}
    Prompt.objects.filter(pk__in=list(prompts)).update(updated_at=now)
    return list(prompts.values())
