"""System checks with stable ids, by theme; docs/checks.md tells what each means.

``manage.py check --tag voicegather`` runs these alone, ``--deploy`` adds those of production, and
``--database default`` those that ask the database. The others run no query, and none of them
loads Celery for a site that dispatches locally.
"""

from __future__ import annotations

from voicegather.checks import (
    alerts,
    broker,
    database,
    dispatch,
    keys,
    sending,
    simulation,
    site,
    stored,
    values,
)

__all__ = [
    "alerts",
    "broker",
    "database",
    "dispatch",
    "keys",
    "sending",
    "simulation",
    "site",
    "stored",
    "values",
]
