"""Whether this process lives, takes webhooks, and whether calls are served.

Three questions, for they are asked by others and the answers do different things. A load balancer
that hears 503 from `ready` sends this process nothing more. That helps when the process cannot
store an event. It makes things worse when there is no worker, no broker or no clock: then all web
processes would be taken out at once, and Telnyx, which repeats a webhook only a few times,
would lose what could have been stored and worked on a moment later, as in every deployment that
restarts its only worker. So those are told by `serving`, which wakes the operator.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voicegather import conf, sealing
from voicegather.exceptions import ConfigurationError
from voicegather.models import CallEvent, Diversion, EventStatus, Lease
from voicegather.services import clock, moments
from voicegather.services.connecting import connection_within_a_second
from voicegather.services.dispatch import broker, consumers

#: Databases whose migrations were seen to be applied: they stay so while this process lives.
_migrated: set[str] = set()
#: The clock brings back after two seconds what was left lying: what waits so long, nobody does.
TOO_LONG = timedelta(seconds=10)
#: Whether the database can be written, where it says so.
_TAKES_ROWS = {"postgresql": "SELECT current_setting('transaction_read_only') = 'off'"}


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
    """For load balancers: 503 when this process cannot store webhooks, else 200.

    JSON names the condition of each part, also of those that do not decide here.
    """
    report = look()
    stores = {report.checks[part] for part in ("database", "migrations", "sealing")}
    return _answer(report, "ready", stores)


@login_not_required
@require_safe
@never_cache
def serving(request: HttpRequest) -> HttpResponse:
    """For monitors: 503 when callers hear nothing, else 200; the same JSON as `ready`.

    Failing are: no database or tables, no key that seals what callers say, a queue that no worker
    takes from, and events that have waited for ten seconds. Degraded, for calls are served: a clock
    that was not seen lately, which leaves nobody to look after calls that wait, and a broker that
    does not answer, in whose place the web processes work on calls.
    """
    report = look()
    return _answer(report, "serving", {*report.checks.values(), *report.queues.values()})


@dataclass(frozen=True)
class Report:
    """The condition of each part, and of each queue when Celery dispatches."""

    checks: dict[str, Condition]
    queues: dict[str, Condition]
    #: Whether new calls go to an emergency menu, which staff switched on.
    diverted: bool = False


def _answer(report: Report, well: str, decisive: Collection[Condition]) -> HttpResponse:
    failing = Condition.FAILING in decisive
    return JsonResponse(
        {
            "status": "failing" if failing else well,
            "checks": report.checks,
            "queues": report.queues,
            "diverted": report.diverted,
        },
        status=503 if failing else 200,
    )


def look() -> Report:
    """The condition of every part now; a second or two at most, whatever hangs."""
    alias = router.db_for_write(CallEvent)
    broker_condition = _broker()
    parts = ("database", "migrations", "clock", "events")
    checks = dict.fromkeys(parts, Condition.FAILING)
    checks |= {"broker": broker_condition, "sealing": _sealing()}
    queues = dict.fromkeys(_calls_queue(), Condition.FAILING)
    diverted = False
    try:
        connection = connection_within_a_second(alias)
        checks["database"] = _database(connection)
        if alias in _migrated or _is_migrated(connection):
            _migrated.add(alias)
            checks["migrations"] = Condition.OK
            checks["clock"] = _clock(alias)
            checks["events"] = _events(alias)
            queues = _queues(alias, broker_condition)
            diverted = Diversion.objects.using(alias).running(moments.now()).exists()
    except (DatabaseError, InterfaceError):
        connections[alias].close()
    return Report(checks, queues, diverted)


def _database(connection: BaseDatabaseWrapper) -> Condition:
    """A database that answers may yet take no rows: the standby to which a failover led."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKES_ROWS.get(connection.vendor, "SELECT true"))
        (takes_rows,) = cursor.fetchone()
    return Condition.OK if takes_rows else Condition.FAILING


def _is_migrated(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes("voicegather")
    return not executor.migration_plan(targets)


def _clock(alias: str) -> Condition:
    seen = Lease.objects.using(alias).filter(name=clock.LEASE, until__gt=moments.now()).exists()
    return Condition.OK if seen else Condition.DEGRADED


def _events(alias: str) -> Condition:
    waiting = CallEvent.objects.using(alias).filter(
        status=EventStatus.PENDING, error="", received_at__lt=moments.now() - TOO_LONG
    )
    # Those with an error were tried before: what staff give back waits for a moment, too.
    return Condition.FAILING if waiting.exists() else Condition.OK


def _broker() -> Condition:
    if not _dispatches_through_celery() or broker.answers():
        return Condition.OK
    return Condition.DEGRADED


def _sealing() -> Condition:
    """A webhook whose words cannot be sealed is not stored."""
    try:
        sealing.seal("")
    except (ConfigurationError, ImproperlyConfigured):
        return Condition.FAILING
    return Condition.OK


def _queues(alias: str, broker_condition: Condition) -> dict[str, Condition]:
    if not _dispatches_through_celery():
        return {}
    names = consumers.needed_queue_names(using=alias)
    consumed = consumers.consumed_queues(using=alias)
    # Workers cannot take from a broker that is away; this process works on calls meanwhile.
    otherwise = Condition.FAILING if broker_condition is Condition.OK else Condition.DEGRADED
    return {name: Condition.OK if name in consumed else otherwise for name in names}


def _calls_queue() -> list[str]:
    return [conf.get("QUEUE_CALLS")] if _dispatches_through_celery() else []


def _dispatches_through_celery() -> bool:
    return bool(conf.get("DISPATCH") == "celery")


# ATOMIC_REQUESTS would ask for the database before a view can say that it is away.
for _alias in connections:
    for _view in (live, ready, serving):
        transaction.non_atomic_requests(using=_alias)(_view)
