"""All the places where something that a caller entered might be left, as text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from tests.admin.walking import our_pages
from tests.leaks.searching import readings
from tests.leaks.site import Site
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    Export,
    GatherResult,
    Menu,
    PhoneNumber,
    Prompt,
    Recording,
)
from voicegather.selectors.collected import ExportFilters
from voicegather.selectors.entries import Sight
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.shapes import export_in_shape

API = "/voicegather/api/"
#: Of these one page each of a sort is enough.
SORTS = {CallEvent: "event_type", CallCommand: "action"}


@dataclass
class Places:
    """Where something may be found: its name, and all the text there is."""

    texts: dict[str, str] = field(default_factory=dict)

    def found(self, entries: dict[str, str]) -> list[str]:
        return [
            f"{what} is in {where}, {how}"
            for where, text in self.texts.items()
            for what, digits in entries.items()
            for how in readings(text, digits)
        ]


def pages(site: Site) -> str:
    """Every page of ours in the admin, and that of each row; of events and commands one a sort."""
    addresses = {page.url for page in our_pages()}
    for model in apps.get_app_config("voicegather").get_models():
        if model in admin.site._registry:
            change = f"admin:voicegather_{model._meta.model_name}_change"
            sort = SORTS.get(model, "pk")
            keys = model._default_manager.order_by(sort).distinct(sort).values_list("pk", flat=True)
            addresses |= {reverse(change, args=[pk]) for pk in keys}
    return "".join(map(site.look, sorted(addresses)))


def answers(site: Site, call: Call) -> str:
    """What the API says to every GET that it has, of each row that it tells of."""
    schema = yaml.load(site.get(f"{API}schema/").partition("\n\n")[2], yaml.CSafeLoader)
    rows = {
        "calls": [call.token],
        "menus": Menu.objects.values_list("slug", flat=True),
        "numbers": PhoneNumber.objects.values_list("pk", flat=True),
        "prompts": Prompt.objects.values_list("key", flat=True),
        "recordings": Recording.objects.values_list("pk", flat=True),
        "results": GatherResult.objects.values_list("pk", flat=True),
    }
    told = []
    for path, verbs in schema["paths"].items():
        if "get" in verbs:
            names = rows.get(path.split("/")[1], []) if "{" in path else [""]
            for name in names:
                address = re.sub(r"\{\w+\}", str(name), path, count=1)[1:]
                address = address.replace("{number}", "1")
                told.append(site.get(f"{API}{address}"))
    return "".join(told)


def exports(sight: Sight) -> str:
    """What was collected, in every shape and format."""
    return "".join(
        _read(b"".join(in_format(_table(shape, sight), format)))
        for shape in Export.Shape.values
        for format in Export.Format.values
    )


def _table(shape: str, sight: Sight) -> Any:
    return export_in_shape(shape, filters=ExportFilters(), sight=sight)


def _read(file: bytes) -> str:
    if not file.startswith(b"PK"):
        return file.decode()
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def tables() -> str:
    """Every row of every table as text, and what the database's connections asked last."""
    told = []
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        told += [row[0] for row in cursor.fetchall()]
        for name in names:
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"SELECT rows::text FROM {quoted} rows")
            told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)


def keys_of_events() -> str:
    """Every value of one character in what was kept of webhooks, in the order of the keypad."""
    events = CallEvent.objects.order_by("occurred_at").values_list("payload", flat=True)
    return "keys: " + "".join(key for payload in events for key in _single(payload))


def _single(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _single(each)
    elif len(str(value)) == 1:
        yield str(value)


def files(folder: Path) -> str:
    """Names and contents of all that was stored."""
    found = [each for each in folder.rglob("*") if each.is_file() and each.suffix != ".log"]
    return "\n".join(f"{each} {each.read_bytes().decode('latin-1')}" for each in found)
