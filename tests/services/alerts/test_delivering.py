"""Messages reach their places signed, are tried again, given up, and never repeat themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
import time_machine
from django.core import mail

from tests.handlers.serving import Service, redirects, says
from tests.services.alerts.building import MINUTE, NOW, look, only
from voicegather.models import AlertDelivery, IncidentKind
from voicegather.models.jobs import JobState
from voicegather.services import alerts, jobs
from voicegather.services.alerts.announcing import send_what_workers_leave
from voicegather.services.alerts.delivering import WAITS
from voicegather.services.alerts.sighting import Sighting
from voicegather.services.dispatch import wait_until_idle

KIND = IncidentKind.MENU_FAILS
BAD = Sighting("7", "Clinic\nof Dr. X", {"failed": 3, "calls": 12, "minutes": 30})

pytestmark = pytest.mark.django_db(transaction=True)


class Unreachable:
    """A mail server that is down."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Django's backends."""

    def send_messages(self, messages: list[Any]) -> int:
        raise ConnectionRefusedError("ops@example.com")


def delivery() -> AlertDelivery:
    return AlertDelivery.objects.get()


def run() -> AlertDelivery:
    """What a worker does with the message."""
    jobs.run_job(f"alert:{delivery().pk}")
    return delivery()


def test_mail_says_what_is_wrong_what_to_do_and_where_to_look(by_mail: None) -> None:
    look(KIND, BAD, at=NOW)
    assert run().state == JobState.DONE

    (message,) = mail.outbox
    assert message.to == ["ops@example.com"]
    assert message.subject == "[voicegather] Opened: Calls to a menu fail: Clinic of Dr. X"
    assert "3 of 12 calls of the last 30 minutes failed." in message.body
    assert "- Open the menu’s calls that failed" in message.body
    page = f"https://www.example.com/admin/voicegather/incident/{only().pk}/change/"
    assert page in message.body
    assert message.extra_headers["Message-ID"] == f"<{delivery().key}@localhost>"


