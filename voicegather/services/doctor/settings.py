"""The system checks, told by what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import ERROR, WARNING, CheckMessage, run_checks
from django.utils.translation import gettext as _

from voicegather.checks.database import ALIAS
from voicegather.checks.registering import TAG
from voicegather.services.doctor.findings import Finding, failed, ok, warning

_API_KEY = frozenset({"voicegather.E011", "voicegather.W003", "voicegather.W005"})
_SIGNATURE_KEY = frozenset({"voicegather.E005", "voicegather.W002"})
_SEALING_KEYS = frozenset({"voicegather.E004", "voicegather.W001", "voicegather.W004"})
#: Warnings for who develops; where a site is to serve calls, it does not without them.
_GRAVE = frozenset({"voicegather.W002", "voicegather.W003", "voicegather.W005"})


def look_at_settings(*, with_database: bool) -> Iterator[Finding]:
    """The keys each by a line of its own, then what else the checks of this app find."""
    databases = [ALIAS] if with_database else []
    messages = run_checks(tags=[TAG], include_deployment_checks=True, databases=databases)
    left = [each for each in messages if each.level >= WARNING and not each.is_silenced()]
    for what, ids in (
        (_("API key"), _API_KEY),
        (_("signature key"), _SIGNATURE_KEY),
        (_("sealing keys"), _SEALING_KEYS),
    ):
        yield from _lines(what, [each for each in left if each.id in ids], _("set"))
        left = [each for each in left if each.id not in ids]
    yield from _lines(_("system checks"), left, _("nothing to mend"))


def _lines(what: str, messages: list[CheckMessage], otherwise: str) -> Iterator[Finding]:
    if not messages:
        yield ok(what, otherwise)
    for each in messages:
        verdict: Any = failed if each.level >= ERROR or each.id in _GRAVE else warning
        yield verdict(what, f"{each.msg} ({each.id})", str(each.hint or ""))
