from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import STARTED, make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import GatherResult, MenuVersion

Gathered = Callable[..., GatherResult]


@pytest.fixture
def version(db: None) -> MenuVersion:
    """A step that takes six digits, and another that has a model ask for a date."""
    date = {"name": "day", "description": "The day", "type": "date"}
    steps = {
        "account": {
            "config": {"minimum_digits": 6, "maximum_digits": 6},
            "edges": [{"match": "any", "target": "bye"}],
            "sensitivity": "normal",
        },
        "pin": {
            "config": {"minimum_digits": 6, "maximum_digits": 6},
            "edges": [{"match": "any", "target": "bye"}],
            "sensitivity": "masked",
            "shown_last": 2,
        },
        "visit_day": {"kind": "ai_gather", "config": {"fields": [date]}, "edges": []},
        "bye": {"kind": "hangup", "config": {}},
    }
    found = make_version(make_menu(), steps)
    found.document |= {"format": 1, "languages": ["en-US"]}
    found.save()
    return found


@pytest.fixture
def gathered(version: MenuVersion) -> Gathered:
    """Makes a result of a call that is over."""

    def make(value: str = "123456", step: str = "account", **fields: Any) -> GatherResult:
        call = make_call(version=version, ended_at=STARTED)
        return make_result(make_visit(call, step), value, **fields)

    return make


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana", is_staff=True)


@pytest.fixture
def bea(db: None) -> User:
    return User.objects.create_user("bea", is_staff=True)
