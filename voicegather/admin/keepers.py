"""What keeps rows from being deleted, named as far as its reader may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext


def named_keepers(site: Any, request: HttpRequest, objs: Any) -> list[str]:
    """The protected rows that lead to `objs`, as Django names them; those not shown to the reader
    in lists of their own are only told of.

    A query for each of their models.
    """
    model = objs.model if hasattr(objs, "model") else type(objs[0])
    collector = NestedObjects(using=router.db_for_write(model), origin=objs)
    collector.collect(objs)
    keepers: defaultdict[type[Model], list[Any]] = defaultdict(list)
    for row in collector.protected:
        keepers[type(row)].append(row)
    return [
        name
        for kind, rows in sorted(keepers.items(), key=lambda each: each[0]._meta.label)
        for name in _names(site, request, kind, rows)
    ]


def _names(site: Any, request: HttpRequest, kind: type[Model], rows: list[Any]) -> Iterator[str]:
    pks = [row.pk for row in rows]
    page = site.get_model_admin(kind) if site.is_registered(kind) else None
    shown: set[Any] = set(pks) if page is None else set()
    if page is not None:
        listed = page.get_queryset(request).filter(pk__in=pks)
        shown.update(listed.order_by().values_list("pk", flat=True))
    for row in sorted(rows, key=lambda row: row.pk):
        if row.pk not in shown:
            yield gettext("something of another team")
            continue
        label, address = capfirst(kind._meta.verbose_name), _address(site, row)
        if address:
            yield format_html('{}: <a href="{}">{}</a>', label, address, row)
        else:
            yield format_html("{}: {}", label, row)


def _address(site: Any, row: Any) -> str:
    opts = row._meta
    try:
        name = f"{site.name}:{opts.app_label}_{opts.model_name}_change"
        return reverse(name, args=[row.pk], current_app=site.name)
    except NoReverseMatch:
        return ""
