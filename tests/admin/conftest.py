from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.test import Client

Staff = Callable[..., User]


@pytest.fixture
def staff(db: None) -> Staff:
    """Makes a member of staff with the permissions named, such as ``view_call``."""

    def make(*permissions: str) -> User:
        users = get_user_model().objects
        user = users.create_user(f"staff{users.count()}", is_staff=True)
        found = Permission.objects.filter(
            content_type__app_label="voicegather", codename__in=permissions
        )
        assert found.count() == len(permissions)
        user.user_permissions.set(found)
        return user

    return make


@pytest.fixture
def as_staff(staff: Staff) -> Callable[..., Client]:
    """A client logged in as somebody with the permissions named."""

    def log_in(*permissions: str) -> Client:
        client = Client()
        client.force_login(staff(*permissions))
        return client

    return log_in


@pytest.fixture(autouse=True)
def collected_static_files(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns of a folder for static files that is not there."""
    settings.STATIC_ROOT = tmp_path
