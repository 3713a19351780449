"""The pipeline's floor: the same services, called one after the other inside the view."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from voicegather import conf
from voicegather.provider.signature import verify
from voicegather.services.calls import process_call
from voicegather.services.receive import receive_event


@csrf_exempt
def webhook_that_does_all(request: HttpRequest) -> HttpResponse:
    """What the webhook, the broker and a worker do, without the broker and the worker."""
    verify(
        request.body,
        request.headers["Telnyx-Signature-Ed25519"],
        request.headers["Telnyx-Timestamp"],
        keys=conf.public_keys(),
        now=time.time(),
        tolerance_seconds=conf.get("WEBHOOK_TOLERANCE_SECONDS"),
    )
    process_call(receive_event(request.body).call_control_id)
    return HttpResponse()
