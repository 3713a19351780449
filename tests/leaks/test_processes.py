"""One call through a web process, Redis and workers, all of which write down whatever they do.

tests/test_secrets.py has the same within one process, on every database.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from redis import Redis

from tests.handlers.serving import Service, says, serving
from tests.leaks.listening import Listener, keys_and_values
from tests.leaks.places import API, Places, answers, exports, files, keys_of_events, pages, tables
from tests.leaks.searching import with_base64_read
from tests.leaks.site import METRICS_TOKEN, QUEUES, Site, eventually, running
from tests.services.menus.building import ask, choice, line, load, say, words
from voicegather.models import (
    Call,
    CallEvent,
    GatherAttempt,
    PhoneNumber,
    Recording,
)
from voicegather.models.jobs import JobState
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight
from voicegather.services.menus import publish_menu
from voicegather.simulator import FakeTelnyx, parse_script

pytestmark = [
    pytest.mark.services,
    pytest.mark.alone,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

NUMBER = "+13125550100"
TIME_SCALE = 0.1
DIGITS = 12
#: What the caller enters in the secret step: typed ahead and refused at the read-back, too short,
#: confirmed; and what is being entered in another as the caller hangs up.
AHEAD, SHORT, PIN, UNFINISHED = "918273640526", "6402817395", "739182645017", "37195082648"
#: In the masked step, which shows the last two: too long for nobody, too short, then right.
MISTYPED, CODE, SHOWN = "5914730826", "582047913466", 2
REASON = "Ticket 1234"
ENTRIES = {
    "the PIN typed ahead": AHEAD,
    "the PIN that was too short": SHORT,
    "the PIN": PIN,
    "the unfinished PIN": UNFINISHED,
    "the masked code": CODE[:-SHOWN],
    "the mistyped code": MISTYPED[:-SHOWN],
}
SCRIPT = [
    *({"hear": "Welcome"}, {"press_now": AHEAD, "gap": 0.1}, {"press": "2"}),
    *({"press": f"{SHORT}#"}, {"press": PIN}, {"press": "1"}),
    *({"press": f"{MISTYPED}#"}, {"press": CODE}),
    *({"hear": "another"}, {"press": UNFINISHED}, {"wait": 1}, "hang_up"),
]


def menu_that_asks(service: Service) -> dict[str, Any]:
    """A PIN, read back and spoken, sent to a service; a masked code; and one more PIN."""
    twelve = {"minimum_digits": DIGITS, "maximum_digits": DIGITS}
    secret = {"sensitivity": "secret", "speak_secret": True, **twelve}
    masked = {"sensitivity": "masked", "shown_last": SHOWN, **twelve}
    look = {
        "kind": "handler",
        "sensitivity": "secret",
        "handler": "http",
        "options": {"url": f"{service.origin}/of/{{{{ pin }}}}", "method": "POST", "send": "pin"},
        "variables": ["told"],
        "pass_sensitive": True,
        "choices": [choice("told", exit="done")],
    }
    return line(
        entry="recorded",
        steps={
            "recorded": {
                "kind": "record",
                "records": "call",
                "choices": [choice("welcome", exit="done")],
            },
            "welcome": say("pin", prompt="welcome", uninterrupted=True),
            "pin": ask(choice("code", any=True), read_back="read_back", **secret),
            "code": ask(choice("look", any=True), **masked),
            "look": look,
            "told": say("last", prompt="told", uninterrupted=True),
            "last": ask(choice("bye", any=True), **{**secret, "prompt": "another"}),
            "bye": {"kind": "hangup"},
        },
        prompts={
            "question": words("Enter twelve digits."),
            "another": words("Enter another one."),
            "welcome": words("Welcome. Whoever calls again may enter their PIN while we speak."),
            "read_back": words("You entered {{ entry|digits }}. Press 1, or 2 to change it."),
            "told": words("Your PIN is {{ pin|digits }}, or {{ pin }}."),
        },
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of logs and media."""
    made = tmp_path / "site"
    made.mkdir()
    return made


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        service.answers.append(says({"told": "welcome back"}))
        yield service


@pytest.fixture
def broker() -> Iterator[str]:
    """The suite's Redis, with nothing of ours in its queues before and after."""
    url = os.environ["VOICEGATHER_TEST_BROKER_URL"]
    with Redis.from_url(url) as client:
        client.delete(*QUEUES)
        yield url
        client.delete(*QUEUES)


