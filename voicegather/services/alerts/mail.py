"""Messages as plain e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from voicegather.models import AlertDelivery
from voicegather.services.alerts.errors import NeverSentError, NotSentError
from voicegather.services.alerts.places import addresses
from voicegather.services.alerts.wording import advice, headline, sentence

News = AlertDelivery.News
#: Where EMAIL_TIMEOUT is not set: less than the lease of a job.
TIMEOUT_SECONDS = 15


def send(delivery: AlertDelivery) -> None:
    """Hand the message to the site's mail server; raises NotSentError and NeverSentError.

    Its Message-ID is the same at each try.
    """
    to = addresses()
    if not to:
        raise NeverSentError(_("The settings name no address any more that could get it."))
    message = EmailMessage(
        subject=subject(delivery),
        body=body(delivery),
        to=to,
        headers={"Message-ID": f"<{delivery.key}@{_domain()}>", "Auto-Submitted": "auto-generated"},
        connection=_connection(),
    )
    try:
        message.send()
    except Exception as problem:
        # Each backend raises errors of its own, and their words may quote addresses.
        name = type(problem).__name__
        raise NotSentError(_("The mail server did not take it (%s).") % name) from None


def subject(delivery: AlertDelivery) -> str:
    """One line that says what is new."""
    incidents = delivery.message.get("incidents", [])
    match delivery.news:
        case News.TEST:
            text = _("Test of alerts")
        case News.DIGEST:
            text = _("%(count)s incidents") % {"count": len(incidents)}
        case _:
            first = incidents[0]
            text = f"{delivery.get_news_display()}: {headline(first['kind'], first['label'])}"
    return f"[voicegather] {text}"


def body(delivery: AlertDelivery) -> str:
    """What is new, how bad it is, what to do, and where to look."""
    if delivery.news == News.TEST:
        return _("This is a test: alerts of voicegather reach you.") + "\n"
    blocks = ["\n".join(_lines(each)) for each in delivery.message.get("incidents", [])]
    return "\n\n".join(blocks) + "\n"


def _lines(incident: dict[str, Any]) -> Iterator[str]:
    yield headline(incident["kind"], incident["label"])
    if incident["closed_at"]:
        yield _("Over since %s.") % _told(incident["closed_at"])
    yield _("Noticed %s.") % _told(incident["opened_at"])
    if words := sentence(incident["kind"], incident["details"]):
        yield words
    if not incident["closed_at"]:
        yield ""
        yield from (f"- {each}" for each in advice(incident["kind"]))
    if incident["url"]:
        yield ""
        yield incident["url"]


def _told(moment: str) -> str:
    local = localtime(datetime.fromisoformat(moment), get_default_timezone())
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _connection() -> Any:
    """The site's, which does not wait for ever."""
    connection: Any = get_connection()
    if getattr(connection, "timeout", TIMEOUT_SECONDS) is None:
        connection.timeout = TIMEOUT_SECONDS
    return connection
