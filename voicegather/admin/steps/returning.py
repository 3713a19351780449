"""Whence somebody came to a step's page, so that saving leads back there."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from voicegather.models import Menu

_PARAMETER = "from"


@dataclass(frozen=True)
class Origin:
    """A page of a menu from which steps are opened. `query` names it in a step's address."""

    name: str
    view: str
    fragment: str = ""

    @property
    def query(self) -> str:
        return f"{_PARAMETER}={self.name}"

    def address(self, menu: Menu) -> str:
        return reverse(f"admin:{self.view}", args=[menu.pk]) + self.fragment


MENU = Origin("menu", "voicegather_menu_change", "#steps")
PICTURE = Origin("picture", "voicegather_menu_change", "#diagram")
DIAGRAM = Origin("diagram", "voicegather_menu_diagram")
PUBLISH = Origin("publish", "voicegather_menu_publish")
#: A step that was changed is heard in a new test call only: it leads to where one begins.
TRIAL = Origin("trial", "voicegather_menu_test_call")
_ALL = (MENU, PICTURE, DIAGRAM, PUBLISH, TRIAL)


def origin_of(request: HttpRequest) -> Origin | None:
    """The page from which the user came, None where the address names none."""
    found = request.GET.get(_PARAMETER)
    return next((each for each in _ALL if each.name == found), None)
