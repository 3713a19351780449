"""Pages in a real browser: the system's Chromium, driven by Playwright against the live server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import services_under_test as services
from tests.run import REQUIRE_VARIABLE

OpenAs = Callable[..., Page]
#: Milliseconds that a page may take for what a test waits for.
PATIENCE = 10_000
#: Milliseconds in which the server ends what it was asked last.
SETTLE = 300
#: Names a folder for pictures of the pages, for those who work on how they look.
PICTURES = "VOICEGATHER_TEST_PICTURES"


def picture(page: Page, name: str) -> None:
    """Keep how the whole page looks now, where somebody asked for pictures."""
    if folder := os.environ.get(PICTURES):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module, so that no other test runs under Playwright's loop.

    Missing, it fails where services are required.
    """
    chromium = services.browser()
    if chromium.trouble:
        complaint = f"{chromium.name}: {chromium.trouble}"
        if os.environ.get(REQUIRE_VARIABLE) == "1":
            pytest.fail(complaint)
        pytest.skip(complaint)
    # Chromium's sandbox does not work for root; nothing but our own pages is opened.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, and Django would refuse its database there.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium.url, args=arguments)
        yield launched
        launched.close()


@pytest.fixture(autouse=True)
def collected_static_files(settings: Any, tmp_path: Any) -> None:
    """WhiteNoise warns of a folder for static files that is not there."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def errors() -> list[str]:
    """What the pages' own scripts complained of; every test ends with none."""
    return []


@pytest.fixture
def open_as(
    browser: Browser, live_server: Any, transactional_db: None, errors: list[str]
) -> Iterator[OpenAs]:
    """Opens an address as somebody of the staff with the permissions named."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, *permissions: str, **options: Any) -> Page:
        users = get_user_model().objects
        user = users.create_user(f"staff{users.count()}", is_staff=True)
        found = Permission.objects.filter(
            content_type__app_label="voicegather", codename__in=permissions
        )
        assert found.count() == len(permissions)
        user.user_permissions.set(found)
        client = Client()
        client.force_login(user)
        options = {"viewport": {"width": 1280, "height": 1000}, **options}
        context = browser.new_context(base_url=live_server.url, locale="en-US", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            # What a page is asking for must be answered before the database goes.
            page.goto("about:blank")
            page.wait_for_timeout(SETTLE)
        context.close()
    assert errors == []
