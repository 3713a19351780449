from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import services_under_test as services
from tests.run import REQUIRE_VARIABLE


@pytest.fixture(scope="session")
def gettext_tools() -> None:
    """Skips what needs them where they are not; fails where services are required."""
    tools = services.gettext()
    if tools.trouble:
        complaint = f"{tools.name}: {tools.trouble}"
        if os.environ.get(REQUIRE_VARIABLE) == "1":
            pytest.fail(complaint)
        pytest.skip(complaint)


@pytest.fixture(autouse=True)
def collected_static_files(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    """WhiteNoise warns of a folder for static files that is not there."""
    settings.STATIC_ROOT = tmp_path  # type: ignore[attr-defined]
