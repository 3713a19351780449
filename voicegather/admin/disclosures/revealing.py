"""Pages that show what is sensitive masked, until somebody reveals it, for a reason and a while."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather import conf
from voicegather.admin.base import LogAdmin
from voicegather.logs import revealing
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services.disclosures import (
    LONGEST_REASON,
    Kind,
    ReasonError,
    RevealRefusedError,
    Way,
    recent_reasons,
    reveal,
)


class RevealForm(forms.Form):
    """Why somebody needs to see what is masked."""

    reason = forms.CharField(
        label=_("Why do you need to see it?"),
        max_length=LONGEST_REASON,
        help_text=_(
            "It goes on record with your name. For example: Ticket 1234, the caller rang back"
        ),
        widget=forms.TextInput(attrs={"list": "reveal-reasons", "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page says about revealing. `hides` says that something on it is masked."""

    form: RevealForm
    url: str
    page_url: str
    may_reveal: bool
    hides: bool
    is_revealed: bool
    seconds: int
    reasons: Sequence[str] = ()


def sight_of_page(request: HttpRequest) -> Sight:
    """Masked, unless this very request reveals."""
    return getattr(request, "sight", Sight.MASKED)


def unlogged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response`, rendered here and now where this request reveals: no log quotes what it shows."""
    if sight_of_page(request) is Sight.REVEALED and isinstance(response, SimpleTemplateResponse):
        with revealing():
            response.render()
    return response


class RevealingPage(LogAdmin):
    """Of rows with sensitive values. They know by their ``sight`` how much to show."""

    change_form_template = "admin/voicegather/revealing_change_form.html"
    #: As what it is on record.
    disclosed: ClassVar[Kind] = Kind.VALUE

    def hides(self, row: Any) -> bool:
        """Whether the page of `row` masks something that can be revealed."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        page = view(self.reveal_view)
        own = path("<path:object_id>/reveal/", page, name=self._url_name("reveal"))
        return [own, *super().get_urls()]

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(request, *args, **kwargs)
        if row is not None:
            row.sight = sight_of_page(request)
        return row

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if "reveal" not in context:
            row = self.get_object(request, object_id)
            if row is not None and self.has_view_permission(request, row):
                context["reveal"] = self.reveal_offer(request, row, hides=self.hides(row))
        return unlogged(request, super().change_view(request, object_id, form_url, context))

    def reveal_offer(
        self, request: HttpRequest, row: Any, *, hides: bool, page_url: str = ""
    ) -> Offer:
        """What a page of `row` says about revealing.

        `page_url` is that page masked, where it is not the row's own.
        """
        is_revealed = sight_of_page(request) is Sight.REVEALED
        may_reveal = sight_of(request.user) is Sight.REVEALED
        asks = may_reveal and hides and not is_revealed
        return Offer(
            form=getattr(request, "reveal_form", None) or RevealForm(),
            url=reverse(f"admin:{self._url_name('reveal')}", args=[row.pk]),
            page_url=page_url or reverse(f"admin:{self._url_name('change')}", args=[row.pk]),
            may_reveal=may_reveal,
            hides=hides,
            is_revealed=is_revealed,
            seconds=conf.get("REVEAL_SECONDS"),
            reasons=recent_reasons(request.user) if asks else (),
        )

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page with everything whole, for a POST with a reason; no address alone reveals."""
        row = self.seen_object(request, object_id, missing=gettext("There is nothing here."))
        if request.method != "POST":
            name = self._url_name("change")
            return HttpResponseRedirect(reverse(f"admin:{name}", args=[row.pk]))
        form = RevealForm(request.POST)
        status = self._cleared(request, row, form)
        # Django's page of a row that nobody may change is shown to GET alone.
        shown: Any = copy(request)
        shown.method, shown.reveal_form = "GET", form
        if status is HTTPStatus.OK:
            shown.sight = Sight.REVEALED
        response = self.change_view(shown, str(row.pk))
        response.status_code = status
        return response

    def _cleared(self, request: HttpRequest, row: Any, form: RevealForm) -> HTTPStatus:
        """OK once it is on record; else the form says why not."""
        if not form.is_valid() and sight_of(request.user) is Sight.REVEALED:
            return HTTPStatus.BAD_REQUEST
        try:
            reveal(
                user=request.user,
                rows=[row],
                reason=form.cleaned_data.get("reason", ""),
                way=Way.ADMIN,
                kind=self.disclosed,
            )
        except RevealRefusedError as refusal:
            form.add_error(None, str(refusal))
            return HTTPStatus.FORBIDDEN
        except ReasonError as problem:
            form.add_error("reason", str(problem))
            return HTTPStatus.BAD_REQUEST
        return HTTPStatus.OK

    def _url_name(self, verb: str) -> str:
        return f"voicegather_{self.opts.model_name}_{verb}"
