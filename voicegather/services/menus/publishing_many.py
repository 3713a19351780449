"""Several menus made live at a time, each for itself: what one refuses stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser

from voicegather.exceptions import MenuError
from voicegather.models import Menu, MenuVersion, PublishingPlan
from voicegather.services.menus.plans import Wish, plan_publication
from voicegather.services.menus.publishing import publish_menu


@dataclass(frozen=True, slots=True)
class PublishingOutcome:
    """What became of one menu: the version that is live now, or why it was refused.

    `plan` is the request to a second person, where one must approve.
    """

    menu: Menu
    version: MenuVersion | None = None
    plan: PublishingPlan | None = None
    refusal: MenuError | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing was published, a line each; none where it was."""
        if self.refusal is None:
            return ()
        return self.refusal.problems or (str(self.refusal),)


def publish_menus(
    menus: Sequence[Menu],
    *,
    expected: Mapping[int, str],
    author: AbstractBaseUser | None = None,
    note: str = "",
) -> tuple[PublishingOutcome, ...]:
    """Publish each menu by :func:`publish_menu`, in a transaction of its own, in the order given.

    `expected` holds, by the menu's id, the SHA-256 of the draft that its publisher saw; a menu
    without one is refused as changed. Where a second person must approve, they are asked.
    """
    return tuple(_publish(menu, expected.get(menu.pk, ""), author, note) for menu in menus)


def _publish(
    menu: Menu, expected: str, author: AbstractBaseUser | None, note: str
) -> PublishingOutcome:
    try:
        if menu.requires_approval and author is not None:
            wish = Wish(menu=menu, sha256=expected, note=note)
            return PublishingOutcome(menu, plan=plan_publication(wish, author=author))
        version = publish_menu(menu=menu, author=author, note=note, expected_sha256=expected)
    except MenuError as refusal:
        return PublishingOutcome(menu, refusal=refusal)
    return PublishingOutcome(menu, version=version)
