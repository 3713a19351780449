from __future__ import annotations

import pytest

from tests.checks.conftest import Site, ids


@pytest.mark.parametrize(("seconds", "found"), [(45, []), (46, ["E003"])])
def test_patience_stays_below_what_telnyx_remembers(
    site: Site, seconds: int, found: list[str]
) -> None:
    assert ids(site.check(COMMAND_PATIENCE_SECONDS=seconds)) == found


@pytest.mark.parametrize(("time_out", "found"), [(5, []), (5.1, ["E009"])])
def test_the_last_repeat_reaches_telnyx_in_time(
    site: Site, time_out: float, found: list[str]
) -> None:
    changes = {"COMMAND_PATIENCE_SECONDS": 45, "SEND_LEASE_SECONDS": 30}
    assert ids(site.check(**changes, COMMAND_TIMEOUT_SECONDS=time_out)) == found


def test_how_late_the_last_repeat_comes_is_said(site: Site) -> None:
    (found,) = site.check(COMMAND_TIMEOUT_SECONDS=10, SEND_LEASE_SECONDS=60)
    assert found.msg == "The last repeat of a command may reach Telnyx 60 seconds after the first."


@pytest.mark.parametrize(("lease", "found"), [(6.1, []), (6, ["E008"]), (2, ["E008"])])
def test_the_lease_outlasts_a_try(site: Site, lease: float, found: list[str]) -> None:
    assert ids(site.check(COMMAND_TIMEOUT_SECONDS=2, SEND_LEASE_SECONDS=lease)) == found
