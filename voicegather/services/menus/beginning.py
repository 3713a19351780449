"""What a menu has that staff have just made."""

from __future__ import annotations

from voicegather.engine.edges import Action, Match
from voicegather.models import Choice, Menu

#: What every step that asks for something leads on from, besides its own answers.
_ENDS = ("no_input", "invalid", "failure")


def begin_menu(menu: Menu) -> None:
    """Give a menu without choices those that end the call where a step says nothing else.

    Its steps can be published as they are then; staff lead callers elsewhere when they like.
    """
    Choice.objects.bulk_create(
        Choice(menu=menu, match=Match.EXIT, value=name, action=Action.RETURN, position=position)
        for position, name in enumerate(_ENDS)
    )
