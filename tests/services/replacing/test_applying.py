"""Replacing beside others who write the same prompts at that moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from tests.services.menus.building import line, load
from voicegather.models import Prompt, PromptVariant
from voicegather.services.prompts import write_prompt
from voicegather.services.replacing import Phrase, replace_phrase
from voicegather.services.replacing.proposing import mark_of

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = %s"


@pytest.mark.django_db(transaction=True)
def test_who_replaces_and_who_writes_the_prompt_wait_for_each_other_in_one_order() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    load(line())
    lead, variant = User.objects.create_superuser("lead"), PromptVariant.objects.get()
    began, pids = Event(), []

    def replace() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            began.set()
            seen = {variant.pk: mark_of(variant)}
            replace_phrase(lead, Phrase("Press"), "Push", seen=seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as people:
        with transaction.atomic():
            prompt = Prompt.objects.select_for_update().get()
            replacing = people.submit(replace)
            assert began.wait(10)
            while not _waits(pids[0]):
                assert not replacing.done()
            write_prompt(prompt, columns={"name": "Renamed"})
            # Whoever replaces would have this one by now, and wait for the prompt.
            PromptVariant.objects.select_for_update(nowait=True).get()
        replacing.result(timeout=10)

    assert Prompt.objects.get().name == "Renamed"
    assert PromptVariant.objects.get().text == "Push 1."


def _waits(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [pid])
        return bool(cursor.fetchone()[0])
