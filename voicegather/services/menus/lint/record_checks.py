"""Steps that record: their keys, their lengths, and who agreed to be recorded."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.entries import KEYS
from voicegather.engine.graph import StepNode
from voicegather.engine.steps.record_settings import Recorded
from voicegather.services.menus.lint.subject import Subject


def check_record(subject: Subject, node: StepNode, settings: Any) -> None:
    """What no recording can do, and what callers or the law may mind."""
    _check_keys(subject, node, settings)
    if settings.records is Recorded.CALL:
        if not settings.consent_prompt:
            message = _(
                "the call is recorded without asking: many countries want callers to agree, "
                "or to be told, before that"
            )
            subject.warn("record_consent", node.key, "consent_prompt", message)
        return
    if settings.shortest_s >= settings.longest_s:
        message = _("is not less than longest_s (%(longest)s): every recording would be too short")
        subject.error(
            "record_lengths", node.key, "shortest_s", message % {"longest": settings.longest_s}
        )
    if not settings.prompt and not settings.beep:
        message = _("neither a prompt nor a beep tells the caller to speak: add one")
        subject.warn("record_unannounced", node.key, "prompt", message)
    if not settings.ending_key and not settings.silence_s:
        message = _(
            "neither a key nor silence ends the recording: callers wait for %(longest)s seconds"
        )
        subject.warn(
            "record_endless", node.key, "ending_key", message % {"longest": settings.longest_s}
        )


def _check_keys(subject: Subject, node: StepNode, settings: Any) -> None:
    names = ["ending_key"] if settings.ending_key else []
    if settings.review_prompt:
        names += ["keep_key", "listen_key", "again_key"]
    if settings.consent_prompt:
        names.append("consent_key")
    for name in names:
        key = getattr(settings, name)
        if key not in KEYS:
            message = _("“%(key)s” is not a key: use one of 0-9, * and #") % {"key": key}
            subject.error("record_key", node.key, name, message)
    if settings.review_prompt:
        answers = Counter((settings.keep_key, settings.listen_key, settings.again_key))
        if max(answers.values()) > 1:
            message = _("two keys of the review are the same: choose another")
            subject.error("record_key", node.key, "again_key", message)
