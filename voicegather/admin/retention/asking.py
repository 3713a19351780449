"""Pages that begin with a caller: written by hand, or named by one of their calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.models import Call
from voicegather.selectors.teams import in_teams_of
from voicegather.services.erasing import Subject, SubjectError, preview_of, read_subject, subject_of


class CallerForm(forms.Form):
    """Whom it is about."""

    caller = forms.CharField(
        label=gettext_lazy("Caller"),
        required=False,
        max_length=300,
        strip=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "A number with its country code, such as +13125550101, or a SIP address, as calls "
            "have it."
        ),
    )


class AskingAdmin(JobPage, ReadOnlyAdmin):
    """Its add page asks for a caller first, shows what is held of them, then asks once more."""

    #: The permission that all of it takes.
    needs: str
    ask_template: str
    form_class: type[forms.Form]

    def ask(self, request: HttpRequest, subject: Subject, form: Any) -> Any:
        """Have it done; raises SubjectError."""
        raise NotImplementedError

    def title_of_asking(self) -> str:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.needs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may_steer(self, request: HttpRequest, job: Any) -> bool:
        return self.has_add_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """The caller; what is held of them; and the last word. No address holds a number."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        call = self._call_of(request)
        asked = request.POST.get("caller", "") if request.method == "POST" else ""
        first = CallerForm(request.POST if request.method == "POST" else None)
        second: Any = None
        subject = subject_of(call) if call else None
        if asked and not call and first.is_valid():
            try:
                subject = read_subject(first.cleaned_data["caller"])
            except SubjectError as problem:
                first.add_error("caller", str(problem))
        elif request.method == "POST" and not call:
            first.add_error("caller", _("Write the caller’s number, or a SIP address."))
        if subject is not None:
            is_asked = "ask" in request.POST
            second = self.form_class(request.POST if is_asked else None)
            if is_asked and second.is_valid():
                try:
                    job = self.ask(request, subject, second)
                except SubjectError as problem:
                    second.add_error(None, str(problem))
                else:
                    messages.info(request, _("It is done in the background: this page follows it."))
                    return HttpResponseRedirect(self.after_job(job))
        return self._page(request, call, subject, first, second)

    def _page(
        self,
        request: HttpRequest,
        call: Call | None,
        subject: Subject | None,
        first: Any,
        second: Any,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.title_of_asking(),
            "first": first,
            "form": second,
            "call": call,
            "subject": subject,
            "preview": preview_of(subject) if subject else None,
            "asked": "" if call else request.POST.get("caller", ""),
        }
        return TemplateResponse(request, self.ask_template, context)

    def _call_of(self, request: HttpRequest) -> Call | None:
        """The call whose page led here, if any."""
        name = request.POST.get("call") or request.GET.get("call") or ""
        if not name:
            return None
        if not name.isdecimal() or len(name) > 18:
            raise Http404(_("There is no such call."))
        seen = in_teams_of(request.user, Call.objects.order_by())
        call: Call | None = seen.defer("sealed_state").filter(pk=int(name)).first()
        if call is None or not request.user.has_perm("voicegather.view_call"):
            raise Http404(_("There is no such call."))
        return call
