"""Several workers on one call, and workers that die at the worst moment. On PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.line import ACCEPTED, call_of, connect, enter, publish_by_hand, ring, store, token
from voicegather.models import Call, CallCommand, CallEvent
from voicegather.services import moments, outbox
from voicegather.services.calls import process_call
from voicegather.simulator import FakeTelnyx, parse_script

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

KILLED = -9

WORKER = """
import os, signal, django
django.setup()
from voicegather.services import outbox
from voicegather.services.calls import process_call
real = outbox.send_action
def dying(*arguments):
    if {sends}:
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
outbox.send_action = dying
process_call({leg!r})
"""


def in_threads(work, count):
    """Run `work(number)` in `count` threads that begin together."""
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number):
        try:
            barrier.wait()
            work(number)
        except BaseException as problem:
            failures.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


def test_workers_that_open_a_call_together_make_one(monkeypatch):
    wire = connect(monkeypatch)
    publish_by_hand()
    store("v3:a", "call.initiated", direction="incoming")
    in_threads(lambda number: process_call("v3:a"), 8)
    assert Call.objects.count() == 1
    assert wire.actions == ["answer"]


def test_workers_on_one_call_fold_each_event_once_and_send_each_command_once(monkeypatch):
    wire = connect(monkeypatch)
    publish_by_hand()
    call = ring()
    for number in range(40):
        store("v3:a", "call.cost", seconds=-number)
    gather = call.commands.get(action="gather_using_speak")
    store(
        "v3:a",
        "call.gather.ended",
        digits="1",
        status="valid",
        client_state=token(call, gather.seq),
        seconds=-1,
    )
    in_threads(lambda number: process_call("v3:a"), 6)
    assert wire.actions == ["answer", "gather_using_speak", "hangup"]
    assert not CallEvent.objects.filter(status="pending").exists()
    assert call.results.count() == 1


def test_a_later_command_never_overtakes_one_that_is_being_sent(monkeypatch):
    publish_by_hand()
    sent, slow = [], threading.Event()

    def send(account, leg, action, params):
        if action == "gather_using_speak":
            slow.set()
            time.sleep(0.5)
        sent.append(action)
        return ACCEPTED

    monkeypatch.setattr(outbox, "send_action", send)
    store("v3:a", "call.initiated", direction="incoming", seconds=-2)
    process_call("v3:a")

    def work(number):
        if number == 0:
            store("v3:a", "call.answered", seconds=-1)
            process_call("v3:a")
        else:
            slow.wait(10)
            enter(call_of("v3:a"), "1")

    in_threads(work, 2)
    process_call("v3:a")
    assert sent == ["answer", "gather_using_speak", "hangup"]


@pytest.fixture
def telnyx(settings):
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/nobody", time_scale=1.0) as fake:
        settings.VOICEGATHER = settings.VOICEGATHER | {
            "TELNYX_API_KEY": fake.api_key,
            "TELNYX_BASE_URL": fake.base_url,
        }
        yield fake


def inbound(telnyx):
    caller = telnyx.place_call(
        script=parse_script(["expect_end"]), from_="+13125550111", to="+13125550100"
    )
    store(caller.call_control_id, "call.initiated", direction="incoming")
    return caller.call_control_id


def run_dying_worker(telnyx, leg, *, sends):
    database = connection.settings_dict
    host, port = database["HOST"] or "127.0.0.1", database["PORT"] or "5432"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{port}/"
        f"{database['NAME']}",
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "DJANGO_SECRET_KEY": "insecure-key-for-tests-only",
    }
    script = WORKER.format(sends=sends, leg=leg)
    finished = subprocess.run(
        [sys.executable, "-c", script], env=environment, timeout=60, check=False
    )
    assert finished.returncode == KILLED


def let_the_lease_expire():
    Call.objects.update(send_lease_until=moments.now() - timedelta(seconds=1))


def test_a_worker_killed_between_commit_and_send_loses_nothing(telnyx):
    publish_by_hand()
    leg = inbound(telnyx)
    run_dying_worker(telnyx, leg, sends=False)
    assert telnyx.commands(leg) == []
    assert CallCommand.objects.get().status == "pending"
    process_call(leg)
    assert telnyx.commands(leg) == [], "another sender may still be at work"
    let_the_lease_expire()
    process_call(leg)
    assert [command.action for command in telnyx.commands(leg)] == ["answer"]
    assert CallCommand.objects.get().status == "accepted"


def test_a_worker_killed_between_send_and_record_repeats_the_same_command(telnyx):
    publish_by_hand()
    leg = inbound(telnyx)
    run_dying_worker(telnyx, leg, sends=True)
    assert CallCommand.objects.get().status == "pending"
    let_the_lease_expire()
    process_call(leg)
    commands = telnyx.commands(leg)
    assert [(command.action, command.repeat) for command in commands] == [
        ("answer", False),
        ("answer", True),
    ]
    assert CallCommand.objects.get().status == "accepted"
