"""No page of ours has a serious fault for those who see badly or use no mouse, as axe judges it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.admin.test_pages import fill
from tests.admin.walking import AdminPage, our_pages

SERIOUS = ("serious", "critical")
#: The ends of the names of pages that Django draws by itself, and of those that only list its rows.
ALL_DJANGO_S = ("_history", "_delete")
MOSTLY_DJANGO_S = (*ALL_DJANGO_S, "_add", "_changelist")
#: What Django's admin itself draws on each page, in the colours and with the labels of the theme.
DJANGO_S = [
    ["#header"],
    ["#nav-sidebar"],
    [".breadcrumbs"],
    ["#changelist-search"],
    [".select2"],
    ["#deleted-objects"],
    [".deletelink-box"],
]
FAULTS_ALONE = {"resultTypes": ["violations"], "preload": False}
#: All that is another matter in the dark.
COLOURS_ALONE = {**FAULTS_ALONE, "runOnly": ["color-contrast"]}
#: Links change their colour within a moment: axe would judge the colours half-way.
END_TRANSITIONS = """() => document.getAnimations()
    .filter(each => each instanceof CSSTransition).forEach(each => each.finish())"""


def html_pages(client: Client) -> list[AdminPage]:
    """Those that show something of ours to a user who may do everything."""
    found = []
    for page in our_pages():
        if page.name.endswith(ALL_DJANGO_S):
            continue
        response = client.get(page.url)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            found.append(page)
    return found


@pytest.mark.timeout(600)
def test_no_page_has_a_serious_fault(
    browser: Browser, live_server: Any, transactional_db: None
) -> None:
    fill(1)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("lead"))
    context = browser.new_context(base_url=live_server.url, locale="en-US")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[list-item]
    page, faults = context.new_page(), {}
    for each in html_pages(client):
        page.emulate_media(color_scheme="light")
        page.goto(each.url)
        found = faults_of(page, FAULTS_ALONE)
        if not each.name.endswith(MOSTLY_DJANGO_S):
            page.emulate_media(color_scheme="dark")
            page.evaluate(END_TRANSITIONS)
            found += faults_of(page, COLOURS_ALONE)
        if found:
            faults[each.name] = found
    page.goto("about:blank")
    context.close()
    assert faults == {}


def faults_of(page: Page, options: dict[str, Any]) -> list[str]:
    """What is serious, with what it is of."""
    seen = Axe().run(page, context={"exclude": DJANGO_S}, options=options)
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in seen.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
