"""Who may hold, erase, gather and set retention in the admin, and what odd input comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.factories import make_call, make_menu
from voicegather.models import AccessRequest, Call, Erasure, LegalHold, RetentionRule, RetentionRun
from voicegather.services.holds import hold_call

pytestmark = pytest.mark.django_db

AsStaff = Callable[..., Client]
BASE = "/admin/voicegather"


def ended(**fields: Any) -> Call:
    call = make_call(phase="ended", **fields)
    Call.objects.filter(pk=call.pk).update(ended_at=call.started_at)
    return call


def test_each_act_takes_its_permission(as_staff: AsStaff) -> None:
    call = ended()
    asked = {"state": "done", "reason": "A letter", "subject_hash": "0" * 64}
    erasure = Erasure.objects.create(scope="caller", **asked)
    request = AccessRequest.objects.create(**asked)
    viewer = as_staff("view_call", "view_retentionrun", "view_erasure", "view_accessrequest")
    refused = [
        viewer.get(f"{BASE}/retentionrun/rules/"),
        viewer.post(f"{BASE}/retentionrun/ask/", {"mode": "remove"}),
        viewer.get(f"{BASE}/call/{call.pk}/hold/"),
        viewer.get(f"{BASE}/erasure/add/"),
        viewer.post(f"{BASE}/erasure/{erasure.pk}/close/"),
        viewer.get(f"{BASE}/accessrequest/add/"),
        viewer.get(f"{BASE}/accessrequest/{request.pk}/download/"),
        as_staff("view_retentionrule").post(f"{BASE}/retentionrun/rules/", {"calls": "1"}),
        as_staff("view_call", "hold_call").post(f"{BASE}/call/{call.pk}/hold/", {"act": "release"}),
    ]
    assert [page.status_code for page in refused[:-1]] == [403] * (len(refused) - 1)
    assert b"This field is required" in refused[-1].content
    assert viewer.get(f"{BASE}/erasure/{erasure.pk}/receipt/").status_code == 200
    page = viewer.get(f"{BASE}/call/{call.pk}/change/").content
    assert b"Erase this caller" not in page
    assert not (RetentionRun.objects.exists())
    assert not (RetentionRule.objects.exists())


def test_calls_of_other_teams_and_calls_that_are_gone_are_not_found(as_staff: AsStaff) -> None:
    others = ended(menu=make_menu(team=Group.objects.create(name="Others")))
    officer = as_staff("view_call", "hold_call", "release_hold", "erase_caller", "export_caller")
    for name in (others.pk, 10**15, "x", "9" * 30, "%00"):
        assert officer.get(f"{BASE}/erasure/add/?call={name}").status_code == 404
        assert officer.get(f"{BASE}/call/{name}/hold/").status_code == 404
    for path in ("erasure/99/receipt/", "accessrequest/99/download/"):
        assert officer.get(f"{BASE}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("caller", "told"),
    [
        ("", "Write the caller"),
        ("\0", "Null characters are not allowed"),
        ("+1312555\0", "Null characters are not allowed"),
        ("x" * 256, "No caller is longer than 255"),
        ("x" * 9999, "at most 300 characters"),
        ("Anonymous", "stands for many people"),
        ("\u202e5550101", "No call of this caller is held"),
        ("élise@例え.example", "No call of this caller is held"),
    ],
)
def test_odd_callers_are_answered_with_what_to_do(
    as_staff: AsStaff, caller: str, told: str
) -> None:
    officer = as_staff("erase_caller")
    page = officer.post(f"{BASE}/erasure/add/", {"caller": caller})
    assert (page.status_code, told in page.content.decode()) == (200, True)
    assert not Erasure.objects.exists()


def test_a_hold_that_somebody_changed_meanwhile_is_not_changed_again(as_staff: AsStaff) -> None:
    call = ended()
    officer = as_staff("view_call", "hold_call", "release_hold", "erase_caller")
    hold_call(call, reason="A lawsuit", author=User.objects.get())

    again = officer.post(f"{BASE}/call/{call.pk}/hold/", {"act": "hold", "reason": "Mine"})
    assert "is under legal hold already" in again.content.decode()
    hold = LegalHold.objects.get()
    assert (hold.reason, hold.released_at) == ("A lawsuit", None)

    preview = officer.get(f"{BASE}/erasure/add/?call={call.pk}").content.decode()
    assert "Nothing can be erased while they are." in preview
    assert "Erase for good" not in preview
    sent = {"call": call.pk, "ask": "1", "reason": "A letter", "confirmation": "0101"}
    refused = officer.post(f"{BASE}/erasure/add/", sent)
    assert not Erasure.objects.exists()
    assert refused.status_code == 200


def test_a_call_page_says_what_retention_removed(as_staff: AsStaff) -> None:
    call = ended(removed={"webhooks": "2026-04-01"})
    page = as_staff("view_call").get(f"{BASE}/call/{call.pk}/change/").content.decode()
    assert "Raw webhooks on 2026-04-01" in page


def test_days_are_kept_and_a_run_without_any_is_refused(as_staff: AsStaff) -> None:
    officer = as_staff("change_retentionrule", "add_retentionrun", "view_retentionrun")
    page = officer.post(f"{BASE}/retentionrun/ask/", {"mode": "dry"}, follow=True)
    assert "say first what is not" in page.content.decode()
    for odd in ("-1", "0", "9" * 30, "x", "1.5", "\0"):
        page = officer.post(f"{BASE}/retentionrun/rules/", {"webhooks": odd})
        assert (page.status_code, RetentionRule.objects.count()) == (200, 0)
    officer.post(f"{BASE}/retentionrun/rules/", {"webhooks": "30"})
    assert list(RetentionRule.objects.values_list("data_class", "days")) == [("webhooks", 30)]
    officer.post(f"{BASE}/retentionrun/rules/", {"webhooks": ""})
    assert list(RetentionRule.objects.values_list("data_class", "days")) == [("webhooks", None)]
