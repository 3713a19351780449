"""Publishing later and by two: what is planned for a menu, and what is done about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.admin.forms.moments import MomentField, told
from voicegather.admin.publishing.planned import page_of
from voicegather.admin.trials.testing import TestsPage
from voicegather.exceptions import MenuError
from voicegather.models import PlanState, PublishingPlan
from voicegather.services.menus.plans import (
    Wish,
    approve_plan,
    cancel_plan,
    decline_plan,
    plan_publication,
    settle_plan,
)

LONGEST_NOTE = 2_000
NOW, LATER = "now", "later"


class NoteForm(forms.Form):
    """A note for those who come later. The page's own marks are beside it."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("What changed and why, for who looks at the versions later."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class PlanForm(NoteForm):
    """A note, and when it goes live."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=((NOW, _("Now")), (LATER, _("At"))),
        initial=NOW,
        required=False,
        widget=forms.RadioSelect,
    )
    publish_at = MomentField(label=_("Date and time"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["publish_at"].widget.attrs["aria-label"] = gettext("Date and time")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("when") != LATER:
            cleaned["publish_at"] = None
            self.errors.pop("publish_at", None)
            if self["publish_at"].data:
                # Who wrote a time did not mean that callers hear it at once.
                self.add_error("publish_at", gettext("Choose “At” as well, or empty the time."))
        elif not cleaned.get("publish_at") and "publish_at" not in self.errors:
            self.add_error("publish_at", gettext("Say when."))
        return cleaned


class PlansPage(TestsPage):
    """For the admin of menus: what is done about a plan."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.plan_view)
        where = "<path:object_id>/plan/<int:plan_id>/"
        return [path(where, view, name="voicegather_menu_plan"), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("voicegather.publish_menu")

    @method_decorator(require_POST)
    def plan_view(self, request: HttpRequest, object_id: str, plan_id: int) -> HttpResponse:
        """Approve, decline, cancel or have seen a plan; then back to the page that shows it."""
        menu = self._menu(request, object_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        plan = menu.plans.filter(pk=plan_id).first() if plan_id < 2**63 else None
        if plan is None:
            raise Http404(gettext("There is no such plan."))
        try:
            self._act(request, plan)
        except MenuError as refusal:
            for line in str(refusal).splitlines():
                messages.error(request, line)
        return HttpResponseRedirect(page_of(plan))

    def _act(self, request: HttpRequest, plan: PublishingPlan) -> None:
        user: Any = request.user
        act = request.POST.get("act")
        if act == "approve":
            done = approve_plan(plan, approver=user, sha256=request.POST.get("sha256", ""))
            if done.state == PlanState.DONE:
                text = gettext("Approved: “%s” is live.") % plan.menu
            else:
                facts = {"menu": plan.menu, "when": told(plan.publish_at)}
                text = gettext("Approved: “%(menu)s” goes live on %(when)s.") % facts
            messages.success(request, text)
        elif act == "decline":
            reason = request.POST.get("reason", "").replace("\0", "")[:LONGEST_NOTE]
            decline_plan(plan, by=user, reason=reason)
            messages.success(request, gettext("Declined. Whoever asked is told why."))
        elif act == "cancel":
            cancel_plan(plan, by=user)
            messages.success(request, gettext("Cancelled: nothing goes live by this plan."))
        elif act == "settle":
            settle_plan(plan, by=user)


def plan_by_form(request: HttpRequest, wish: Wish) -> str:
    """Plan what was wished for; what to tell about it. Raises MenuError."""
    plan = plan_publication(wish, author=request.user)  # type: ignore[arg-type]
    if plan.state == PlanState.ASKED:
        return gettext("You asked to publish “%s”: another publisher approves it here.") % plan.menu
    facts = {"menu": plan.menu, "when": told(plan.publish_at)}
    return gettext("“%(menu)s” goes live on %(when)s.") % facts
