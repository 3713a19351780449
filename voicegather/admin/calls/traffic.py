"""The inbox and the outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin
from voicegather.admin.lists.display import as_json, link_to, precise
from voicegather.admin.lists.searching import begins_with, of_call
from voicegather.admin.operations.requeueing import RequeueingPage
from voicegather.models import UNFOLDED, CallCommand, CallEvent, EventSource


@admin.register(CallEvent)
class CallEventAdmin(RequeueingPage, LogAdmin):
    empty_list = _("No event has come: does the Telnyx application point to this site’s webhook?")
    list_display = ("received", "event_type", "source", "call_link", "status", "attempts")
    list_display_links = ("received",)
    list_filter = ("received_at", "status")
    list_select_related = ("call",)
    search_fields = ("event_type", "external_id", "call_control_id")
    search_help_text = _("Beginning of the type or of the caller’s number, or a whole id")
    fields = (
        "event_type",
        "source",
        "external_id",
        "call_link",
        "call_control_id",
        "occurred",
        "received",
        "status",
        "attempts",
        "processed_at",
        "error",
        "facts",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [
            begins_with(queryset, "event_type", term),
            # Naming every source lets the unique index on source and external id answer.
            Q(source__in=EventSource.values, external_id=term),
            Q(call_control_id=term, status__in=UNFOLDED),
            *of_call(queryset, "call__", term),
        ]

    @admin.display(description=_("call"))
    def call_link(self, event: CallEvent) -> str:
        return link_to(event.call) or gettext("none yet")

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, event: CallEvent) -> str:
        return precise(event.received_at)

    @admin.display(description=_("occurred"))
    def occurred(self, event: CallEvent) -> str:
        return precise(event.occurred_at)

    @admin.display(description=_("payload"))
    def facts(self, event: CallEvent) -> str:
        return as_json(event.payload)


@admin.register(CallCommand)
class CallCommandAdmin(LogAdmin):
    list_display = (
        "created",
        "call_link",
        "seq",
        "action",
        "status",
        "attempts",
        "milliseconds",
        "http_status",
        "code",
    )
    list_display_links = ("created",)
    list_filter = ("created_at", "status")
    list_select_related = ("call",)
    search_fields = ("action", "command_id")
    search_help_text = _("Beginning of the action or of the caller’s number, or a whole id")
    fields = (
        "call_link",
        "seq",
        "action",
        "command_id",
        "leg",
        "author",
        "created",
        "status",
        "attempts",
        "first_sent_at",
        "next_attempt_at",
        "finished_at",
        "milliseconds",
        "http_status",
        "code",
        "detail",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        conditions = [begins_with(queryset, "action", term), *of_call(queryset, "call__", term)]
        with contextlib.suppress(ValueError):
            conditions.append(Q(command_id=UUID(term)))
        return conditions

    @admin.display(description=_("call"))
    def call_link(self, command: CallCommand) -> str:
        return link_to(command.call)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, command: CallCommand) -> str:
        return precise(command.created_at)
