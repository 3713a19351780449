"""The emergency switch: what is on, what was, and a page to turn it on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.forms.moments import MomentField, told, zone_name
from voicegather.admin.teams import OwnTeamsFilter, in_own_teams
from voicegather.models import Diversion, Menu
from voicegather.selectors.diversions import Reach, reaches, running_diversions
from voicegather.services.diversions import (
    PERMISSION,
    DiversionError,
    divert_numbers,
    end_diversion,
)

LONGEST_REASON = 500


class DiversionForm(forms.Form):
    """Which numbers, to which menu, and why; a box to tick keeps it from being done by accident."""

    menu = forms.ModelChoiceField(
        Menu.objects.none(),
        label=gettext_lazy("Emergency menu"),
        help_text=gettext_lazy("Menus that are live."),
    )
    reach = forms.ChoiceField(label=gettext_lazy("Numbers"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Shown to everybody who works here, and kept."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    until = MomentField(label=gettext_lazy("Ends at"), required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("Yes, new calls shall go to this menu at once"),
        error_messages={"required": gettext_lazy("Tick this to switch it on.")},
    )

    def __init__(self, request: HttpRequest, offered: list[Reach], data: Any = None) -> None:
        super().__init__(data, initial={"reach": "all"})
        menus: Any = self.fields["menu"]
        live = in_own_teams(
            request, Menu.objects.filter(live_version__isnull=False, archived_at=None)
        )
        menus.queryset = in_own_teams(request, live).order_by("name")
        self.offered = {_key(reach): reach for reach in offered}
        choices: Any = self.fields["reach"]
        choices.choices = [(key, _label(reach)) for key, reach in self.offered.items()]


@admin.register(Diversion)
class DiversionAdmin(ReadOnlyAdmin):
    empty_list = gettext_lazy("Numbers were never diverted.")
    list_display = (
        "started_at",
        "menu",
        "team_or_all",
        "reason",
        "started_by",
        "until",
        "ended_at",
        "ended_by",
    )
    list_filter = (("team", OwnTeamsFilter),)
    list_select_related = ("menu", "team", "started_by", "ended_by")
    search_fields = ("reason", "menu__name")
    change_list_template = "admin/voicegather/diversion_change_list.html"
    fields = (
        "menu",
        "team_or_all",
        "reason",
        "started_at",
        "started_by",
        "until",
        "ended_at",
        "ended_by",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("switch/", view(self.switch_view), name="voicegather_diversion_switch"),
            path("<int:object_id>/end/", view(self.end_view), name="voicegather_diversion_end"),
        ]
        return [*own, *super().get_urls()]

    def switch_view(self, request: HttpRequest) -> HttpResponse:
        """What would be diverted; a POST does it."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        offered = reaches(request.user)
        form = DiversionForm(request, offered, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                self._divert(request, form)
            except DiversionError as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("admin:voicegather_diversion_switch"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Send numbers to an emergency menu"),
            "form": form,
            "offered": offered,
            "zone": zone_name(),
            "is_on": bool(running_diversions(request.user)),
            "may_see_history": self.has_view_permission(request),
        }
        return TemplateResponse(request, "admin/voicegather/diversion_switch.html", context)

    def _divert(self, request: HttpRequest, form: DiversionForm) -> None:
        chosen = form.cleaned_data
        diversion = divert_numbers(
            menu=chosen["menu"],
            team=form.offered[chosen["reach"]].team,
            reason=chosen["reason"],
            until=chosen["until"],
            by=request.user,  # type: ignore[arg-type]
        )
        text = _("New calls go to “%s” from now on. Calls in progress stay where they are.")
        messages.success(request, text % diversion.menu)

    @method_decorator(require_POST)
    def end_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Every number is answered by its own menu again."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        known = in_own_teams(request, Diversion.objects.select_related("menu", "team"))
        diversion = known.filter(pk=object_id).first() if object_id < 2**63 else None
        if diversion is None:
            raise Http404(_("There is no such diversion."))
        try:
            ended = end_diversion(diversion, by=request.user)  # type: ignore[arg-type]
        except DiversionError as refusal:
            messages.error(request, str(refusal))
        else:
            text = _("New calls are answered by their numbers’ own menus again.")
            messages.success(request, text if ended else _("That had ended already."))
        return HttpResponseRedirect(reverse("admin:voicegather_diversion_switch"))

    @admin.display(description=gettext_lazy("numbers of"), ordering="team")
    def team_or_all(self, diversion: Diversion) -> str:
        return str(diversion.team) if diversion.team else _("every number")

    @admin.display(description=gettext_lazy("ends at"), ordering="until")
    def until(self, diversion: Diversion) -> str:
        return told(diversion.until)


def _key(reach: Reach) -> str:
    return str(reach.team.pk) if reach.team else "all"


def _label(reach: Reach) -> str:
    count = ngettext("%(count)s number", "%(count)s numbers", reach.count) % {"count": reach.count}
    return f"{reach.name} ({count})"
