"""A call's page in a browser: it follows the call, and staff act on it, by mouse and by key."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from tests import line
from tests.e2e.conftest import OpenAs
from tests.factories import make_call, make_conversation, make_turn, make_visit
from voicegather.models import Call, CallEvent

MANY = 60


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> line.Wire:
    return line.connect(monkeypatch)


def url(call: Call) -> str:
    return reverse("admin:voicegather_call_change", args=[call.pk])


def make_event(call: Call, seconds: float, event_type: str) -> None:
    moment = call.started_at + timedelta(seconds=seconds)
    CallEvent.objects.create(
        call=call,
        source="telnyx",
        external_id=str(uuid4()),
        event_type=event_type,
        occurred_at=moment,
        received_at=moment,
        status="processed",
    )


@pytest.fixture
def call(transactional_db: None) -> Call:
    """A call that is being asked its first question."""
    line.publish_by_hand()
    return line.ring()


def entries(page: Page) -> Locator:
    return page.locator("#timeline > li")


def top_of(element: Locator) -> float:
    """Pixels from the window's top; browsers scroll by whole pixels."""
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def test_the_page_follows_the_call_without_reload(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call")
    expect(page.locator("#live-status")).to_have_text("Following the call.")
    expect(page.locator("[data-state=phase]")).to_have_text("Running")
    page.evaluate("window.same = true")

    line.enter(call, "1")
    line.feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    expect(page.locator("#timeline .entry-result .entry-quote")).to_have_text("1")
    expect(page.locator("[data-state=phase]")).to_have_text("Ended")
    expect(page.locator("#live-status")).to_have_text("The call is over.")
    assert page.evaluate("window.same") is True


def test_a_transcript_with_html_is_shown_as_words(transactional_db: None, open_as: OpenAs) -> None:
    call = make_call(phase="running", started_at=timezone.now())
    conversation = make_conversation(make_visit(call, "talk"))
    said = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
    make_turn(conversation, said)
    page = open_as(url(call), "view_call")
    quotes = page.locator(".entry-turn .entry-quote")
    expect(quotes).to_have_text([said])

    make_turn(conversation, f"Later: {said}")

    expect(quotes).to_have_text([said, f"Later: {said}"])
    assert page.evaluate("window.hacked") is None
    assert page.locator("#timeline script, #timeline img").count() == 0


def test_what_an_ai_gather_has_filled_so_far_shows_as_it_comes(
    transactional_db: None, open_as: OpenAs
) -> None:
    ask = {
        "key": "ask",
        "kind": "ai_gather",
        "config": {"fields": [{"name": "reason", "description": "Why they call"}]},
        "edges": line.ENDS,
    }
    steps = {**line.document()["steps"], "ask": ask}
    line.publish_by_hand(line.document(steps=steps))
    call = line.ring()
    page = open_as(url(call), "view_call")
    expect(page.locator("#live-partial")).to_be_hidden()
    started = line.last(call, "gather_using_ai")

    line.feed(
        "v3:a",
        "call.ai_gather.partial_results",
        client_state=line.token(call, started.seq),
        partial_results={"reason": "<b>sore throat</b>"},
    )

    expect(page.locator("#live-partial dt")).to_have_text("reason")
    expect(page.locator("#live-partial dd")).to_have_text("<b>sore throat</b>")


def test_new_entries_do_not_move_what_one_reads(transactional_db: None, open_as: OpenAs) -> None:
    call = make_call(phase="running", started_at=timezone.now())
    for number in range(MANY):
        make_event(call, number, f"call.one.{number}")
    page = open_as(url(call), "view_call")
    scroller = page.locator("#timeline-scroll")
    middle = entries(page).filter(has_text=f"call.one.{MANY // 2}")
    scroller.evaluate(
        "(box, item) => { box.scrollTop = item.offsetTop - box.offsetTop }",
        middle.element_handle(),
    )
    before = top_of(middle)

    make_event(call, 0.5, "call.came.late")
    make_event(call, MANY + 1, "call.came.last")

    expect(entries(page)).to_have_count(MANY + 2)
    assert top_of(middle) == pytest.approx(before, abs=1)


def test_who_reads_the_end_stays_at_the_end(transactional_db: None, open_as: OpenAs) -> None:
    call = make_call(phase="running", started_at=timezone.now())
    for number in range(MANY):
        make_event(call, number, f"call.one.{number}")
    page = open_as(url(call), "view_call")
    expect(entries(page).last).to_be_in_viewport()

    make_event(call, MANY + 1, "call.came.last")

    expect(entries(page)).to_have_count(MANY + 1)
    expect(entries(page).last).to_be_in_viewport()


def test_a_lost_connection_is_said_and_comes_back(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call")
    expect(page.locator("#live-status")).to_have_text("Following the call.")

    page.route("**/live/**", lambda route: route.abort())
    expect(page.locator("#live-status")).to_have_text("Connection lost, trying again.")
    page.unroute("**/live/**")

    expect(page.locator("#live-status")).to_have_text("Following the call.")


def test_who_is_logged_out_is_told_to_reload(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call")
    expect(page.locator("#live-status")).to_have_text("Following the call.")

    page.context.clear_cookies()

    expect(page.locator("#live-status")).to_contain_text("cannot be followed any more")


def test_an_act_is_done_once_and_its_result_is_announced(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call", "control_call")

    page.get_by_role("button", name="Repeat the step").dblclick()

    expect(page.locator("#live-news")).to_contain_text("The step is repeated.")
    expect(page.locator("#timeline")).to_contain_text("staff0")
    acted = CallEvent.objects.filter(call=call, source="operator")
    assert [event.payload["act"] for event in acted] == ["repeat_step"]


def test_what_makes_no_sense_now_is_disabled(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call", "control_call")
    expect(page.get_by_role("button", name="Repeat the step")).to_be_enabled()
    expect(page.get_by_role("button", name="Stop the assistant")).to_be_disabled()

    line.feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    expect(page.get_by_role("button", name="Repeat the step")).to_be_disabled()


def test_a_refusal_stands_beside_its_form_and_what_was_typed_stays(
    call: Call, open_as: OpenAs
) -> None:
    page = open_as(url(call), "view_call", "control_call")
    form = page.locator("form[data-act=transfer]")
    form.locator("summary").click()
    form.get_by_label("Number").fill("+44")

    form.get_by_role("button", name="Transfer").click()

    expect(form.get_by_role("alert")).to_contain_text("This is no number that can be rung")
    expect(form.get_by_label("Number")).to_have_value("+44")


def test_hanging_up_works_by_keyboard_alone_and_asks_first(
    call: Call, open_as: OpenAs, wire: line.Wire
) -> None:
    page = open_as(url(call), "view_call", "control_call")
    focused = page.locator("*:focus")
    for _press in range(60):
        page.keyboard.press("Tab")
        if focused.count() and focused.inner_text() == "Hang up…":
            break
    expect(page.get_by_role("button", name="Yes, hang up")).to_be_hidden()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#live-news")).to_contain_text("The call is being hung up.")
    expect(page.locator("[data-state=phase]")).not_to_have_text("Running")
    line.process_call("v3:a")
    assert wire.actions[-1] == "hangup"


def test_the_focus_stays_where_it_is_while_the_page_follows(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call", "control_call")
    form = page.locator("form[data-act=transfer]")
    form.locator("summary").click()
    number = form.get_by_label("Number")
    number.fill("+1312555")

    line.feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    expect(page.locator("[data-state=phase]")).to_have_text("Ended")
    expect(number).to_be_focused()
    number.press_sequentially("0123")
    form.get_by_role("button", name="Transfer").click()
    expect(form.get_by_role("alert")).to_have_text(
        "The call has ended: nothing more can be done to it."
    )
    expect(number).to_have_value("+13125550123")


def test_nothing_is_asked_while_the_page_is_out_of_sight(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call")
    expect(page.locator("#live-status")).to_have_text("Following the call.")
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    hide = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => %s });"
    turn = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(hide % "true" + turn)
    expect(page.locator("#live-status")).to_contain_text("Paused")
    page.wait_for_timeout(1500)
    page.route("**/live/**", count)
    page.wait_for_timeout(2500)
    assert asked == []

    page.evaluate(hide % "false" + turn)
    expect(page.locator("#live-status")).to_have_text("Following the call.")
    assert asked != []


def test_without_script_the_page_shows_everything_and_its_forms_work(
    call: Call, open_as: OpenAs
) -> None:
    page = open_as(url(call), "view_call", "control_call", java_script_enabled=False)
    # Four events, two commands, the step, its attempt, and the leg.
    assert entries(page).count() == 9
    expect(page.get_by_role("link", name="Reload to see what is new")).to_be_visible()

    page.get_by_role("button", name="Repeat the step").click()

    expect(page.get_by_text("The step is repeated.")).to_be_visible()
    form = page.locator("form[data-act=transfer]")
    form.locator("summary").click()
    form.get_by_label("Number").fill("+44")
    form.get_by_role("button", name="Transfer").click()
    expect(form.get_by_role("alert")).to_contain_text("This is no number that can be rung")
    expect(form.get_by_label("Number")).to_have_value("+44")


def test_the_page_works_under_a_strict_policy(call: Call, open_as: OpenAs) -> None:
    page = open_as(url(call), "view_call")
    policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "Content-Security-Policy": policy}
        )

    page.route("**/change/", with_policy)
    page.reload()

    expect(page.locator("#live-status")).to_have_text("Following the call.")
