"""A menu's diagram in a browser: steps are links, by mouse and by key; it zooms and is saved."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from tests.admin.menus.test_big_menu import grown
from tests.e2e.conftest import OpenAs
from tests.factories import make_menu
from voicegather.models import Choice, Menu, Step

MAY = ("view_menu", "change_menu", "view_step", "change_step", "add_step")
ODD = '</script><img src=x onerror="document.title=1">'


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    """Four steps in a row, in another order than callers meet them."""
    menu = make_menu()
    made = {
        key: Step.objects.create(menu=menu, key=key, kind=kind, name=name, position=place)
        for place, (key, kind, name) in enumerate(
            [("end", "hangup", "Goodbye"), ("desk", "transfer", ODD), ("ask", "gather", "Ask")]
        )
    }
    Step.objects.filter(key="ask").update(is_entry=True)
    Choice.objects.create(menu=menu, step=made["ask"], match="any", target=made["desk"])
    choice = {"step": made["desk"], "match": "exit", "value": "busy", "target": made["end"]}
    Choice.objects.create(menu=menu, **choice)
    return menu


def url(menu: Menu, view: str = "change") -> str:
    return reverse(f"admin:voicegather_menu_{view}", args=[menu.pk])


def nodes(page: Page) -> Locator:
    return page.locator("#diagram a.node")


def scale(page: Page) -> float:
    transform = page.locator("#diagram .drawing").get_attribute("transform") or ""
    found = re.search(r"scale\(([\d.]+)\)", transform)
    assert found is not None
    return float(found[1])


def test_the_steps_are_links_in_the_order_in_which_callers_meet_them(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(url(menu), *MAY)
    expect(nodes(page)).to_have_count(3)
    labels = [each.get_attribute("aria-label") or "" for each in nodes(page).all()]
    assert [label.partition(",")[0] for label in labels] == ["Ask", ODD, "Goodbye"]
    assert "entry" in labels[0]
    assert "problem" in labels[0]

    page.locator("#diagram svg").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(nodes(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")

    step = Step.objects.get(key="desk")
    expect(page).to_have_url(re.compile(f"/step/{step.pk}/change/"))


def test_what_the_menu_says_stays_text(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)

    expect(page.locator("#diagram .title").nth(1)).to_contain_text("</script>")
    assert page.locator("#diagram img, #steps img").count() == 0


def test_the_picture_zooms_moves_and_shows_all_by_keyboard(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu, "diagram"), *MAY)
    before = scale(page)
    page.get_by_role("button", name="Zoom in").press("Enter")
    assert scale(page) == pytest.approx(before * 1.25, rel=0.01)

    picture = page.locator("#diagram svg")
    picture.focus()
    place = nodes(page).first.bounding_box()
    page.keyboard.press("ArrowDown")
    moved = nodes(page).first.bounding_box()
    assert place is not None
    assert moved is not None
    assert moved["y"] == pytest.approx(place["y"] - 60, abs=1)

    page.keyboard.press("0")
    assert scale(page) == pytest.approx(before, rel=0.01)


def test_a_step_out_of_sight_is_moved_into_it_when_it_gets_the_focus(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(url(menu), *MAY)
    for _press in range(6):
        page.get_by_role("button", name="Zoom in").click()

    nodes(page).last.focus()

    canvas = page.locator("#diagram .diagram-canvas").bounding_box()
    box = nodes(page).last.bounding_box()
    assert canvas is not None
    assert box is not None
    assert canvas["y"] <= box["y"] <= canvas["y"] + canvas["height"]


def test_dragging_moves_the_picture_and_opens_no_step(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)
    box = nodes(page).first.bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + 20

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()

    after = nodes(page).first.bounding_box()
    assert after is not None
    assert after["x"] == pytest.approx(box["x"] + 80, abs=6)
    expect(page).to_have_url(re.compile(r"/menu/\d+/change/"))


def test_the_picture_is_saved_as_a_file_of_its_own(
    menu: Menu, open_as: OpenAs, tmp_path: Path
) -> None:
    page = open_as(url(menu), *MAY)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download as SVG").click()
    file = tmp_path / "menu.svg"
    download.value.save_as(file)

    assert download.value.suggested_filename == "clinic.svg"
    tree = ElementTree.parse(file)
    texts = ["".join(each.itertext()) for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Ask", "Goodbye", "busy", "any entry"} <= set(texts)
    assert tree.getroot().get("viewBox")


def test_a_broad_menu_is_drawn_from_left_to_right(menu: Menu, open_as: OpenAs) -> None:
    ask = Step.objects.get(key="ask")
    for number in range(9):
        target = Step.objects.create(menu=menu, key=f"more{number}", kind="hangup")
        choice = {"match": "digits", "value": str(number), "target": target}
        Choice.objects.create(menu=menu, step=ask, **choice)

    page = open_as(url(menu, "diagram"), *MAY)

    expect(nodes(page)).to_have_count(12)
    lefts = [(each.bounding_box() or {"x": 0})["x"] for each in nodes(page).all()]
    assert min(lefts[1:]) > lefts[0]


def test_on_paper_the_whole_picture_is_shown_and_then_as_before(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(url(menu, "diagram"), *MAY)
    page.get_by_role("button", name="Zoom in").click()
    before = scale(page)
    drawing = page.locator("#diagram .drawing")

    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert drawing.get_attribute("transform") is None
    assert page.locator("#diagram svg").get_attribute("viewBox")
    expect(page.get_by_role("button", name="Zoom in")).to_be_hidden()

    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert scale(page) == before


def test_without_script_the_table_says_the_same(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY, java_script_enabled=False)

    expect(page.locator("#diagram")).to_be_hidden()
    table = page.locator("#steps table")
    expect(table.get_by_role("row").filter(has_text="Ask")).to_contain_text("any entry")
    expect(table.get_by_role("link", name="Goodbye").first).to_be_visible()


def test_the_diagram_works_under_a_strict_policy(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu, "diagram"), *MAY)
    policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "Content-Security-Policy": policy}
        route.fulfill(response=answer, headers=headers)

    page.route("**/diagram/", with_policy)
    page.reload()

    expect(nodes(page)).to_have_count(3)


def test_on_a_narrow_window_nothing_runs_over_the_side(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY, viewport={"width": 420, "height": 900})

    expect(nodes(page)).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_a_menu_of_500_steps_is_drawn(transactional_db: None, open_as: OpenAs) -> None:
    menu = grown(500)
    page = open_as(reverse("admin:voicegather_menu_diagram", args=[menu.pk]), *MAY)

    expect(nodes(page)).to_have_count(500)
