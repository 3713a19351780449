"""requirements.txt pins all that a production site installs, and nothing of it by chance."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.wheel import ROOT

PINS = [
    Requirement(line)
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


def needed(requirement: Requirement) -> Iterator[str]:
    """The names of all that an installed distribution needs here, with those extras."""
    yield canonicalize_name(requirement.name)
    try:
        inner = [Requirement(text) for text in requires(requirement.name) or []]
    except PackageNotFoundError:
        pytest.fail(f"{requirement.name} is needed and not installed")
    for each in inner:
        extras = [{"extra": extra} for extra in requirement.extras] or [{"extra": ""}]
        if each.marker is None or any(each.marker.evaluate(extra) for extra in extras):
            yield from needed(each)


def test_everything_is_pinned() -> None:
    pinned = {canonicalize_name(pin.name) for pin in PINS}
    applying = [pin for pin in PINS if pin.marker is None or pin.marker.evaluate()]

    assert {name for pin in applying for name in needed(pin)} - pinned == set()
    assert all([spec.operator for spec in pin.specifier] == ["=="] for pin in PINS)


def test_the_broker_has_what_its_driver_needs() -> None:
    """kombu needs `packaging` for Redis, and says so in an extra alone."""
    assert "packaging" in set(needed(Requirement("celery[redis]")))
