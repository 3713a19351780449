"""What only the database can tell. Run by ``migrate`` and ``check --database default``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, InterfaceError, NotSupportedError

from voicegather import conf, handlers
from voicegather.checks.database import ALIAS, is_supported
from voicegather.checks.recordings import unreachable_recordings
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import fit
from voicegather.models import Menu, MenuVersion, PhoneNumber
from voicegather.selectors.handlers import live_uses
from voicegather.services.connecting import connection_within_a_second


@register(TAG, Tags.database)
@needs_settings
def check_database(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database's version, and whether what it holds fits the settings."""
    if ALIAS not in (databases or ()) or not is_supported():
        return []
    try:
        connection = connection_within_a_second(ALIAS)
        connection.check_database_version_supported()
        tables = connection.introspection.table_names()
        return [
            *_strange_connections(tables),
            *_unknown_functions(tables),
            *unreachable_recordings(tables),
        ]
    except NotSupportedError as problem:
        return [
            Error(
                f"{str(problem).rstrip('.')}.",
                hint="Update the database server.",
                id="voicegather.E016",
            )
        ]
    except (DatabaseError, InterfaceError) as problem:
        return [
            Warning(
                f"The database {ALIAS!r} could not be asked ({type(problem).__name__}).",
                hint="See that it runs, that its settings are right and its migrations applied.",
                id="voicegather.W011",
            )
        ]


def _strange_connections(tables: Collection[str]) -> Iterator[CheckMessage]:
    """Numbers whose connection has no entry: they would use the default account's key."""
    if not fit("CONNECTIONS") or PhoneNumber._meta.db_table not in tables:
        return
    numbers = PhoneNumber.objects.using(ALIAS).exclude(connection__in=conf.connection_names())
    for name in numbers.order_by("connection").values_list("connection", flat=True).distinct():
        yield Warning(
            f"Phone numbers use the Telnyx connection {name!r}, which is not in the settings.",
            hint=(
                "Add it to VOICEGATHER['CONNECTIONS'], or give the numbers another: until then "
                "their calls are sent with the default account's API key."
            ),
            id="voicegather.W012",
        )


def _unknown_functions(tables: Collection[str]) -> Iterator[CheckMessage]:
    """Live menus whose steps name a function that was taken away, or is not loaded here."""
    if not {Menu._meta.db_table, MenuVersion._meta.db_table} <= set(tables):
        return
    registered = {"handler": handlers.known(), "validator": handlers.known_validators()}
    for menu, uses in live_uses(ALIAS).items():
        for use in uses:
            if use.name in registered[use.sort]:
                continue
            yield Warning(
                f"The live menu {menu!r} names the {use.sort} {use.name!r} in its step "
                f"{use.step!r}, which is not registered.",
                hint=(
                    "Register it in a module voicegather_handlers of an installed app, or publish "
                    "the menu without it: until then its calls take the exit failure there."
                ),
                id="voicegather.W014",
            )
