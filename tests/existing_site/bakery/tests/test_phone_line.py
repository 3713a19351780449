from __future__ import annotations

import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from people.models import Person

from voicegather.engine.events import Act
from voicegather.models import Call
from voicegather.selectors.entries import Sight
from voicegather.selectors.timeline import timeline_of
from voicegather.services.calls.control import act_on_call
from voicegather.simulator import Target, parse_script
from voicegather.testing import PhoneLine

ANNA = "+13125550177"
ORDERS = Path(__file__).with_name("orders.yaml")


def test_the_webhook_is_under_the_sites_own_prefix() -> None:
    assert reverse("voicegather:webhook") == "/telephony/lines/webhook/"


@pytest.mark.django_db
def test_telnyx_needs_no_login_but_a_signature(client: Client) -> None:
    answer = client.post("/telephony/lines/webhook/", b"{}", content_type="application/json")

    assert answer.status_code == 401


def test_the_site_is_live_without_a_login(client: Client) -> None:
    assert client.get("/telephony/lines/health/live/").status_code == 200


def test_a_callers_order_is_kept(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)

    call = phone_line.call([{"press": "2"}])

    assert call.results == {"bread.digits": "2"}
    assert call.outcomes == {"bread.digits": "valid"}
    assert call.heard == ["For rye, press 1. For wheat, press 2.", "It will be ready at noon."]


def test_a_caller_who_says_nothing_is_told_so(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)

    call = phone_line.call(["stay_silent"])

    assert call.outcomes == {"bread.digits": "no_input"}
    assert call.heard[-1] == "We did not hear an order. Goodbye."


def test_what_staff_do_to_a_call_bears_their_name(phone_line: PhoneLine) -> None:
    """The site's users have UUIDs, which JSON does not know."""
    baker = Person.objects.create_superuser("baker@example.com", "an insecure one")
    phone_line.publish(ORDERS)
    caller = phone_line.telnyx.place_call(
        script=parse_script(["stay_silent"]), from_="+13125550111", to="+13125550100"
    )
    call = _running_call()

    act_on_call(call, Act.HANG_UP, author=baker, act_id=uuid4())
    caller.wait(timeout=30)

    assert call.commands.get(action="hangup").author == baker
    authors = {
        str(entry.kind): entry.details["author"]
        for entry in timeline_of(call, sight=Sight.MASKED).entries
        if entry.details.get("author")
    }
    assert authors == dict.fromkeys(("event", "command"), "baker@example.com")


def _running_call() -> Call:
    deadline = time.monotonic() + 20
    while (call := Call.objects.filter(phase="running").first()) is None:
        assert time.monotonic() < deadline, "nobody answered"
        time.sleep(0.02)
    return call


def test_the_first_caller_does_not_wait_for_the_sdk(phone_line: PhoneLine) -> None:
    assert "telnyx" in sys.modules


def test_somebody_who_is_rung_hears_what_the_call_brings(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)
    script = parse_script([{"press": "1"}])
    phone_line.answer_transfers({ANNA: Target(script=script, answered_by="human")})

    call = phone_line.place("orders", to=ANNA, detect_machine=True)

    assert (call.record.outcome, call.record.answered_by) == ("completed", "human")
    assert call.steps == ["bread", "thanks", "end"]
    assert call.heard == ["For rye, press 1. For wheat, press 2.", "It will be ready at noon."]
    assert call.results == {"bread.digits": "1"}


def test_nobody_is_reached(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)
    phone_line.answer_transfers({ANNA: Target(fate="busy")})

    call = phone_line.place("orders", to=ANNA)

    assert (call.record.outcome, call.record.reason) == ("not_reached", "user_busy")
    assert (call.steps, call.heard, call.caller) == ([], (), None)


def test_a_script_that_cannot_be_followed_tells_what_was_heard(phone_line: PhoneLine) -> None:
    phone_line.publish(ORDERS)

    with pytest.raises(AssertionError, match=r"the caller heard: For rye, press 1\. .* at noon"):
        phone_line.call([{"press": "1"}, {"press": "2"}])
