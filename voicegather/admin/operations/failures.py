"""Background jobs that failed lately, with links for those who may open them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from voicegather.models import JobFailure
from voicegather.selectors.dashboard import failed_jobs
from voicegather.services.alerts.watching.workers import kind_label
from voicegather.services.jobs.kinds import kind_named


def shown_failures(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest failures; why, and a link, where the reader may see the job itself.

    A query for the failures, and one for each kind of job among them.
    """
    rows = failed_jobs()
    links = _links(request, rows)
    return [
        {
            "at": row.at,
            "kind": kind_label(row.kind),
            "url": links.get((row.kind, row.job), ""),
            "failure": row.failure if (row.kind, row.job) in links else "",
        }
        for row in rows
    ]


def _links(request: HttpRequest, rows: list[JobFailure]) -> dict[tuple[str, int], str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].add(row.job)
    found = {}
    for name, pks in wanted.items():
        kind = kind_named(name)
        page: Any = admin.site._registry.get(kind.model) if kind else None
        if page is None or not page.has_view_permission(request):
            continue
        address = f"admin:voicegather_{page.opts.model_name}_change"
        for pk in page.get_queryset(request).filter(pk__in=pks).values_list("pk", flat=True):
            found[name, pk] = reverse(address, args=[pk])
    return found
