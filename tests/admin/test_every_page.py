"""Every page of ours in the admin opens, in as many queries whatever is stored."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.test_pages import fill
from tests.admin.walking import our_pages
from tests.factories import make_attempt, make_call, make_result, make_version, make_visit
from voicegather.models import Choice, MenuTest, Prompt, PromptVariant, Step

#: Of one page. A list has a dozen; a menu's page looks at all that leads to it.
MOST_QUERIES = 60
ANSWERS = (200, 302, 403, 404, 405)


def enlarge() -> None:
    """More of everything beneath the rows that the pages are of."""
    first = Step.objects.first()
    assert first is not None
    menu = first.menu
    for number in range(8):
        step = Step.objects.create(menu=menu, key=f"more{number}", kind="gather")
        Choice.objects.create(menu=menu, step=step, match="digits", value="1", target=first)
        Choice.objects.create(menu=menu, step=first, match="digits", value=f"9{number}")
        MenuTest.objects.create(menu=menu, name=f"More {number}", script={}, expectations={})
        prompt = Prompt.objects.create(key=f"more{number}")
        for language in ("en-US", "es-US"):
            PromptVariant.objects.create(prompt=prompt, language=language, text="More")
        call = make_call(version=make_version(menu, {"account": {}}))
        visit = make_visit(call)
        make_attempt(visit, "1")
        make_result(visit, "1")


def queries_of_each_page(client: Client) -> dict[str, int]:
    """By the URL's name; of pages that were opened before, so that what is remembered is known."""
    counted = {}
    for page in our_pages():
        client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page.url)
        assert response.status_code in ANSWERS, page.url
        counted[page.name] = len(captured)
    return counted


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_each_page_takes_as_many_queries_whatever_is_stored(admin_client: Client) -> None:
    # Two of each: what asks for the others of one asks nothing where there are none.
    fill(1)
    fill(2)
    few = queries_of_each_page(admin_client)
    enlarge()
    for number in range(3, 6):
        fill(number)
    many = queries_of_each_page(admin_client)

    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
    assert {name: count for name, count in many.items() if count > MOST_QUERIES} == {}
