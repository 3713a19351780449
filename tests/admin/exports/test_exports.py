"""Exports in the admin: asked for on a page, followed, downloaded by whom they are for alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Call, Disclosure, Export, ExportProfile, ResultReview
from voicegather.models.exports import export_storage
from voicegather.sealing import seal
from voicegather.services import dispatch, jobs, moments
from voicegather.services.exports.keeping import delete_expired

pytestmark = pytest.mark.django_db(transaction=True)
ADD = reverse("admin:voicegather_export_add")
LIST = reverse("admin:voicegather_export_changelist")
FILE = {"shape": "wide", "format": "csv", "reviews": "any"}
SENSITIVE = {"sensitive": "on", "reason": "Ticket 1234"}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}


@pytest.fixture
def large(settings: Any) -> None:
    """Every export is too large to be waited for."""
    settings.VOICEGATHER = {**settings.VOICEGATHER, "EXPORT_CALLS_AT_ONCE": 0}


@pytest.fixture
def analyst(as_staff: Callable[..., Client]) -> Client:
    return as_staff("view_gatherresult", "export_gatherresult")


def user_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def gathered(value: str = "1", slug: str = "clinic", step: str = "account", **result: Any) -> Call:
    version = make_version(make_menu(slug), {step: {}})
    visit = make_visit(make_call(version=version), step)
    make_attempt(visit, value)
    make_result(visit, value, **result)
    return visit.call


def made(client: Client, **form: Any) -> Export:
    """What the background makes of a form."""
    response = client.post(ADD, {**FILE, **form})
    assert response.status_code == 302, response.content.decode()
    assert dispatch.wait_until_idle()
    return Export.objects.latest("pk")


def download_of(export: Export) -> str:
    return reverse("admin:voicegather_export_download", args=[export.pk])


def page_of(export: Export) -> str:
    return reverse("admin:voicegather_export_change", args=[export.pk])


def test_a_small_export_is_downloaded_at_once(analyst: Client) -> None:
    gathered("123456")

    response = analyst.post(ADD, FILE)

    assert response["Content-Disposition"].startswith('attachment; filename="export_wide_')
    assert b"123456" in response.getvalue()
    assert Export.objects.get().state == "done"


@pytest.mark.usefixtures("large")
def test_a_large_export_is_made_in_the_background_and_downloaded_by_its_owner(
    analyst: Client,
) -> None:
    gathered("123456")

    export = made(analyst, format="jsonl")

    assert (export.state, export.rows) == ("done", 1)
    assert "Download" in analyst.get(page_of(export)).content.decode()
    response = analyst.get(download_of(export))
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert b'"clinic/account.digits": "123456"' in response.getvalue()
    asked, downloaded = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert asked == 'Exported wide jsonl: {"reviews": "any"}'
    assert downloaded == "Downloaded wide jsonl"


@pytest.mark.usefixtures("large")
def test_the_next_list_tells_once_that_an_export_is_ready(analyst: Client) -> None:
    gathered()
    export = made(analyst)
    results = reverse("admin:voicegather_gatherresult_changelist")

    first, second = (analyst.get(results).content.decode() for _time in range(2))

    assert "Your export is ready" in first
    assert page_of(export) in first
    assert "Your export is ready" not in second


@pytest.mark.usefixtures("large")
def test_an_export_that_another_owns_is_not_there(
    analyst: Client, as_staff: Callable[..., Client]
) -> None:
    gathered()
    export = made(analyst)
    other = as_staff("view_gatherresult", "export_gatherresult", "view_export")

    assert other.get(download_of(export)).status_code == 404
    assert other.get(page_of(export)).status_code == 302
    for verb in ("cancel", "retry"):
        url = reverse(f"admin:voicegather_export_{verb}", args=[export.pk])
        assert other.post(url).status_code == 404
    assert page_of(export) not in other.get(LIST).content.decode()


@pytest.mark.usefixtures("large")
def test_a_link_of_somebody_who_is_not_signed_in_leads_to_the_login(analyst: Client) -> None:
    gathered()
    export = made(analyst)

    response = Client().get(download_of(export))

    assert response.status_code == 302
    assert "/login/" in response["Location"]


@pytest.mark.usefixtures("large")
def test_who_may_export_no_more_cannot_download_what_they_made(analyst: Client) -> None:
    gathered()
    export = made(analyst)
    user_of(analyst).user_permissions.clear()

    assert analyst.get(download_of(export)).status_code == 403


@pytest.mark.usefixtures("large")
def test_a_shared_export_is_for_members_who_may_export_and_holds_what_they_may_see(
    analyst: Client, as_staff: Callable[..., Client]
) -> None:
    ours, theirs = Group.objects.create(name="ours"), Group.objects.create(name="theirs")
    for slug, value, team in (("clinic", "111", ours), ("shop", "222", theirs)):
        menu = gathered(value, slug).menu
        assert menu is not None
        menu.team = team
        menu.save()
    user_of(analyst).groups.set([ours, theirs])
    export = made(analyst, team=ours.pk)
    member, viewer, stranger = (
        as_staff("export_gatherresult"),
        as_staff("view_export"),
        as_staff("export_gatherresult"),
    )
    for each in (member, viewer):
        user_of(each).groups.add(ours)

    content = member.get(download_of(export)).getvalue()

    assert (b"111" in content, b"222" in content) == (True, False)
    assert viewer.get(download_of(export)).status_code == 403
    assert stranger.get(download_of(export)).status_code == 404


@pytest.mark.usefixtures("large")
def test_when_its_time_is_over_the_file_is_deleted_and_the_page_says_so(analyst: Client) -> None:
    gathered()
    export = made(analyst)
    name = export.file.name
    delete_expired(moments.now() + timedelta(days=8))

    assert not export_storage().exists(name)
    assert "its time was over" in analyst.get(page_of(export)).content.decode()
    response = analyst.get(download_of(export), follow=True)
    assert "The file is not there any more: export again." in response.content.decode()


@pytest.mark.usefixtures("large")
def test_a_file_that_somebody_took_out_of_the_storage_is_told(analyst: Client) -> None:
    gathered()
    export = made(analyst)
    export_storage().delete(export.file.name)

    response = analyst.get(download_of(export), follow=True)

    assert "The storage does not have the file any more" in response.content.decode()


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, "the range runs backwards"),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"until": "9999-12-31"}, "is out of range"),
        ({"shape": "round"}, "Select a valid choice."),
        ({"menu": "999"}, "Select a valid choice."),
        ({"team": "999"}, "Select a valid choice."),
        ({"profile": "x"}, "Select a valid choice."),
        ({"step": "\0"}, "Null characters are not allowed."),
        ({"step": "x" * 51}, "at most 50 characters"),
        ({"step": "nowhere"}, "Nothing matches: there would be no row in the file."),
    ],
)
def test_what_cannot_be_exported_is_told_in_place_and_nothing_typed_is_lost(
    analyst: Client, form: dict[str, str], complaint: str
) -> None:
    gathered()

    page = analyst.post(ADD, {**FILE, "outcome": "valid", **form}).content.decode()

    assert complaint in page
    assert '<option value="valid" selected>' in page
    assert not Export.objects.exists()


def test_other_teams_menus_and_profiles_are_not_offered(analyst: Client) -> None:
    theirs = Group.objects.create(name="theirs")
    menu = make_menu("secret-menu", team=theirs)
    ExportProfile.objects.create(name="secret profile", team=theirs)

    page = analyst.get(ADD).content.decode()

    assert "Secret-menu" not in page
    assert "secret profile" not in page
    assert "theirs" not in page
    refused = analyst.post(ADD, {**FILE, "menu": menu.pk}).content.decode()
    assert "Select a valid choice." in refused


def test_without_the_permission_there_is_no_page(as_staff: Callable[..., Client]) -> None:
    client = as_staff("view_export")

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, FILE).status_code == 403


def secret_of(value: str) -> Call:
    sealed = seal({"raw": value, "value": value})
    call = gathered(value, step="pin", sensitivity="secret", raw="", sealed=sealed)
    call.results.update(value="", raw="")
    return call


def test_sensitive_values_are_for_who_may_reveal_and_ticks_it(
    analyst: Client, as_staff: Callable[..., Client]
) -> None:
    secret_of("4711")
    revealer = as_staff("export_gatherresult", "reveal_sensitive")

    assert "unmasked" not in analyst.get(ADD).content.decode()
    assert b"4711" not in analyst.post(ADD, {**FILE, **SENSITIVE}).getvalue()
    assert b"4711" not in revealer.post(ADD, FILE).getvalue()
    for shape in ("wide", "long"):
        answer = revealer.post(ADD, {**FILE, **SENSITIVE, "shape": shape})
        assert b"4711" in answer.getvalue()
    noted = LogEntry.objects.latest("pk")
    assert noted.user == user_of(revealer)
    assert noted.change_message.startswith("Exported long csv, with sensitive values: ")
    given = Disclosure.objects.values_list("user", "kind", "model")
    assert list(given) == [(user_of(revealer).pk, "export", "export")] * 2


@pytest.mark.usefixtures("large")
def test_a_shared_file_with_sensitive_values_is_not_for_who_may_not_reveal(
    as_staff: Callable[..., Client],
) -> None:
    secret_of("4711")
    team = Group.objects.create(name="ours")
    revealer = as_staff("export_gatherresult", "reveal_sensitive")
    member = as_staff("export_gatherresult")
    for client in (revealer, member):
        user_of(client).groups.add(team)

    export = made(revealer, **SENSITIVE, team=team.pk)

    assert not Disclosure.objects.exists()
    assert b"4711" in revealer.get(download_of(export)).getvalue()
    assert member.get(download_of(export)).status_code == 403
    assert Disclosure.objects.get().user == user_of(revealer)


def test_only_results_whose_newest_review_counts_and_corrections_in_their_place(
    analyst: Client,
) -> None:
    accepted, corrected, rejected, _unseen = (gathered(f"10{n}", f"menu{n}") for n in range(4))
    for call, *decisions in (
        (accepted, ("rejected", ""), ("accepted", "")),
        (corrected, ("corrected", "999")),
        (rejected, ("accepted", ""), ("rejected", "")),
    ):
        for decision, value in decisions:
            ResultReview.objects.create(result=call.results.get(), decision=decision, value=value)

    long = analyst.post(ADD, {**FILE, "shape": "long", "reviews": "reviewed"}).getvalue().decode()
    wide = analyst.post(ADD, {**FILE, "reviews": "accepted"}).getvalue().decode()

    rows = csv.DictReader(long.splitlines())
    assert [(row["visit_review"], row["visit_corrected"]) for row in rows] == [
        ("accepted", ""),
        ("corrected", "999"),
        ("rejected", ""),
    ]
    assert [line.split(",")[9:] for line in wide.splitlines()[1:]] == [
        ["100", "", "", ""],
        ["", "999", "", ""],
    ]


def test_a_profile_chooses_columns_their_order_and_headings(analyst: Client) -> None:
    gathered("123456")
    profile = ExportProfile.objects.create(name="For the desk", shape="wide")
    for position, (key, heading) in enumerate(
        [("clinic/account.digits", "Account"), ("caller", ""), ("gone/step.digits", "=Gone")]
    ):
        profile.columns.create(position=position, key=key, heading=heading)

    response = analyst.post(ADD, {**FILE, "profile": profile.pk})

    assert response.getvalue().decode() == ("Account,caller,'=Gone\r\n123456,+13125550101,\r\n")


def test_a_profile_of_the_other_shape_is_refused_in_place(analyst: Client) -> None:
    gathered()
    profile = ExportProfile.objects.create(name="For the desk", shape="long")

    page = analyst.post(ADD, {**FILE, "profile": profile.pk}).content.decode()

    assert "These columns are those of “Long: one row an attempt”" in page


@pytest.mark.usefixtures("large")
def test_a_failed_export_says_why_and_offers_to_try_again(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered()

    def broken(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage._save", broken)
        export = made(analyst)
    page = analyst.get(page_of(export)).content.decode()
    assert "The storage for exports is full. Make room, then try again." in page
    assert "Try again" in page

    analyst.post(reverse("admin:voicegather_export_retry", args=[export.pk]))
    assert dispatch.wait_until_idle()
    assert Export.objects.get().state == "done"


@pytest.mark.usefixtures("large")
def test_a_waiting_export_is_stopped_by_its_owner(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered()
    monkeypatch.setattr(jobs.steering.dispatch, "enqueue_job", lambda key, queue: None)
    export = made(analyst)

    analyst.post(reverse("admin:voicegather_export_cancel", args=[export.pk]))

    assert Export.objects.get().state == "cancelled"
