"""The sample menus of the demo site, loaded once."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from voicegather.exceptions import MenuError
from voicegather.models import Menu, PhoneNumber

SAMPLES = Path(__file__).parent / "sample"
SAMPLE_NUMBER = "+13125550100"
MAIN_MENU = "clinic"


@transaction.atomic
def load_samples() -> list[Menu]:
    """Load and publish all sample menus or none; SAMPLE_NUMBER then leads to the main one.

    A menu that enters another as a submenu has to wait until that one is published, so files are
    tried until none is left; raises MenuError when a round publishes nothing.
    """
    from voicegather.services.menus import load_menu, publish_menu

    published: list[Menu] = []
    waiting = sorted(SAMPLES.glob("*.yaml"))
    while waiting:
        refused: dict[Path, MenuError] = {}
        for path in waiting:
            try:
                menu = load_menu(text=path.read_text(encoding="utf-8")).menu
                publish_menu(menu=menu)
            except MenuError as problem:
                refused[path] = problem
            else:
                published.append(menu)
        if len(refused) == len(waiting):
            raise next(iter(refused.values()))
        waiting = list(refused)
    PhoneNumber.objects.get_or_create(
        number=SAMPLE_NUMBER,
        defaults={"menu": Menu.objects.get(slug=MAIN_MENU), "name": "Sample"},
    )
    return published
