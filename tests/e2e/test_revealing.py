"""What is masked is revealed in a browser, for a reason, and masks itself again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tests.e2e.conftest import OpenAs, picture
from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Disclosure
from voicegather.sealing import seal

PIN = "480613"


def test_a_compliance_officer_reveals_a_value_which_is_masked_again(open_as: OpenAs) -> None:
    step = {"name": "PIN", "sensitivity": "masked", "shown_last": 2}
    version = make_version(make_menu(), {"pin": step})
    visit = make_visit(make_call(version=version, ended_at=STARTED), "pin")
    make_attempt(visit, PIN)
    sealed = seal({"raw": PIN, "value": PIN})
    result = make_result(visit, "•••13", raw="", sensitivity="masked", sealed=sealed)
    path = reverse("admin:voicegather_gatherresult_change", args=[result.pk])
    page = open_as(path, "view_gatherresult", "reveal_sensitive", "view_disclosure")
    page.clock.install()

    def reveal(reason: str) -> None:
        page.get_by_text("Reveal what is sensitive…").click()
        page.get_by_label("Why do you need to see it?").fill(reason)
        page.get_by_role("button", name="Reveal").click()

    assert PIN not in page.content()
    reveal("abc")
    page.get_by_text("5 characters or more").wait_for()
    picture(page, "reveal-form")
    page.get_by_label("Why do you need to see it?").fill("Ticket 1234")
    page.get_by_role("button", name="Reveal").click()
    page.get_by_text("Sensitive values are shown.").wait_for()
    assert PIN in page.content()
    picture(page, "revealed")

    with page.expect_navigation(url=f"**{path}"):
        page.clock.run_for(61_000)
    assert PIN not in page.content()
    # What came before is the answer to a form: the browser has kept nothing of it.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()

    # Chromium's page about that error may still be on its way.
    failed, page = page, page.context.new_page()
    failed.close()
    page.goto(path)
    reveal("Ticket 1234")
    page.get_by_role("link", name="Mask now").click()
    page.get_by_text("Reveal what is sensitive…").wait_for()
    assert PIN not in page.content()
    page.goto(reverse("admin:voicegather_disclosure_changelist"))
    assert page.get_by_text("Ticket 1234").count() == 2
    picture(page, "disclosures")
    assert Disclosure.objects.filter(kind="value").count() == 2
