from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoicegatherConfig(AppConfig):
    name = "voicegather"
    verbose_name = _("Voice menus")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from voicegather import checks  # noqa: F401
        from voicegather.handlers import http  # noqa: F401
        from voicegather.logs import keep_templates_unquoted

        keep_templates_unquoted()
        autodiscover_modules("voicegather_handlers")
