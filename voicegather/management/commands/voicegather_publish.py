from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voicegather.exceptions import MenuError
from voicegather.management.menus import menu_with_slug
from voicegather.services.menus import publish_menu


class Command(BaseCommand):
    help = "Publish a menu as it stands: new calls hear it, calls in progress stay on theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The menu's slug.")
        parser.add_argument("--note", default="", help="What the version is for.")

    def handle(self, *args: Any, **options: Any) -> None:
        menu = menu_with_slug(options["slug"])
        try:
            version = publish_menu(menu=menu, note=options["note"])
        except MenuError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{menu.slug}: version {version.number} is live.")
