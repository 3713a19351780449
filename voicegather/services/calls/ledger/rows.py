from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model

from voicegather.engine.secret import Secret

Row = TypeVar("Row", bound=Model)


def update(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Save these fields. For one row, which is the rule, Django makes a far shorter statement."""
    if len(rows) == 1:
        rows[0].save(update_fields=fields)
    elif rows:
        model._default_manager.bulk_update(rows, fields)


def text_of(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""
