"""Exports with sensitive values: for whom, on record with why, and not for who lost the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.admin.exports.test_exports import (
    ADD,
    FILE,
    SENSITIVE,
    download_of,
    made,
    secret_of,
    user_of,
)
from voicegather.models import Disclosure, Export, ExportSchedule, GatherResult
from voicegather.models.exports import export_storage
from voicegather.selectors.collected import ExportFilters
from voicegather.selectors.entries import Sight
from voicegather.services import moments
from voicegather.services.exports import ExportError, Wish, ask_export

pytestmark = pytest.mark.django_db(transaction=True)

AsStaff = Callable[..., Client]
PIN = b"4711"


@pytest.fixture(autouse=True)
def background(settings: Any, tmp_path: Any) -> None:
    """Every export is made in the background, in a storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    settings.VOICEGATHER = {**settings.VOICEGATHER, "EXPORT_CALLS_AT_ONCE": 0}


@pytest.fixture
def revealer(as_staff: AsStaff) -> Client:
    secret_of(PIN.decode())
    return as_staff("export_gatherresult", "reveal_sensitive", "view_gatherresult")


def lose(client: Client, codename: str = "reveal_sensitive") -> None:
    user_of(client).user_permissions.remove(Permission.objects.get(codename=codename))


def test_each_download_is_on_record_with_who_when_and_why(
    revealer: Client, as_staff: AsStaff
) -> None:
    team = Group.objects.create(name="ours")
    colleague = as_staff("export_gatherresult", "reveal_sensitive")
    for client in (revealer, colleague):
        user_of(client).groups.add(team)
    export = made(revealer, **SENSITIVE, team=team.pk)
    assert not Disclosure.objects.exists()
    began = moments.now()

    for client in (revealer, colleague, revealer):
        assert PIN in client.get(download_of(export)).getvalue()

    told = list(Disclosure.objects.order_by("pk"))
    names = [user_of(client).username for client in (revealer, colleague, revealer)]
    assert [each.username for each in told] == names
    assert {each.reason for each in told} == {"Ticket 1234"}
    assert {(each.kind, each.way, each.model, each.object_id) for each in told} == {
        ("export", "admin", "export", export.pk)
    }
    assert all(began <= each.at <= moments.now() for each in told)


def test_one_that_is_handed_over_at_once_is_on_record_as_well(
    revealer: Client, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "EXPORT_CALLS_AT_ONCE": 100}

    assert PIN in revealer.post(ADD, {**FILE, **SENSITIVE}).getvalue()

    (told,) = Disclosure.objects.all()
    assert (told.user, told.reason) == (user_of(revealer), "Ticket 1234")


def test_downloads_of_masked_files_are_no_disclosures(revealer: Client) -> None:
    export = made(revealer, reason="Ticket 1234")

    assert PIN not in revealer.get(download_of(export)).getvalue()
    assert (export.reveals, export.reason, Disclosure.objects.count()) == (False, "", 0)


@pytest.mark.parametrize("reason", ["", "   ", "abc", "-----", "x" * 301])
def test_who_does_not_say_why_gets_no_file(revealer: Client, reason: str) -> None:
    answer = revealer.post(ADD, {**FILE, **SENSITIVE, "reason": reason})

    assert answer.status_code == 200
    assert "reason" in answer.context["form"].errors
    assert PIN not in answer.content
    assert not Export.objects.exists()


def test_without_the_permission_neither_form_nor_service_takes_the_tick(
    revealer: Client, as_staff: AsStaff
) -> None:
    analyst = as_staff("export_gatherresult", "view_gatherresult")
    results = reverse("admin:voicegather_gatherresult_changelist")

    chosen = {"action": "export_as", ACTION_CHECKBOX_NAME: GatherResult.objects.get().pk}
    for address, more in ((ADD, {}), (results, {**chosen, "export": "1"})):
        form = analyst.get(ADD).context["form"]
        assert not {"sensitive", "reason"} & set(form.fields)
        assert analyst.post(address, {**FILE, **SENSITIVE, **more}).status_code == 302
    wish = Wish(
        owner=user_of(analyst),
        shape="wide",
        format="csv",
        filters=ExportFilters(),
        sight=Sight.REVEALED,
        reason="Ticket 1234",
    )
    with pytest.raises(ExportError, match="may not export sensitive values"):
        ask_export(wish)

    assert list(Export.objects.values_list("reveals", "reason")) == [(False, "")] * 2


def test_schedules_know_no_such_tick_and_the_api_no_exports() -> None:
    assert not {"reveals", "sensitive", "sight"} & {
        field.name for field in ExportSchedule._meta.get_fields()
    }
    for name in ("voicegather:export-list", "voicegather:api-exports"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("lost", ["reveal_sensitive", "export_gatherresult"])
def test_who_loses_the_permission_before_the_download_gets_nothing(
    revealer: Client, lost: str
) -> None:
    export = made(revealer, **SENSITIVE)
    lose(revealer, lost)

    answer = revealer.get(download_of(export))

    assert answer.status_code == 403
    assert PIN not in answer.content
    assert not Disclosure.objects.exists()
    page = revealer.get(reverse("admin:voicegather_export_change", args=[export.pk]))
    assert PIN not in page.content
    if page.status_code == 200:
        assert page.context["may_open"] is False


def test_who_is_no_member_of_the_staff_any_more_gets_nothing(revealer: Client) -> None:
    export = made(revealer, **SENSITIVE)
    User.objects.filter(pk=user_of(revealer).pk).update(is_active=False)

    answer = revealer.get(download_of(export))

    assert answer.status_code == 302
    assert not Disclosure.objects.exists()


def test_a_file_that_is_gone_leaves_no_disclosure(revealer: Client) -> None:
    export = made(revealer, **SENSITIVE)
    export_storage().delete(export.file.name or "")

    assert revealer.get(download_of(export)).status_code == 302
    assert not Disclosure.objects.exists()


def test_the_page_of_an_export_says_why_it_is_with_sensitive_values(revealer: Client) -> None:
    export = made(revealer, **SENSITIVE)

    page = revealer.get(reverse("admin:voicegather_export_change", args=[export.pk]))

    assert "Ticket 1234" in page.content.decode()
