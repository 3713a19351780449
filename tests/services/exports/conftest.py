from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Call, Export, Menu
from voicegather.models.exports import export_storage
from voicegather.selectors.collected import ExportFilters, pages
from voicegather.services import jobs
from voicegather.services.exports import Wish, ask_export, parts


@pytest.fixture
def analyst(db: None) -> User:
    """Somebody who may export, and not reveal."""
    return user_with("analyst", "export_gatherresult", "view_gatherresult")


def user_with(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    found = Permission.objects.filter(codename__in=permissions)
    assert found.count() == len(permissions)
    user.user_permissions.set(found)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """Pages and parts of two calls, in a storage of the test's own."""
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 2)
    monkeypatch.setattr(parts, "CALLS_A_PART", 2)
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}


@pytest.fixture
def clinic(db: None) -> Menu:
    return make_menu("clinic")


@pytest.fixture
def called(clinic: Menu) -> Callable[[int], list[Call]]:
    """Makes so many calls in which the account 1, 2, 3 … was entered."""
    version = make_version(clinic, {"account": {}})

    def call(count: int) -> list[Call]:
        calls = []
        for number in range(1, count + 1):
            made = make_call(version=version, outcome="completed")
            visit = make_visit(made)
            make_attempt(visit, str(number))
            make_result(visit, str(number))
            calls.append(made)
        return calls

    return call


def ask(owner: User, **wish: Any) -> Export:
    filters = wish.pop("filters", ExportFilters())
    return ask_export(
        Wish(**{"owner": owner, "shape": "wide", "format": "csv", "filters": filters, **wish})
    )


def run(export: Export) -> Export:
    """Let a worker run it to its end."""
    jobs.run_job(f"export:{export.pk}")
    return Export.objects.get(pk=export.pk)


def content(export: Export) -> bytes:
    with export_storage().open(export.file.name) as file:
        return file.read()


def stored(settings: Any) -> list[str]:
    """The names of all files in the storage."""
    root = settings.MEDIA_ROOT
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
