"""Messages as signed JSON, posted where the settings say and nowhere else."""

from __future__ import annotations

import json
import ssl
import time
from typing import Any

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.handlers.http.urls import Target, parsed_url
from voicegather.handlers.words import HandlerError
from voicegather.models import AlertDelivery
from voicegather.services import moments
from voicegather.services.alerts.errors import NeverSentError, NotSentError
from voicegather.services.alerts.places import webhook_url
from voicegather.services.alerts.signing import sign
from voicegather.services.alerts.wording import headline, sentence

#: For everything: the look-up of the name, the connection, and the answer.
SECONDS = 10.0
#: The setting that lets webhooks go into the site's own network.
PRIVATE = "ALERT_WEBHOOK_ALLOW_PRIVATE"
_REDIRECTS = range(300, 400)


def post(delivery: AlertDelivery) -> None:
    """Post the message; raises NotSentError and NeverSentError, in words without the URL.

    Any status of 200 to 299 is an acknowledgement. Redirects are not followed.
    """
    secret = conf.get("ALERT_WEBHOOK_SECRET")
    if not secret:
        raise NeverSentError(_("ALERT_WEBHOOK_SECRET is not set: nothing is sent unsigned."))
    target = parsed_url(webhook_url(delivery.target))
    if target is None:
        raise NeverSentError(_("The settings do not have this webhook any more."))
    if target.scheme != "https" and not conf.get(PRIVATE):
        raise NeverSentError(_("A webhook’s URL must begin with https://."))
    content = body(delivery)
    at = int(moments.now().timestamp())
    status = _posted(target, content, {**_headers(delivery), **_signed(secret, content, at)})
    AlertDelivery.objects.filter(pk=delivery.pk).update(http_status=status)
    if status in _REDIRECTS:
        text = _("It answers with a redirect (%s), which is not followed: correct the URL.")
        raise NeverSentError(text % status)
    if not 200 <= status < 300:
        raise NotSentError(_("It answered with the status %s.") % status)


def body(delivery: AlertDelivery) -> bytes:
    """The JSON of a message: the same at each try."""
    return json.dumps(
        {
            "id": str(delivery.key),
            "type": f"alerts.{delivery.news}",
            "written_at": delivery.message["written_at"],
            "incidents": [_incident(each) for each in delivery.message["incidents"]],
        },
        ensure_ascii=True,
    ).encode()


def _incident(document: dict[str, Any]) -> dict[str, Any]:
    kind = document["kind"]
    return document | {
        "title": headline(kind, document["label"]),
        "text": sentence(kind, document["details"]),
    }


def _headers(delivery: AlertDelivery) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "voicegather",
        "Idempotency-Key": str(delivery.key),
    }


def _signed(secret: str, content: bytes, at: int) -> dict[str, str]:
    return {"Voicegather-Signature": sign(secret, content, at=at)}


def _posted(target: Target, content: bytes, headers: dict[str, str]) -> int:
    """The status of the answer, whose body nobody reads."""
    # Here, for it takes a while to load, and web processes never need it.
    import httpcore

    from voicegather.handlers.http.connecting import PinnedBackend

    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    fixed = {"Host": target.named_host, "Content-Length": str(len(content))}
    backend = PinnedBackend(time.monotonic() + SECONDS, private=PRIVATE)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream(
                "POST", url, headers=list((fixed | headers).items()), content=content
            ) as answer,
        ):
            return int(answer.status)
    except HandlerError as problem:
        raise NotSentError(str(problem)) from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as problem:
        if isinstance(problem.__context__, ssl.SSLCertVerificationError):
            raise NotSentError(_("The host’s certificate is not good.")) from None
        raise NotSentError(_("No answer came (%s).") % type(problem).__name__) from None
