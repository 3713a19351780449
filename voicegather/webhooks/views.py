"""Where Telnyx posts: check the signature, store the event, hand its call on, answer."""

from __future__ import annotations

import logging
import time

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from voicegather import conf
from voicegather.exceptions import ConfigurationError
from voicegather.provider.signature import SignatureError, verify
from voicegather.services.dispatch import enqueue
from voicegather.services.receive import InboxUnavailableError, NotAnEventError, receive_event
from voicegather.services.tallying import refused_webhooks
from voicegather.webhooks.body import BodyTooLargeError, UnreadableBodyError, read_body

_log = logging.getLogger("voicegather.webhook")


@csrf_exempt
@login_not_required
@sensitive_variables("body")
def webhook(request: HttpRequest) -> HttpResponse:
    """200 for every event that is stored, also for a repeat; each refusal is logged.

    405 for anything but POST, 413 for a body over WEBHOOK_MAX_BYTES, 401 without a good
    signature, 400 for what is no event, and 503, which Telnyx sends again, when it cannot be
    stored (Telnyx docs: webhook delivery).
    """
    if request.method != "POST":
        _log.warning("Refused (405, %s instead of POST)", request.method)
        return HttpResponseNotAllowed(["POST"])
    try:
        body = read_body(request, longest=conf.get("WEBHOOK_MAX_BYTES"))
        _verify(request, body)
        received = receive_event(body)
    except BodyTooLargeError as problem:
        refused_webhooks.note("too_large")
        return _refusal(413, "too large", problem)
    except SignatureError as problem:
        refused_webhooks.note("signature")
        return _refusal(401, f"signature {problem.reason}", problem)
    except NotAnEventError as problem:
        refused_webhooks.note("not_an_event")
        return _refusal(400, "not an event", problem)
    except UnreadableBodyError as problem:
        return _refusal(400, "unreadable", problem)
    except (InboxUnavailableError, ConfigurationError) as problem:
        _log.error("Not stored (503): %s", problem)
        return _empty(503)
    if received.call_control_id:
        # Also for a repeat: the first one's enqueueing may have been lost.
        enqueue(received.call_control_id)
    return _empty(200)


def _verify(request: HttpRequest, body: bytes) -> None:
    verify(
        body,
        request.META.get("HTTP_TELNYX_SIGNATURE_ED25519", ""),
        request.META.get("HTTP_TELNYX_TIMESTAMP", ""),
        keys=conf.public_keys(),
        now=time.time(),
        tolerance_seconds=conf.get("WEBHOOK_TOLERANCE_SECONDS"),
    )


def _refusal(status: int, reason: str, problem: Exception) -> HttpResponse:
    _log.warning("Refused (%d, %s): %s", status, reason, problem)
    return _empty(status)


def _empty(status: int) -> HttpResponse:
    """An answer of no words, and of a known length: servers send others in pieces."""
    # With its type named, Django need not ask the settings for one.
    return HttpResponse(status=status, content_type="text/plain", headers={"Content-Length": "0"})


# The inbox is written outside of transactions, so that an event is stored when it is answered for.
for alias in connections:
    transaction.non_atomic_requests(using=alias)(webhook)
