"""Whether this process lives, and whether it can do its work: for load balancers and probes."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voicegather import conf
from voicegather.models import CallEvent, Lease
from voicegather.services import clock, moments
from voicegather.services.connecting import connection_within_a_second
from voicegather.services.dispatch import broker

#: Databases whose migrations were seen to be applied: they stay so while this process lives.
_migrated: set[str] = set()


class Condition(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 and "ok", from any process that answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when calls can be served, else 503; JSON names the condition of each part.

    A clock that was not seen lately is "degraded": calls are served, but nobody looks after
    those that wait.
    """
    conditions = _database() | {"broker": _broker()}
    failing = Condition.FAILING in conditions.values()
    return JsonResponse(
        {"status": "failing" if failing else "ready", "checks": conditions},
        status=503 if failing else 200,
    )


def _database() -> dict[str, Condition]:
    alias = router.db_for_write(CallEvent)
    found = dict.fromkeys(("database", "migrations", "clock"), Condition.FAILING)
    try:
        connection = connection_within_a_second(alias)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = Condition.OK
        if alias in _migrated or _is_migrated(connection):
            _migrated.add(alias)
            found["migrations"] = Condition.OK
            found["clock"] = _clock(alias)
    except (DatabaseError, InterfaceError):
        connections[alias].close()
    return found


def _is_migrated(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes("voicegather")
    return not executor.migration_plan(targets)


def _clock(alias: str) -> Condition:
    seen = Lease.objects.using(alias).filter(name=clock.LEASE, until__gt=moments.now()).exists()
    return Condition.OK if seen else Condition.DEGRADED


def _broker() -> Condition:
    if conf.get("DISPATCH") != "celery" or broker.answers():
        return Condition.OK
    return Condition.FAILING


# ATOMIC_REQUESTS would ask for the database before a view can say that it is away.
for _alias in connections:
    for _view in (live, ready):
        transaction.non_atomic_requests(using=_alias)(_view)
