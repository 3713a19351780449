"""``manage.py voicegather_export``: what callers entered, as CSV, XLSX or JSON Lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.models import Export, Menu
from voicegather.models.export_profiles import Reviews
from voicegather.services.exports import (
    ExportError,
    ExportFilters,
    export_in_shape,
    first_moment,
    in_format,
    moment_after,
    write_file,
)


class Command(BaseCommand):
    help = "Writes what callers entered: one row an attempt (long) or one row a call (wide)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shape", choices=Export.Shape.values, default=Export.Shape.LONG)
        parser.add_argument("--format", choices=Export.Format.values, default=Export.Format.CSV)
        parser.add_argument(
            "--menu", metavar="SLUG", default="", help="Only calls that this menu answered."
        )
        parser.add_argument(
            "--since", metavar="DATE", help="Calls that started then or later (ISO 8601)."
        )
        parser.add_argument(
            "--until",
            metavar="DATE",
            help="Calls that started before: a date includes that day, a datetime is the end.",
        )
        parser.add_argument(
            "--test-calls",
            action="store_true",
            help="Also the calls by which staff tried menus out.",
        )
        parser.add_argument(
            "--reviews",
            choices=Reviews.values,
            default=Reviews.ANY,
            help="Only reviewed results, or only those that were accepted or corrected.",
        )
        parser.add_argument("--output", metavar="FILE", type=Path, help="Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            filters = _filters(options)
            table = export_in_shape(options["shape"], filters=filters)
            chunks = in_format(table, options["format"])
            if options["output"]:
                write_file(options["output"], chunks)
            else:
                self._print(chunks)
        except ExportError as problem:
            raise CommandError(str(problem)) from None
        if table.unreadable:
            self.stderr.write(
                self.style.WARNING(
                    f"{table.unreadable} cells could not be read: put the keys that sealed them "
                    "back into VOICEGATHER_ENCRYPTION_KEYS, after the newest."
                )
            )

    def _print(self, chunks: Iterator[bytes]) -> None:
        # Standard output takes bytes, but where a caller in this process replaced it.
        out = getattr(self.stdout, "buffer", None)
        try:
            for chunk in chunks:
                if out is None:
                    self.stdout.write(chunk.decode(), ending="")
                else:
                    out.write(chunk)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read has seen enough; Python must not complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _filters(options: dict[str, Any]) -> ExportFilters:
    menu, since, until = options["menu"], options["since"], options["until"]
    if menu and not Menu.objects.filter(slug=menu).exists():
        known = ", ".join(Menu.objects.order_by("slug").values_list("slug", flat=True))
        raise ExportError(f"There is no menu “{menu}”. Known: {known or 'none yet'}.")
    filters = ExportFilters(
        menu=menu,
        since=first_moment(since) if since else None,
        until=moment_after(until) if until else None,
        reviews=Reviews(options["reviews"]),
        test_calls=options["test_calls"],
    )
    if filters.since and filters.until and filters.since >= filters.until:
        raise ExportError(
            f"The range runs backwards: --since {since} is not before --until {until}."
        )
    return filters
