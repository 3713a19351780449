from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voicegather.exceptions import MenuError
from voicegather.management.menus import menu_with_slug
from voicegather.models import Menu
from voicegather.services.menu_tests import TestRun, run_tests


class Command(BaseCommand):
    help = "Run the saved tests of a menu on its draft; exits with 1 when one of them fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The menu's slug.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        menu = menu_with_slug(options["slug"])
        try:
            runs = run_tests(menu)
        except MenuError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            document = _document(menu, runs)
            self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            self._tell(menu, runs)
        if not all(run.has_passed for run in runs):
            sys.exit(1)

    def _tell(self, menu: Menu, runs: tuple[TestRun, ...]) -> None:
        for run in runs:
            word = "passed" if run.has_passed else "FAILED"
            self.stdout.write(f"{word}  {run.test.name} ({run.milliseconds} ms)")
            for difference in run.differences:
                self.stdout.write(f"        {difference}")
        failed = sum(not run.has_passed for run in runs)
        if not runs:
            self.stdout.write(f"{menu.slug}: no saved tests.")
        else:
            self.stdout.write(f"{menu.slug}: {len(runs)} run, {failed} failed.")


def _document(menu: Menu, runs: tuple[TestRun, ...]) -> dict[str, Any]:
    return {
        "menu": menu.slug,
        "passed": all(run.has_passed for run in runs),
        "tests": [
            {
                "name": run.test.name,
                "passed": run.has_passed,
                "differences": list(run.differences),
                "milliseconds": run.milliseconds,
            }
            for run in runs
        ],
    }
