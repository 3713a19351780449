from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voicegather.management.menus import menu_with_slug
from voicegather.services.menus import dump_menu


class Command(BaseCommand):
    help = "Write a menu with its prompts as a menu file, which voicegather_load reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The menu's slug.")
        parser.add_argument("--output", default="-", help="The file to write; - prints it.")

    def handle(self, *args: Any, **options: Any) -> None:
        text = dump_menu(menu_with_slug(options["slug"]))
        if options["output"] == "-":
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["output"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{options['output']} cannot be written: {error.strerror}."
            ) from error
