"""What callers and models said to each other, and what callers agreed to. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin, PartOfAnother
from voicegather.admin.disclosures.revealing import RevealingPage
from voicegather.admin.lists.display import link_to, precise
from voicegather.admin.lists.searching import of_call
from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.models import Consent, Conversation, Turn
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight
from voicegather.services.disclosures import Kind, Way, note_view
from voicegather.services.display import MASK

#: Of a conversation that never ended; the page still opens.
MOST_TURNS = 1000


@admin.register(Conversation)
class ConversationAdmin(RevealingPage):
    disclosed = Kind.TRANSCRIPT
    empty_list = _("A conversation appears here when a step talks to callers by a model.")
    list_display = ("started_at", "call_link", "kind", "assistant", "seconds", "reason", "model")
    list_display_links = ("started_at",)
    list_select_related = ("call",)
    ordering = ("-pk",)
    search_fields = ("conversation_id", "call__caller")
    search_help_text = _("A whole conversation id, or the beginning of the caller’s number")
    fields = (
        "call_link",
        "visit",
        "seq",
        "kind",
        "assistant",
        "conversation_id",
        "sensitivity",
        "model",
        "reason",
        "seconds",
        "started",
        "ended",
        "transcript",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [Q(conversation_id=term), *of_call(queryset, "call__", term)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("sealed_partial")

    def hides(self, row: Conversation) -> bool:
        return row.sensitivity != Sensitivity.NORMAL

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        conversation = self.get_object(request, object_id)
        if conversation is not None and response.status_code == 200:
            _note_reading(request, conversation)
        return response

    @admin.display(description=_("call"))
    def call_link(self, conversation: Conversation) -> str:
        return link_to(conversation.call, conversation.call.caller)

    @admin.display(description=_("started"))
    def started(self, conversation: Conversation) -> str:
        return precise(conversation.started_at)

    @admin.display(description=_("ended"))
    def ended(self, conversation: Conversation) -> str | None:
        return precise(conversation.ended_at) or None

    @admin.display(description=_("transcript"))
    def transcript(self, conversation: Any) -> str:
        """Who said what, in order; words only, whatever they look like."""
        is_shown = conversation.sight is Sight.REVEALED or not self.hides(conversation)
        turns = list(conversation.turns.order_by("number")[: MOST_TURNS + 1])
        if not turns:
            return gettext("Nothing was said yet.")
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td style="white-space: pre-wrap">{}</td></tr>',
            (
                (turn.role, precise(turn.said_at), _content(turn) if is_shown else MASK)
                for turn in turns[:MOST_TURNS]
            ),
        )
        note = gettext("There are more turns than this page shows.")
        more = format_html('<p class="help">{}</p>', note) if len(turns) > MOST_TURNS else ""
        return format_html("<table><tbody>{}</tbody></table>{}", rows, more)


def _content(turn: Turn) -> str:
    """The words of a turn, or why they cannot be read."""
    try:
        return str(unseal(turn.sealed_content))
    except UnsealError as problem:
        return str(problem)


def _note_reading(request: HttpRequest, conversation: Conversation) -> None:
    """On record, where words were shown that nobody had to reveal."""
    if conversation.sensitivity == Sensitivity.NORMAL and conversation.turns.exists():
        note_view(user=request.user, kind=Kind.TRANSCRIPT, rows=[conversation], way=Way.ADMIN)


@admin.register(Turn)
class TurnAdmin(PartOfAnother, LogAdmin):
    """Without the words: they are read on their conversation's page."""

    list_display = ("pk", "conversation_link", "number", "role", "said_at")
    list_select_related = ("conversation__call",)
    ordering = ("-pk",)
    search_fields = ("conversation__conversation_id",)
    search_help_text = _("A whole conversation id, or the beginning of the caller’s number")
    fields = ("conversation_link", "number", "role", "said_at")
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [
            Q(conversation__conversation_id=term),
            *of_call(queryset, "conversation__call__", term),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("sealed_content", "conversation__sealed_partial")

    @admin.display(description=_("conversation"))
    def conversation_link(self, turn: Turn) -> str:
        return link_to(turn.conversation)


@admin.register(Consent)
class ConsentAdmin(LogAdmin):
    empty_list = _("A consent appears here when a step asks for one and the caller answers.")
    list_display = ("answered_at", "call_link", "given", "prompt", "key", "language")
    list_display_links = ("answered_at",)
    list_filter = ("given",)
    list_select_related = ("call",)
    search_fields = ("call__caller",)
    search_help_text = _("Beginning of the caller’s number, or a whole call control id")
    fields = ("call_link", "visit", "given", "key", "answered", "prompt", "language", "words")
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "call__", term)

    @admin.display(description=_("call"))
    def call_link(self, consent: Consent) -> str:
        return link_to(consent.call, consent.call.caller)

    @admin.display(description=_("answered"))
    def answered(self, consent: Consent) -> str:
        return precise(consent.answered_at)
