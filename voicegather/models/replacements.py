from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.prompts import Prompt


class PromptReplacement(models.Model):
    """A phrase that was replaced in many prompts at once, with the words before and after."""

    find = models.CharField(_("find"), max_length=500)
    replace_by = models.CharField(_("replace by"), max_length=500, blank=True)
    whole_words = models.BooleanField(_("whole words"), default=False)
    match_case = models.BooleanField(_("upper and lower case"), default=False)
    #: Each with ``variant`` (an id), ``prompt`` (a key), ``language``, ``before`` and ``after``.
    rows: models.JSONField[Any, Any] = models.JSONField(_("texts"), default=list, editable=False)
    prompts = models.ManyToManyField(
        Prompt, verbose_name=_("prompts"), related_name="+", editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("replaced"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"“{self.find}” → “{self.replace_by}”"
