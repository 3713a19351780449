"""The endpoint that Prometheus asks, behind a token or within networks."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address, ip_network

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connections, router, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voicegather import conf
from voicegather.models import CallEvent
from voicegather.services.connecting import connection_within_a_second


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics as text; 404 while off, 401 or 403 for strangers, 503 without a database.

    Everything is read from the database: whichever process answers, the numbers are the site's.
    """
    if not (conf.get("METRICS_TOKEN") or conf.get("METRICS_NETWORKS")):
        return HttpResponse(status=404)
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    from voicegather.metrics.collecting import SiteCollector

    alias = router.db_for_write(CallEvent)
    try:
        connection_within_a_second(alias)
        registry = CollectorRegistry(auto_describe=False)
        collector = SiteCollector()
        registry.register(collector)
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return HttpResponse(encode(registry), content_type=content_type)
    except (DatabaseError, InterfaceError):
        connections[alias].close()
        return HttpResponse(
            "The database does not answer.\n", status=503, content_type="text/plain"
        )


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Who has the token or comes from one of the networks may read; each is enough."""
    token, networks = conf.get("METRICS_TOKEN"), conf.get("METRICS_NETWORKS")
    given = request.headers.get("Authorization", "").encode(errors="replace")
    if token and compare_digest(given, f"Bearer {token}".encode()):
        return None
    if networks and _is_within(request.META.get("REMOTE_ADDR", ""), networks):
        return None
    if token:
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(status=403)


def _is_within(address: str, networks: list[str]) -> bool:
    """By the connection's own address: a header that a proxy adds could be anybody's."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ip_network(network) for network in networks)


for _alias in connections:
    transaction.non_atomic_requests(using=_alias)(metrics)
