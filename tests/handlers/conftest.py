from __future__ import annotations

from collections.abc import Iterator

import pytest

from voicegather import handlers


@pytest.fixture(autouse=True)
def restored_registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with handlers.restored():
        yield