def test_no_entry_is_in_logs_the_broker_tables_pages_answers_or_exports(
    folder: Path, service: Service, broker: str
) -> None:
    menu = load(menu_that_asks(service))
    publish_menu(menu=menu)
    PhoneNumber.objects.create(number=NUMBER, menu=menu)
    places = Places()
    telnyx = FakeTelnyx(time_scale=TIME_SCALE, silent_after=80, patience=300)
    with Listener(broker) as listener, telnyx, running(telnyx, folder, service.origin) as site:
        call = enter_everything(telnyx, site, places)
        assert service.seen[0].path == f"/of/{PIN}"
        eventually("the recording", lambda: Recording.objects.filter(state=JobState.DONE))
        everything_is_shown_to_who_may_and_says_why(site, call)
        places.texts["pages"] = pages(site)
        places.texts["answers"] = answers(site, call)
        places.texts["metrics"] = site.get(
            "/voicegather/metrics/", Authorization=f"Bearer {METRICS_TOKEN}"
        )
        places.texts["exports"] = exports(Sight.MASKED)
        places.texts["what Redis holds"] = with_base64_read(keys_and_values(broker))
        places.texts["tables"] = tables()
        places.texts["keys in the inbox"] = keys_of_events()
    places.texts["the broker"] = with_base64_read("\n".join(listener.heard))
    places.texts["logs"] = site.written()
    places.texts["files"] = files(folder)

    leg = call.legs.get(role="caller").call_control_id
    assert [where for where in ("the broker", "logs") if leg not in places.texts[where]] == []
    assert [where for where, text in places.texts.items() if not text] == []
    assert places.found(ENTRIES) == []


def enter_everything(telnyx: FakeTelnyx, site: Site, places: Places) -> Call:
    """The call, once it is over and written down; looked at again and again while it ran."""
    caller = telnyx.place_call(script=parse_script(SCRIPT), from_="+13125550111", to=NUMBER)
    leg = caller.call_control_id
    seen = []
    while caller.leg.alive:
        call = Call.objects.filter(legs__call_control_id=leg).first()
        if call is not None:
            seen += [site.get(reverse("admin:voicegather_call_live", args=[call.pk]))]
            seen += [site.get(f"{API}calls/{call.token}/state/")]
        time.sleep(0.2)
    places.texts["pages of the running call"] = "".join(seen)
    outcome = caller.wait(timeout=30)
    assert outcome.problems == [], outcome.heard
    eventually("the end", lambda: Call.objects.filter(phase="ended"))
    eventually("the events", lambda: not CallEvent.objects.filter(status="pending"))
    call = Call.objects.get(legs__call_control_id=leg)
    assert what_was_kept(call) == [
        ("pin", "valid", AHEAD),
        ("pin", "invalid", "2"),
        ("pin", "invalid", f"{SHORT}"),
        ("pin", "valid", PIN),
        ("pin", "valid", "1"),
        ("code", "invalid", MISTYPED),
        ("code", "valid", CODE),
        ("last", "hangup", UNFINISHED),
    ]
    assert any(", ".join(PIN) in each for each in outcome.heard)
    return call


def what_was_kept(call: Call) -> list[tuple[str, str, str]]:
    """Each attempt: its step, how it ended, and the keys, opened."""
    rows = GatherAttempt.objects.filter(visit__call=call).order_by("visit__number", "number")
    return [
        (row.visit.step_key, row.outcome, unseal(row.sealed_digits) if row.sealed_digits else "")
        for row in rows.select_related("visit")
    ]


def everything_is_shown_to_who_may_and_says_why(site: Site, call: Call) -> None:
    """Which also shows that the search finds it, where it is."""
    result = call.results.get(step_key="pin")
    attempt = GatherAttempt.objects.get(visit=result.visit, number=4)
    revealed = []
    for row in (call, result, result.visit, attempt):
        address = reverse(f"admin:voicegather_{row._meta.model_name}_reveal", args=[row.pk])
        revealed.append(site.post(address, reason=REASON))
    review = reverse("admin:voicegather_gatherresult_review", args=[result.pk])
    revealed.append(site.post(review, reveal_reason=REASON))
    places = Places({f"revealed page {number}": page for number, page in enumerate(revealed)})
    for path in ("results/", f"calls/{call.token}/state/", f"calls/{call.token}/timeline/"):
        asked = f"{API}{path}?reveal=true"
        places.texts[path] = site.get(asked, **{"Reveal-Reason": REASON})
    places.texts["exports"] = exports(Sight.REVEALED)
    shown = [f"the PIN is in {where}, as they are" for where in places.texts]
    assert places.found({"the PIN": PIN}) == shown
