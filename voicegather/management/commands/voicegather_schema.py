from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from voicegather.services.menus import menu_schema


class Command(BaseCommand):
    help = "Print the JSON Schema of menu files, with the kinds of steps that this site has."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(menu_schema(), indent=2, ensure_ascii=False))
