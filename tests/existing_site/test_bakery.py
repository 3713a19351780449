"""The wheel inside a site with its own users, keys, transactions, prefix and log-in middleware."""

from __future__ import annotations

import pytest

from tests.existing_site.conftest import Site


def test_the_site_uses_the_wheel_and_not_this_checkout(site: Site) -> None:
    shown = site.python("-c", "import voicegather; print(voicegather.__file__)")

    assert shown.stdout.strip() == str(site.installed / "voicegather" / "__init__.py")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["check"], "System check identified no issues (0 silenced)."),
        (["makemigrations", "--check", "--dry-run"], "No changes detected"),
        (["migrate", "--no-color"], "Applying voicegather.0001_initial... OK"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_the_sites_commands_accept_the_app(site: Site, command: list[str], says: str) -> None:
    finished = site.python("manage.py", *command)

    assert (finished.returncode, says in finished.stdout) == (0, True), finished.stdout


def test_neither_the_site_nor_its_urls_load_the_sdk(site: Site) -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'bakery.settings';"
        "import django; django.setup();"
        "import bakery.urls, voicegather.tasks;"
        "print('telnyx' in sys.modules)"
    )

    assert site.python("-c", code).stdout.strip() == "False"


def test_the_first_call_of_a_suite_does_not_wait_for_the_sdk(site: Site) -> None:
    first = "tests/test_phone_line.py::test_the_first_caller_does_not_wait_for_the_sdk"
    finished = site.python("-m", "pytest", "-q", first)

    assert finished.returncode == 0, finished.stdout


def test_the_sites_own_suite_passes_with_calls_over_the_phone_line(site: Site) -> None:
    finished = site.python("-m", "pytest", "-q")

    assert finished.returncode == 0, finished.stdout
