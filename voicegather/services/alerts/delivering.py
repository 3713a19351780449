"""One message sent, tried again after growing waits, and given up after some hours."""

from __future__ import annotations

from voicegather.models import AlertDelivery
from voicegather.services.alerts import mail, webhooks
from voicegather.services.alerts.errors import NotSentError
from voicegather.services.jobs import Progress, RetryLater, job_kind

#: Seconds before the next tries: about seven hours in all.
WAITS = (15, 60, 300, 900, 3600, 3 * 3600, 3 * 3600)


@job_kind("alert", model=AlertDelivery)
def deliver(delivery: AlertDelivery, progress: Progress) -> None:
    """Send it. A worker that dies after sending and before this ends has it sent again.

    That is said in the docs: at least once, by the same id, which tells a repeat.
    """
    try:
        if delivery.channel == AlertDelivery.Channel.EMAIL:
            mail.send(delivery)
        else:
            webhooks.post(delivery)
    except NotSentError as problem:
        if delivery.tries > len(WAITS):
            raise
        raise RetryLater(WAITS[max(0, delivery.tries - 1)], str(problem)) from None
