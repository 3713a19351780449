"""Operations of migrations that do not keep callers waiting, however big a table is."""

from __future__ import annotations

from typing import Any

from django.db.migrations import AddIndex, RemoveIndex


class AddIndexBesideTraffic(AddIndex):
    """As AddIndex; on PostgreSQL the table can be written meanwhile.

    Its migration has ``atomic = False``. One that was cut off is made anew when it runs again.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return super().database_forwards(app_label, schema_editor, *states)
        model = states[-1].apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.add_index(model, self.index, concurrently=True)
        return None

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return super().database_backwards(app_label, schema_editor, *states)
        _drop(schema_editor, self.index.name)
        return None


class RemoveIndexBesideTraffic(RemoveIndex):
    """As RemoveIndex; on PostgreSQL the table can be read and written meanwhile."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return super().database_forwards(app_label, schema_editor, *states)
        _drop(schema_editor, self.name)
        return None


def _drop(schema_editor: Any, name: str) -> None:
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")
