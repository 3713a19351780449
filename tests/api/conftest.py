from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from rest_framework.response import Response
from rest_framework.test import APIClient

ROOT = "/voicegather/api/"

Api = Callable[..., "Asking"]


class Asking(APIClient):
    """A client of the API by paths below its root, in JSON."""

    def ask(self, method: str, path: str = "", data: Any = None, **extra: Any) -> Response:
        extra.setdefault("format", "json")
        if method == "get":
            return self.get(ROOT + path, data, **{"HTTP_ACCEPT": "application/json"} | extra)
        response: Response = getattr(self, method)(ROOT + path, data, **extra)
        return response


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles count in it."""
    cache.clear()


@pytest.fixture
def user(db: None) -> Callable[..., User]:
    """Makes a user of the teams and with the permissions named, such as ``view_call``."""

    def make(*permissions: str, teams: tuple[str, ...] = ()) -> User:
        users = get_user_model().objects
        made = users.create_user(f"user{users.count()}")
        found = Permission.objects.filter(
            content_type__app_label="voicegather", codename__in=permissions
        )
        assert found.count() == len(permissions)
        made.user_permissions.set(found)
        made.groups.set(Group.objects.get_or_create(name=name)[0] for name in teams)
        return made

    return make


@pytest.fixture
def api(user: Callable[..., User]) -> Api:
    """A client that asks as a user like those of :func:`user`."""

    def asking(*permissions: str, teams: tuple[str, ...] = ()) -> Asking:
        client = Asking()
        client.force_login(user(*permissions, teams=teams))
        return client

    return asking


@pytest.fixture
def as_superuser(db: None) -> Asking:
    client = Asking()
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client
