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


def origin_of(request: HttpRequest) -> Origin | None:
    """The page from which the user came, None where the address names none."""
    found = request.GET.get(_PARAMETER)
    return next((each for each in (MENU, PICTURE, DIAGRAM, PUBLISH) if each.name == found), None)
