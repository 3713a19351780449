from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from voicegather.exceptions import MenuError
from voicegather.management.files import read_text
from voicegather.services.menus import LoadedMenu, lint_menu, load_menu, publish_menu


class Command(BaseCommand):
    help = "Load a menu file, and publish it if asked. A file with problems changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A menu file in YAML; - reads standard input.")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="Make it live; nothing is loaded when it cannot be.",
        )
        parser.add_argument("--note", default="", help="What the published version is for.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["note"] and not options["publish"]:
            raise CommandError("--note belongs to --publish: give both.")
        text = read_text(options["file"])
        version = None
        try:
            with transaction.atomic():
                loaded = load_menu(text=text)
                if options["publish"]:
                    version = publish_menu(menu=loaded.menu, note=options["note"])
        except MenuError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(loaded))
        if version is not None:
            self.stdout.write(f"{loaded.menu.slug}: version {version.number} is live.")
        for finding in lint_menu(loaded.menu):
            self.stdout.write(str(finding))


def _summary(loaded: LoadedMenu) -> str:
    slug = loaded.menu.slug
    if loaded.created:
        return f"{slug}: created with {len(loaded.steps_added)} steps."
    if not loaded.changed:
        return f"{slug}: nothing to change."
    parts = [
        f"{what}: {', '.join(keys)}"
        for what, keys in (
            ("steps added", loaded.steps_added),
            ("steps removed", loaded.steps_removed),
            ("prompts written", loaded.prompts_written),
        )
        if keys
    ]
    return f"{slug}: updated{'; ' if parts else ''}{'; '.join(parts)}."
