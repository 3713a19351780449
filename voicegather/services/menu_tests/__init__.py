"""Test calls that are kept as tests of their menu, run in this process in no time."""

from voicegather.services.menu_tests.errors import (
    MenuTestError,
    MenuTestsFailedError,
)
from voicegather.services.menu_tests.running import TestRun, require_passing_tests, run_tests
from voicegather.services.menu_tests.saving import (
    accept_test,
    delete_test,
    free_name,
    rename_test,
    save_test,
)

__all__ = [
    "MenuTestError",
    "MenuTestsFailedError",
    "TestRun",
    "accept_test",
    "delete_test",
    "free_name",
    "rename_test",
    "require_passing_tests",
    "run_tests",
    "save_test",
]
