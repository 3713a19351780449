"""The addresses of the API, below the one that voicegather.urls gives it."""

from __future__ import annotations

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from voicegather.api.calendars import CalendarViewSet
from voicegather.api.calls import CallViewSet
from voicegather.api.menus import MenuViewSet
from voicegather.api.numbers import NumberViewSet
from voicegather.api.prompts import PromptViewSet
from voicegather.api.recordings import RecordingViewSet
from voicegather.api.results import ResultViewSet
from voicegather.api.root import NothingView, RootView
from voicegather.api.schema import SchemaView
from voicegather.api.versions import VersionViewSet

router = SimpleRouter()
router.register("menus", MenuViewSet, "api-menus")
router.register(r"menus/(?P<slug>[-a-zA-Z0-9_]{1,60})/versions", VersionViewSet, "api-versions")
router.register("prompts", PromptViewSet, "api-prompts")
router.register("numbers", NumberViewSet, "api-numbers")
router.register("calendars", CalendarViewSet, "api-calendars")
router.register("calls", CallViewSet, "api-calls")
router.register("results", ResultViewSet, "api-results")
router.register("recordings", RecordingViewSet, "api-recordings")

#: Of what the OpenAPI document tells.
patterns = [path("", include(router.urls))]
urlpatterns = [
    path("", RootView.as_view(), name="api-root"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    *patterns,
    re_path("", NothingView.as_view()),
]