def test_a_mail_server_that_is_down_is_tried_again_then_given_up_without_an_avalanche(
    by_mail: None, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    with time_machine.travel(NOW, tick=False) as clock:
        look(KIND, BAD, at=NOW)
        for wait in WAITS:
            waiting = run()
            assert waiting.state == JobState.WAITING
            assert waiting.failure == "The mail server did not take it (ConnectionRefusedError)."
            clock.shift(wait)
        assert run().state == JobState.FAILED
        look(IncidentKind.DELIVERY_FAILS, Sighting("email:", "ops@example.com"), at=NOW + MINUTE)

    assert AlertDelivery.objects.count() == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert jobs.retry(delivery())
    assert run().state == JobState.DONE
    assert len(mail.outbox) == 1


def test_a_webhook_is_signed_over_its_moment_and_its_body(receiver: Service) -> None:
    receiver.answers = [says(b"", 204)]
    look(KIND, BAD, at=NOW)
    assert (run().state, delivery().http_status) == (JobState.DONE, 204)

    (seen,) = receiver.seen
    stamp, _, signature = seen.headers["voicegather-signature"].partition(",v1=")
    signed = f"{stamp.removeprefix('t=')}.".encode() + seen.body
    expected = hmac.new(b"not-a-real-secret-0123", signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    assert (seen.method, seen.path) == ("POST", "/hooks/s3cret")
    told = json.loads(seen.body)
    assert told["type"] == "alerts.opened"
    assert told["id"] == seen.headers["idempotency-key"] == str(delivery().key)
    assert told["incidents"][0]["title"] == "Calls to a menu fail: Clinic of Dr. X"
    assert told["incidents"][0]["details"] == {"failed": 3, "calls": 12, "minutes": 30}
    assert "s3cret" not in json.dumps(list(AlertDelivery.objects.values()), default=str)


def test_a_worker_that_died_after_sending_repeats_itself_with_the_same_id(
    receiver: Service,
) -> None:
    receiver.answers = [says(b"")]
    with time_machine.travel(NOW, tick=False) as clock:
        look(KIND, BAD, at=NOW)
        run()
        # As it was when the worker died: sent, and nothing noted.
        AlertDelivery.objects.update(state="running", lease_owner="gone", lease_until=NOW)
        clock.shift(61)
        assert run().state == JobState.DONE
    first, second = receiver.seen
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.headers["voicegather-signature"] != second.headers["voicegather-signature"]


def test_a_receiver_with_an_error_is_asked_again_and_a_redirect_is_not_followed(
    receiver: Service,
) -> None:
    receiver.answers = [says(b"", 500), redirects("http://169.254.169.254/")]
    with time_machine.travel(NOW, tick=False) as clock:
        look(KIND, BAD, at=NOW)
        first = run()
        assert (first.state, first.failure) == (
            JobState.WAITING,
            "It answered with the status 500.",
        )
        clock.shift(WAITS[0])
        second = run()
    assert (second.state, second.http_status) == (JobState.FAILED, 307)
    assert "redirect" in second.failure
    assert len(receiver.seen) == 2


def test_a_receiver_that_hangs_up_or_is_slow_holds_nobody_for_long(
    receiver: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicegather.services.alerts.webhooks.SECONDS", 0.2)
    answered: list[bool] = []

    def slow(request: Any) -> None:
        request.connection.recv(1)  # Until the other side has had enough.
        answered.append(False)

    receiver.answers = [slow]
    look(KIND, BAD, at=NOW)
    assert run().failure == "No answer came (ReadTimeout)."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ALERT_WEBHOOK_ALLOW_PRIVATE": False}, "must begin with https://"),
        ({"ALERT_WEBHOOKS": []}, "do not have this webhook"),
        ({"ALERT_WEBHOOK_SECRET": ""}, "nothing is sent unsigned"),
    ],
)
def test_what_the_settings_do_not_allow_is_not_sent(
    receiver: Service, settings: Any, change: dict[str, Any], words: str
) -> None:
    look(KIND, BAD, at=NOW)
    settings.VOICEGATHER = {**settings.VOICEGATHER, **change}
    failed = run()
    assert failed.state == JobState.FAILED
    assert words in failed.failure
    assert receiver.seen == []


def test_addresses_inside_the_network_are_refused(receiver: Service, settings: Any) -> None:
    url = receiver.origin.replace("http://", "https://") + "/hook"
    settings.VOICEGATHER = {
        **settings.VOICEGATHER,
        "ALERT_WEBHOOKS": [url],
        "ALERT_WEBHOOK_ALLOW_PRIVATE": False,
    }
    look(KIND, BAD, at=NOW)
    assert run().failure == "the URL's host is at a private address, which is not allowed"
    assert receiver.seen == []


def test_the_clock_sends_what_no_worker_takes(by_mail: None) -> None:
    look(KIND, BAD, at=NOW)
    asked = delivery().not_before
    send_what_workers_leave(asked + MINUTE / 2)
    wait_until_idle(10)
    assert mail.outbox == []
    send_what_workers_leave(asked + 2 * MINUTE)
    wait_until_idle(10)
    assert delivery().state == JobState.DONE
    assert len(mail.outbox) == 1


def test_a_test_needs_a_place(settings: Any) -> None:
    settings.VOICEGATHER = {}
    with pytest.raises(alerts.AlertError, match="ALERT_EMAILS"):
        alerts.send_test()


def test_members_of_a_group_are_told_as_they_are_when_it_is_sent(settings: Any) -> None:
    from django.contrib.auth.models import Group, User

    group = Group.objects.create(name="Night shift")
    for name, active in (("ann", True), ("gone", False)):
        user = User.objects.create_user(name, f"{name}@example.com", is_active=active)
        user.groups.add(group)
    settings.VOICEGATHER = {"ALERT_EMAIL_GROUP": "Night shift"}
    alerts.send_test()
    run()
    assert mail.outbox[0].to == ["ann@example.com"]
