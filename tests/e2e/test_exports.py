"""A large export in a browser: asked for, followed, stopped, downloaded, refused to others."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import OpenAs
from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import Export
from voicegather.selectors.collected import pages
from voicegather.services import dispatch
from voicegather.services.exports import parts
from voicegather.services.jobs import progress

ADD = "/admin/voicegather/export/add/"
ANALYST = ("view_gatherresult", "export_gatherresult")


class Gate:
    """Has whoever reads an export wait before its second page."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self._read = pages._page
        self._count = 0

    def page(self, *args: Any) -> Any:
        self._count += 1
        if self._count == 2:
            self.reached.set()
            assert self.opened.wait(20)
        return self._read(*args)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Iterator[Gate]:
    """Four calls, a page and a part of two each, and a worker that waits in the middle."""
    settings.VOICEGATHER = {**settings.VOICEGATHER, "EXPORT_CALLS_AT_ONCE": 0}
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 2)
    monkeypatch.setattr(parts, "CALLS_A_PART", 2)
    monkeypatch.setattr(progress, "WRITE_SECONDS", 0.0)
    gate = Gate()
    monkeypatch.setattr(pages, "_page", gate.page)
    version = make_version(make_menu(), {"account": {}})
    for number in range(4):
        make_result(make_visit(make_call(version=version)), str(number))
    yield gate
    gate.opened.set()
    assert dispatch.wait_until_idle()


@pytest.mark.django_db(transaction=True)
def test_a_large_export_is_followed_to_its_end_downloaded_and_refused_to_others(
    open_as: OpenAs, gate: Gate, tmp_path: Any
) -> None:
    page = open_as(ADD, *ANALYST)
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Export").click()
    assert gate.reached.wait(10)
    page.get_by_text("2 of 4").wait_for()
    assert page.get_by_role("progressbar").get_attribute("value") == "50"
    gate.opened.set()

    link = page.get_by_role("link", name="Download (")
    link.wait_for()
    with page.expect_download() as downloaded:
        link.click()
    file = tmp_path / "answers.jsonl"
    downloaded.value.save_as(file)

    assert downloaded.value.suggested_filename.endswith(".jsonl")
    lines = file.read_text().splitlines()
    assert [json.loads(line)["clinic/account.digits"] for line in lines] == ["0", "1", "2", "3"]
    other = open_as("/admin/", *ANALYST)
    path = f"/admin/voicegather/export/{Export.objects.get().pk}/download/"
    response = other.goto(path)
    assert response is not None
    assert response.status == 404


@pytest.mark.django_db(transaction=True)
def test_a_large_export_is_stopped_and_tried_again(open_as: OpenAs, gate: Gate) -> None:
    page = open_as(ADD, *ANALYST)
    page.get_by_role("button", name="Export").click()
    assert gate.reached.wait(10)

    page.get_by_role("button", name="Stop").click()
    page.get_by_text("It stops within a few seconds.").wait_for()
    gate.opened.set()
    page.get_by_role("button", name="Try again").wait_for()
    assert page.get_by_role("link", name="Download (").count() == 0

    page.get_by_role("button", name="Try again").click()
    page.get_by_role("link", name="Download (").wait_for()
