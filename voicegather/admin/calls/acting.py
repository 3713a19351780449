"""Live control: the acts of staff on a call that runs, with and without the page's script."""

from __future__ import annotations

from copy import copy
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from voicegather.admin.calls.acts import CONTROLS, ActForm, Control, Offer, offers_of
from voicegather.admin.calls.live import LivePage
from voicegather.engine.events import Act
from voicegather.exceptions import VoicegatherError
from voicegather.models import Call
from voicegather.selectors.entries import LiveState
from voicegather.services.calls.control import act_on_call

CONTROL = "voicegather.control_call"


class ControlledPage(LivePage):
    """A call's page with forms to act on it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("<path:object_id>/act/", view(self.act_view), name="voicegather_call_act")
        return [own, *super().get_urls()]

    def offers(self, request: HttpRequest, state: LiveState) -> list[Offer]:
        if not request.user.has_perm(CONTROL):
            return []
        return offers_of(state, getattr(request, "refused_act", None))

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One act; answers JSON to the page's script, else leads back to the page."""
        call = self.call_of(request, object_id)
        if not request.user.has_perm(CONTROL):
            raise PermissionDenied
        control = _control(request.POST.get("act", ""))
        form = control.form_class(request.POST, auto_id=f"id_{control.act}_%s")
        if form.is_valid():
            try:
                act_on_call(
                    call,
                    control.act,
                    author=request.user,  # type: ignore[arg-type]
                    **form.wanted(),
                )
            except VoicegatherError as refusal:
                form.add_error(None, str(refusal))
        if request.accepts("text/html"):
            return self._page_after(request, call, control, form)
        return _document_after(control, form)

    def _page_after(
        self, request: HttpRequest, call: Call, control: Control, form: ActForm
    ) -> HttpResponse:
        if form.is_valid():
            messages.success(request, str(control.done))
            return HttpResponseRedirect(reverse("admin:voicegather_call_change", args=[call.pk]))
        form.data = request.POST.copy()
        form.data["act_id"] = str(uuid4())
        # Django's page of a row that nobody may change is shown to GET alone.
        shown: Any = copy(request)
        shown.method = "GET"
        shown.refused_act = (control.act, form)
        response = self.change_view(shown, str(call.pk))
        response.status_code = HTTPStatus.CONFLICT
        return response


def _control(act: str) -> Control:
    try:
        return CONTROLS[Act(act)]
    except ValueError:
        raise Http404(_("There is no such act.")) from None


def _document_after(control: Control, form: ActForm) -> JsonResponse:
    errors = {name: [str(each) for each in found] for name, found in form.errors.items()}
    status = HTTPStatus.CONFLICT if errors else HTTPStatus.OK
    message = "" if errors else str(control.done)
    document = {"message": message, "errors": errors, "act_id": str(uuid4())}
    return JsonResponse(document, status=status)
