"""A compliance officer's visit: days to keep, a dry run, a hold, a caller gathered and erased."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import OpenAs, picture
from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Call, Erasure, GatherResult
from voicegather.services import dispatch, moments

OFFICER = (
    *("view_call", "hold_call", "release_hold", "erase_caller", "export_caller"),
    *("view_retentionrun", "add_retentionrun", "change_retentionrule", "view_retentionrule"),
)


@pytest.fixture
def calls(settings: Any, tmp_path: Any) -> Iterator[list[Call]]:
    """Three calls of one caller, months ago, and one of another."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    version = make_version(make_menu(), {"account": {}})
    made = []
    for days in (400, 90, 80, 1):
        at = moments.now() - timedelta(days=days)
        other = {"caller": "+13125550177", "caller_e164": "+13125550177"} if days == 90 else {}
        call = make_call(
            version=version, phase="ended", outcome="completed", started_at=at, ended_at=at, **other
        )
        visit = make_visit(call)
        make_attempt(visit, "4711")
        make_result(visit, "4711")
        made.append(call)
    yield made
    assert dispatch.wait_until_idle()


@pytest.mark.django_db(transaction=True)
def test_a_caller_is_kept_gathered_and_erased(
    open_as: OpenAs, calls: list[Call], tmp_path: Any
) -> None:
    page = open_as("/admin/voicegather/retentionrun/rules/", *OFFICER)
    page.get_by_label("Digits and results:").fill("0")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("greater than or equal to 1").wait_for()
    page.get_by_label("Digits and results:").fill("365")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("About 1 calls are older").wait_for()
    picture(page, "retention-rules")

    page.get_by_role("button", name="Dry run").click()
    page.get_by_role("row", name="Digits and results").get_by_text("2", exact=True).wait_for()
    picture(page, "retention-dry-run")
    assert GatherResult.objects.count() == 4

    held = calls[3]
    page.goto(f"/admin/voicegather/call/{held.pk}/change/")
    page.get_by_role("link", name="Put under legal hold").click()
    page.get_by_label("Reason:").fill("Case 12")
    page.get_by_role("button", name="Put under legal hold").click()
    page.get_by_text("Case 12").wait_for()
    picture(page, "call-held")
    page.goto("/admin/voicegather/call/?held=1")
    assert page.locator("#result_list tbody tr").count() == 1
    page.get_by_text("On hold").wait_for()

    gather(page, tmp_path)
    erase(page, held)


def gather(page: Page, folder: Any) -> None:
    page.goto("/admin/voicegather/accessrequest/add/")
    page.get_by_label("Caller:").fill("+1 312 555 0101")
    page.get_by_role("button", name="Show what is held").click()
    page.get_by_text("3 calls, from").wait_for()
    page.get_by_label("Reason:").fill("Request of 3 March")
    picture(page, "access-preview")
    page.get_by_role("button", name="Gather it").click()
    link = page.get_by_role("link", name="Download (")
    link.wait_for()
    picture(page, "access-done")
    with page.expect_download() as downloaded:
        link.click()
    file = folder / "held.zip"
    downloaded.value.save_as(file)
    with zipfile.ZipFile(file) as held:
        assert held.read("calls.jsonl").count(b"\n") == 3
        assert held.read("story.jsonl").count(b"4711") == 3
        assert b"+13125550101" in held.read("summary.html")


def erase(page: Page, held: Call) -> None:
    page.goto("/admin/voicegather/erasure/add/")
    page.get_by_label("Caller:").fill("anonymous")
    page.get_by_role("button", name="Show what is held").click()
    page.get_by_text("stands for many people").wait_for()
    page.get_by_label("Caller:").fill("+13125550101")
    page.get_by_role("button", name="Show what is held").click()
    page.get_by_text("Nothing can be erased while they are").wait_for()
    picture(page, "erasure-held")
    assert page.get_by_role("button", name="Erase for good").count() == 0

    page.goto(f"/admin/voicegather/call/{held.pk}/change/")
    page.get_by_role("link", name="Release from legal hold").click()
    page.get_by_label("Reason:").fill("Settled")
    page.get_by_role("button", name="Release from legal hold").click()
    page.get_by_role("link", name="Erase this caller").click()
    page.get_by_text("3 calls, from").wait_for()
    page.get_by_label("Reason:").fill("Letter of 3 March")
    page.get_by_label("Confirm:").fill("0102")
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_text("as they are shown").wait_for()
    picture(page, "erasure-preview")
    page.get_by_label("Confirm:").fill("0101")
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_text("Done.").wait_for()
    picture(page, "erasure-done")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the receipt").click()
    receipt = downloaded.value.path().read_text()
    assert "3  calls" in receipt
    assert "5550101" not in receipt
    assert Erasure.objects.get().state == "done"
    assert Call.objects.count() == 1
