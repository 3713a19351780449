"""Replays asked for, and deleted."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import Menu, Replay
from voicegather.models.jobs import UNFINISHED
from voicegather.services import jobs
from voicegather.services.menus.compiling import content_sha256
from voicegather.services.menus.errors import MenuLintError
from voicegather.services.replays.choosing import MOST_CALLS, Choice, matching
from voicegather.services.replays.errors import ReplayError
from voicegather.services.trials.drafts import compiled_draft

#: Finished replays of one menu that are kept.
MOST_KEPT = 50


@transaction.atomic
def start_replay(choice: Choice, *, owner: AbstractBaseUser | None = None) -> Replay:
    """Have the calls of `choice` replayed on the menu's draft as it stands now.

    Who asks again for what they asked for already gets the replay that is under way. Raises
    ReplayError where no call matches, and MenuLintError where the draft has errors.
    """
    if not 1 <= choice.most <= MOST_CALLS:
        raise ReplayError(_("Choose 1 to %(most)s calls.") % {"most": f"{MOST_CALLS:,}"})
    document = compiled_draft(choice.menu)
    if not matching(choice).exists():
        raise ReplayError(_("No call matches: choose other days, or another version or number."))
    Menu.objects.select_for_update().only("pk").get(pk=choice.menu.pk)
    asked = {
        "menu": choice.menu,
        "owner_id": owner.pk if owner else None,
        "sha256": content_sha256(document),
        "version": choice.version,
        "number": choice.number,
        "first_day": choice.first_day,
        "last_day": choice.last_day,
        "most": choice.most,
    }
    same = Replay.objects.filter(**asked, state__in=UNFINISHED).defer("document").first()
    if same is not None:
        return same
    _forget_oldest(choice.menu)
    replay = Replay.objects.create(**asked, document=document)
    jobs.start(replay)
    return replay


def delete_replay(replay: Replay) -> None:
    """Delete a replay; one that still runs notices, and stops."""
    replay.delete()


def draft_sha256(menu: Menu) -> str:
    """Of the menu as it stands, "" while it has errors."""
    try:
        return content_sha256(compiled_draft(menu))
    except MenuLintError:
        return ""


def _forget_oldest(menu: Menu) -> None:
    finished = menu.replays.exclude(state__in=UNFINISHED).order_by("-created_at", "-pk")
    old = list(finished.values_list("pk", flat=True)[MOST_KEPT - 1 :])
    Replay.objects.filter(pk__in=old).delete()
