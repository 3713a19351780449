"""Results reviewed in a browser, by keyboard: what was decided stays, whoever else decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from playwright.sync_api import Page

from tests.e2e.conftest import OpenAs, picture
from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_conversation,
    make_menu,
    make_result,
    make_turn,
    make_version,
    make_visit,
)
from voicegather.models import Disclosure, GatherResult, ResultReview
from voicegather.sealing import seal, unseal
from voicegather.services.reviews import Ruling, review

QUEUE = reverse("admin:voicegather_gatherresult_queue")
REASON = "Ticket 1234, the caller rang back"
STAFF = ("view_gatherresult", "review_gatherresult", "view_call", "view_stepvisit", "view_menu")
Decision = ResultReview.Decision


@pytest.fixture
def results(transactional_db: None) -> list[GatherResult]:
    """Four accounts of six digits, each of a call that is over; the newest first."""
    prompt = {"en-US": {"kind": "text", "text": "Please enter your account number, then pound."}}
    steps = {
        "account": {
            "name": "Account number",
            "config": {"prompt": "ask_account", "minimum_digits": 6, "maximum_digits": 6},
            "edges": [{"match": "any", "target": "bye"}],
        },
        "bye": {"kind": "hangup", "config": {}},
    }
    version = make_version(make_menu(), steps)
    version.document |= {"format": 1, "languages": ["en-US"], "prompts": {"ask_account": prompt}}
    version.save()
    made = []
    for number in range(4):
        began = STARTED + timedelta(minutes=number)
        call = make_call(
            version=version, started_at=began, ended_at=began, caller=f"+1312555011{number}"
        )
        visit = make_visit(call)
        make_attempt(visit, prompt="ask_account")
        make_attempt(visit, f"12345{number}", prompt="ask_account")
        if number == 3:
            talk = make_conversation(visit)
            make_turn(talk, "Please enter your account number, then pound.", "assistant")
            make_turn(talk, "It is one two three, four five … three, I think.")
        made.append(make_result(visit, f"12345{number}", raw=f"12345{number}#"))
    return made[::-1]


def states() -> list[str]:
    rows = GatherResult.objects.order_by("-gathered_at", "-pk")
    return list(rows.values_list("review_state", flat=True))


def test_a_reviewer_works_through_the_queue_by_keyboard(
    results: list[GatherResult], open_as: OpenAs
) -> None:
    page = open_as(QUEUE, *STAFF)
    raw = page.locator(".review-raw")
    left = page.locator(".review-left")
    assert (raw.inner_text(), left.inner_text()) == ("123453#", "4 wait")
    assert "Please enter your account number" in page.locator(".review-asked").inner_text()
    picture(page, "review-queue")

    page.keyboard.press("a")
    page.get_by_text("Accepted.").wait_for()
    assert (raw.inner_text(), left.inner_text()) == ("123452#", "3 wait")

    # A correction that the step would not have taken wants a note.
    page.keyboard.press("c")
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    page.get_by_text("The step takes 6 to 6 keys; this has 5.").wait_for()
    assert page.locator(".review-value").input_value() == "12345"
    picture(page, "review-refused")
    page.locator(".review-note").fill("Five are right, says the clinic.")
    page.keyboard.press("Enter")
    page.get_by_text("Corrected.").wait_for()
    assert states() == ["accepted", "corrected", "unreviewed", "unreviewed"]

    # Undone, it is here again; skipped, it waits.
    page.keyboard.press("u")
    page.get_by_text("Undone: decide again.").wait_for()
    assert raw.inner_text() == "123452#"
    assert states() == ["accepted", "unreviewed", "unreviewed", "unreviewed"]
    page.keyboard.press("s")
    page.get_by_text("123451#").wait_for()

    # Somebody else decides while this one is looked at.
    bea = get_user_model().objects.create_user("bea")
    review(results[2].pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=bea)
    page.locator(".review-note").fill("Not theirs.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_text("Somebody was faster").wait_for()
    picture(page, "review-conflict")
    assert "bea was faster" in page.locator("#review-problem").inner_text()
    assert page.locator(".review-note").input_value() == "Not theirs."
    assert states()[2] == "accepted"
    page.keyboard.press("r")
    page.get_by_text("Rejected.").wait_for()

    page.keyboard.press("a")
    page.get_by_text("This is the end of the queue").wait_for()
    picture(page, "review-end")
    page.get_by_role("link", name="From the beginning").click()
    assert raw.inner_text() == "123452#"
    page.keyboard.press("?")
    page.get_by_text("Play or pause the recording").wait_for()
    page.keyboard.press("a")
    page.get_by_text("Nothing waits for a review").wait_for()
    assert states() == ["accepted", "accepted", "rejected", "accepted"]


def test_without_scripts_the_forms_do_the_same(
    results: list[GatherResult], open_as: OpenAs
) -> None:
    options: dict[str, Any] = {"java_script_enabled": False}
    page = open_as(QUEUE, *STAFF, **options)

    page.locator(".review-value").fill("654321")
    page.get_by_role("button", name="Correct").click()
    page.get_by_role("button", name="Undo the last").click()
    page.get_by_role("button", name="Reject").click()

    assert states() == ["rejected", "unreviewed", "unreviewed", "unreviewed"]


@pytest.fixture
def pin(transactional_db: None) -> GatherResult:
    """A PIN of which everybody sees the last two keys."""
    step = {"name": "PIN", "sensitivity": "masked", "shown_last": 2}
    version = make_version(make_menu(), {"pin": step})
    visit = make_visit(make_call(version=version, ended_at=STARTED), "pin")
    make_attempt(visit, "480613")
    sealed = seal({"raw": "480613", "value": "480613"})
    return make_result(visit, "•••13", raw="", sensitivity="masked", sealed=sealed)


def shown(page: Page) -> str:
    """All that the page says, but for what stands in fields."""
    return page.locator("#content").inner_text()


def put_in(decided: ResultReview) -> str:
    assert decided.sealed is not None
    return str(unseal(decided.sealed)["value"])


def typed(page: Page) -> tuple[str, str]:
    value, note = page.locator(".review-value"), page.locator(".review-note")
    return value.input_value(), note.input_value()


def test_what_is_typed_outlasts_that_a_value_is_revealed_and_masked_again(
    pin: GatherResult, open_as: OpenAs
) -> None:
    page = open_as(QUEUE, *STAFF, "reveal_sensitive")
    page.clock.install()

    def reveal(reason: str) -> None:
        page.get_by_label("Reveal it, because").fill(reason)
        page.get_by_role("button", name="Reveal").click()

    page.locator(".review-note").fill("Said at 0:42.")
    reveal("abc")
    page.get_by_text("5 characters or more").wait_for()
    assert typed(page) == ("", "Said at 0:42.")
    reveal(REASON)
    page.get_by_text("Sensitive values are shown.").wait_for()
    # Nothing was typed: the value to correct stands in its field, and is masked with the page.
    assert typed(page) == ("480613", "Said at 0:42.")
    assert "480613" in shown(page)
    picture(page, "review-revealed")
    page.locator(".review-note").press("End")
    page.keyboard.type(" Twice")
    page.clock.run_for(61_000)
    page.get_by_label("Reveal it, because").wait_for()
    assert typed(page) == ("", "Said at 0:42. Twice")
    assert "480613" not in page.content()
    picture(page, "review-masked-again")

    # Who was typing types on.
    page.keyboard.type("!")
    page.locator(".review-value").fill("480614")
    reveal(REASON)
    page.get_by_text("Sensitive values are shown.").wait_for()
    assert typed(page) == ("480614", "Said at 0:42. Twice!")
    page.get_by_role("link", name="Mask now").click()
    page.get_by_label("Reveal it, because").wait_for()
    assert typed(page) == ("480614", "Said at 0:42. Twice!")
    assert "480613" not in page.content()
    assert "4806" not in page.url
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert "4806" not in kept

    # The keys of the page that was put anew do what they did.
    page.keyboard.press("?")
    page.get_by_text("Play or pause the recording").wait_for()
    page.locator(".review-value").press("Enter")
    page.get_by_text("Corrected.").wait_for()
    decided = ResultReview.objects.get()
    assert (put_in(decided), decided.note) == ("480614", "Said at 0:42. Twice!")
    assert Disclosure.objects.filter(kind="value").count() == 2


def test_the_page_of_a_result_keeps_what_is_typed_as_well(
    pin: GatherResult, open_as: OpenAs
) -> None:
    path = reverse("admin:voicegather_gatherresult_change", args=[pin.pk])
    page = open_as(path, *STAFF, "reveal_sensitive")
    page.locator(".review-note").fill("Said at 0:42.")
    page.locator(".review-value").fill("480614")
    page.get_by_text("Reveal what is sensitive…").click()
    page.get_by_label("Why do you need to see it?").fill(REASON)
    page.get_by_role("button", name="Reveal").click()
    page.get_by_text("Sensitive values are shown.").wait_for()
    assert "480613" in shown(page)

    page.get_by_role("link", name="Mask now").click()
    page.get_by_text("Reveal what is sensitive…").wait_for()

    assert typed(page) == ("480614", "Said at 0:42.")
    assert "480613" not in page.content()
    assert page.url.endswith(path)


def test_a_page_that_cannot_be_loaded_masked_shows_nothing_but_what_was_typed(
    pin: GatherResult, open_as: OpenAs
) -> None:
    page = open_as(QUEUE, *STAFF, "reveal_sensitive")
    page.get_by_label("Reveal it, because").fill(REASON)
    page.get_by_role("button", name="Reveal").click()
    page.locator(".review-note").fill("Said at 0:42.")
    page.locator(".review-value").fill("480614")

    page.context.set_offline(True)
    page.get_by_role("link", name="Mask now").click()
    page.get_by_text("the page did not load").wait_for()
    picture(page, "review-masked-offline")
    assert "480613" not in page.content()
    page.context.set_offline(False)
    page.locator(".review-note").press("Tab")
    page.get_by_role("button", name="Correct").click()
    page.get_by_text("Corrected.").wait_for()
    assert put_in(ResultReview.objects.get()) == "480614"
