"""Reviews in the admin: the queue's ways, sensitive values, many at once, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

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
from voicegather.admin.results import bulk
from voicegather.models import Disclosure, GatherResult, Recording, ResultReview, ReviewBatch
from voicegather.sealing import seal
from voicegather.services.reviews import Ruling, batches, review

QUEUE = reverse("admin:voicegather_gatherresult_queue")
RESULTS = reverse("admin:voicegather_gatherresult_changelist")
REVIEWER = ("view_gatherresult", "review_gatherresult")
AsStaff = Callable[..., Client]
Decision = ResultReview.Decision


def gathered(value: str = "1", **fields: Any) -> GatherResult:
    """A result of a call that is over."""
    fields.setdefault("gathered_at", STARTED + timedelta(minutes=GatherResult.objects.count()))
    return make_result(make_visit(make_call(ended_at=STARTED)), value, **fields)


def shown(response: Any) -> int | None:
    look = response.context.get("look")
    return look.result.pk if look else None


def page_of(result: GatherResult, name: str = "review") -> str:
    return reverse(f"admin:voicegather_gatherresult_{name}", args=[result.pk])


def states() -> list[str]:
    return list(GatherResult.objects.order_by("pk").values_list("review_state", flat=True))


def decide(client: Client, result: GatherResult, act: str, **more: Any) -> Any:
    sent = {"result": result.pk, "act": act, "seen": "", **more}
    return client.post(more.pop("address", QUEUE), sent, follow=True)


def test_the_queue_follows_the_lists_filters_in_either_order(as_staff: AsStaff, db: None) -> None:
    client = as_staff(*REVIEWER)
    old, other, new = gathered(), gathered(outcome="invalid"), gathered()

    assert shown(client.get(QUEUE)) == new.pk
    assert shown(client.get(QUEUE, {"order": "oldest"})) == old.pk
    page = client.get(QUEUE, {"outcome__exact": "invalid"})
    assert (shown(page), page.context["left"].number) == (other.pk, 1)
    assert page.context["chosen"] == [("outcome", "Invalid")]
    asked = {"order": "oldest"}
    onward = client.get(client.get(QUEUE, asked).context["next_url"])
    assert shown(onward) == other.pk
    assert shown(client.get(onward.context["previous_url"])) == old.pk


def test_a_decision_leads_to_the_next_under_the_same_filters(as_staff: AsStaff, db: None) -> None:
    client = as_staff(*REVIEWER)
    old, new = gathered(), gathered()
    gathered(outcome="invalid")

    after = decide(client, new, "accepted", address=f"{QUEUE}?outcome__exact=valid")

    assert shown(after) == old.pk
    assert "outcome__exact=valid" in after.redirect_chain[-1][0]
    assert states() == ["unreviewed", "accepted", "unreviewed"]


@pytest.mark.parametrize(
    "query", ["result=x", "result=" + "9" * 30, "result=999999", "result=%00", "result=-1"]
)
def test_a_result_that_is_not_there_is_not_found(query: str, as_staff: AsStaff, db: None) -> None:
    assert as_staff(*REVIEWER).get(f"{QUEUE}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["menu__id__exact=" + "9" * 30, "after=x", "before=1-", "nonsense=1", "q=%00", "order=x"],
)
def test_an_odd_address_of_the_queue_is_no_error(query: str, as_staff: AsStaff, db: None) -> None:
    gathered()

    assert as_staff(*REVIEWER).get(f"{QUEUE}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "accepted"},
        {"act": "x", "result": "1"},
        {"act": "accepted", "result": "\ud800"},
        {"act": "accepted", "result": "9" * 30},
        {"undo": "1"},
        {"act": "accepted", "seen": "x"},
    ],
)
def test_odd_forms_are_no_error_and_change_nothing(
    sent: dict[str, str], as_staff: AsStaff, db: None
) -> None:
    result = gathered()
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in sent.items()}  # type: ignore[misc]
    client = as_staff(*REVIEWER)

    assert client.post(QUEUE, sent, follow=True).status_code in (200, 400, 404)
    assert client.post(page_of(result), sent, follow=True).status_code in (200, 400, 404)
    assert states() == ["unreviewed"]


def test_who_may_not_review_sees_neither_form_nor_queue(as_staff: AsStaff, db: None) -> None:
    result = gathered()
    client = as_staff("view_gatherresult", "view_resultreview")

    assert client.get(QUEUE).status_code == 403
    assert client.post(page_of(result), {"act": "accepted"}).status_code == 403
    assert "Decide" not in client.get(page_of(result, "change")).content.decode()
    assert "accept_many" not in client.get(RESULTS).content.decode()
    assert client.post(RESULTS, {"action": "accept_many", "_selected_action": result.pk})
    assert states() == ["unreviewed"]


def test_results_of_other_teams_are_not_there(as_staff: AsStaff, db: None) -> None:
    menu = make_menu("other", team=Group.objects.create(name="Others"))
    version = make_version(menu, {"account": {}})
    result = make_result(make_visit(make_call(version=version, ended_at=STARTED)), "1")
    client = as_staff(*REVIEWER)

    assert shown(client.get(QUEUE)) is None
    assert client.get(QUEUE, {"result": result.pk}).status_code == 404
    assert decide(client, result, "accepted").status_code == 404
    assert client.get(page_of(result), follow=True).status_code == 404


def test_sensitive_values_are_shown_once_to_who_says_why(as_staff: AsStaff, db: None) -> None:
    whole = seal({"raw": "987654", "value": "987654"})
    result = gathered("•••54", raw="", sensitivity="masked", sealed=whole)
    make_attempt(result.visit, "987654")
    client = as_staff(*REVIEWER, "reveal_sensitive")
    reason = {"result": result.pk, "reveal_reason": "Ticket 4711, the clinic asked"}

    assert "987654" not in client.get(QUEUE).content.decode()
    refused = client.post(QUEUE, {**reason, "reveal_reason": "  "}).content.decode()
    assert "Write why you need to see it" in refused
    assert "987654" not in refused
    assert "987654" in client.post(QUEUE, reason).content.decode()
    assert "987654" in client.post(page_of(result), reason).content.decode()
    assert "987654" not in client.get(QUEUE).content.decode()
    told = Disclosure.objects.values_list("kind", "object_id", "reason")
    assert set(told) == {("value", result.pk, "Ticket 4711, the clinic asked")}
    without = as_staff(*REVIEWER)
    assert "987654" not in without.post(QUEUE, reason).content.decode()


def test_a_transcript_beside_a_result_is_on_record_as_read(as_staff: AsStaff, db: None) -> None:
    result = gathered()
    make_turn(make_conversation(result.visit), "One, two, three.")

    assert "One, two, three." in as_staff(*REVIEWER).get(QUEUE).content.decode()
    assert Disclosure.objects.get().kind == "transcript"


def test_the_recording_of_a_visit_stands_beside_its_result(as_staff: AsStaff, db: None) -> None:
    result = gathered()
    gathered()
    Recording.objects.create(
        call=result.call, visit=result.visit, state="done", file="voicegather/recordings/a.wav"
    )

    def sounds(client: Client) -> int:
        page = client.get(QUEUE, {"result": result.pk}).content.decode()
        assert "Recordings" in page
        return page.count("<audio")

    assert sounds(as_staff(*REVIEWER, "listen_recording")) == 1
    assert sounds(as_staff(*REVIEWER)) == 0
    assert "<audio" not in as_staff(*REVIEWER, "listen_recording").get(QUEUE).content.decode()


def many(client: Client, act: str, results: list[GatherResult], **more: Any) -> Any:
    return client.post(
        RESULTS,
        {"action": act, "_selected_action": [result.pk for result in results], **more},
        follow=True,
    )


def confirm(client: Client, asking: Any, **more: Any) -> Any:
    sent: dict[str, Any] = {"confirm": "1", "note": ""}
    for name, value in asking.context["hidden"]:
        sent.setdefault(name, []).append(value)
    return client.post(RESULTS, {**sent, **more}, follow=True)


def test_many_are_accepted_after_a_page_that_says_how_many_and_undone(
    as_staff: AsStaff, db: None
) -> None:
    client = as_staff(*REVIEWER)
    results = [gathered() for _ in range(3)]
    ana = client.get(RESULTS).context["user"]
    review(results[0].pk, Ruling(Decision.REJECTED), seen=None, reviewer=ana)

    asking = many(client, "accept_many", results)
    page = asking.content.decode()
    assert "2 unreviewed results become accepted." in page
    assert "1 of those chosen are reviewed already" in page
    assert states() == ["rejected", "unreviewed", "unreviewed"]

    done = confirm(client, asking, note="All heard.").content.decode()
    assert "2 results are reviewed." in done
    assert states() == ["rejected", "accepted", "accepted"]

    batch = ReviewBatch.objects.get()
    client.post(reverse("admin:voicegather_reviewbatch_undo", args=[batch.pk]))
    assert states() == ["rejected", "unreviewed", "unreviewed"]


def test_all_that_is_filtered_is_taken_and_nothing_that_came_or_was_decided_since(
    as_staff: AsStaff, db: None
) -> None:
    client = as_staff(*REVIEWER)
    results = [gathered() for _ in range(3)]
    gathered(outcome="invalid")
    asked = {"action": "reject_many", "select_across": "1", "_selected_action": results[0].pk}
    asking = client.post(f"{RESULTS}?outcome__exact=valid", asked)
    ana = client.get(RESULTS).context["user"]
    review(results[1].pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)
    gathered()

    sent: dict[str, Any] = {"confirm": "1", **dict(asking.context["hidden"])}
    done = client.post(f"{RESULTS}?outcome__exact=valid", sent, follow=True).content.decode()

    assert states() == ["rejected", "accepted", "rejected", "unreviewed", "unreviewed"]
    assert "1 were decided by others meanwhile" in done


def test_more_than_a_few_are_a_job_and_too_many_are_refused(
    as_staff: AsStaff, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_staff(*REVIEWER)
    results = [gathered() for _ in range(3)]
    monkeypatch.setattr(batches, "SMALL", 2)

    page = confirm(client, many(client, "accept_many", results))

    (batch,) = ReviewBatch.objects.all()
    assert page.redirect_chain[-1][0] == bulk.page_of(batch)
    assert "Progress" in page.content.decode()
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    assert "filter them further" in many(client, "reopen_many", results).content.decode()


def test_a_bulk_review_is_its_owners(as_staff: AsStaff, db: None) -> None:
    confirm(client := as_staff(*REVIEWER), many(client, "accept_many", [gathered()]))
    batch = ReviewBatch.objects.get()
    undo = reverse("admin:voicegather_reviewbatch_undo", args=[batch.pk])

    assert as_staff(*REVIEWER).post(undo).status_code == 404
    assert as_staff("view_gatherresult").post(undo).status_code == 403
    assert states() == ["accepted"]


def test_a_queue_takes_as_many_queries_for_many_as_for_few(as_staff: AsStaff, db: None) -> None:
    client = as_staff(*REVIEWER)

    def queries() -> int:
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE).status_code == 200
        return len(captured)

    ana = User.objects.create_superuser("ana")
    make_attempt(gathered().visit, "1")
    few = queries()
    for _ in range(8):
        result = gathered()
        for _ in range(5):
            make_attempt(result.visit, "1")
        review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)
    gathered()

    assert queries() <= few
