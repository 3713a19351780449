"""No page of ours has a serious fault for those who see badly or use no mouse, as axe judges it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser

from tests.admin.test_pages import fill
from tests.admin.walking import AdminPage, our_pages

SERIOUS = ("serious", "critical")
#: The ends of the names of pages that Django draws by itself, and of those that only list its rows.
ALL_DJANGO_S = ("_history", "_delete")
MOSTLY_DJANGO_S = (*ALL_DJANGO_S, "_add", "_changelist")
#: By the scheme of colours, which pages need no look in it.
PASSED_OVER = {"light": ALL_DJANGO_S, "dark": MOSTLY_DJANGO_S}
#: What Django's admin itself draws on each page, in the colours and with the labels of the theme.
DJANGO_S = [
    [".breadcrumbs"],
    ["#changelist-search"],
    [".select2"],
    ["#deleted-objects"],
    [".deletelink-box"],
]


def html_pages(client: Client, scheme: str) -> list[AdminPage]:
    """Those to look at in the scheme that show something to a user who may do everything."""
    found = []
    for page in our_pages():
        if page.name.endswith(PASSED_OVER[scheme]):
            continue
        response = client.get(page.url)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            found.append(page)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault(
    browser: Browser, live_server: Any, transactional_db: None, scheme: Any
) -> None:
    fill(1)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("lead"))
    context = browser.new_context(base_url=live_server.url, locale="en-US", color_scheme=scheme)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[list-item]
    page, axe, faults = context.new_page(), Axe(), {}
    for each in html_pages(client, scheme):
        page.goto(each.url)
        found = [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in axe.run(page, context={"exclude": DJANGO_S}).response["violations"]
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]
        if found:
            faults[each.name] = found
    page.goto("about:blank")
    context.close()
    assert faults == {}
