"""The API in sites of others: without what it takes, and with settings unlike ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: {apps} and {settings} are filled in; `missing` libraries are as if they were not installed.
SITE = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec
PathFinder.find_spec = lambda name, *place: (
    None if name.partition(".")[0] in {missing!r} else find(name, *place)
)
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="insecure-key-of-another-site",
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        *{apps!r}, "voicegather",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    ROOT_URLCONF="voicegather.urls",
    REST_FRAMEWORK={rest!r},
    USE_TZ=True,
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.test import Client
client = Client()
answers = [client.get("/api/menus/")]
client.force_login(User.objects.create_superuser("root"))
answers += [client.get("/api/menus/", query_params=query) for query in ({{}}, {{"limit": "x"}})]
answers.append(client.get("/health/live/"))
print(*[(a.status_code, a.headers["Content-Type"].partition(";")[0]) for a in answers])
"""
LIVE = "(200, 'text/plain')"
ABSENT = f"(404, 'text/html') (404, 'text/html') (404, 'text/html') {LIVE}"


def answers(apps: list[str], *missing: str, **rest: object) -> str:
    """What such a site answers to a stranger, a superuser, an odd limit, and of its health."""
    script = SITE.format(apps=apps, missing=missing, rest=rest)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("library", ["rest_framework", "django_filters", "drf_spectacular"])
def test_a_site_without_what_the_api_takes_has_none(library: str) -> None:
    apps = [] if library == "rest_framework" else ["rest_framework"]

    assert answers(apps, library) == ABSENT


def test_a_site_that_did_not_ask_for_it_has_none() -> None:
    assert answers([]) == ABSENT


def test_a_site_needs_to_name_rest_framework_alone() -> None:
    assert answers(["rest_framework"]) == (
        "(403, 'application/problem+json') (200, 'application/json') "
        f"(400, 'application/problem+json') {LIVE}"
    )


def test_settings_of_the_site_for_its_own_api_do_not_change_ours() -> None:
    own = answers(
        ["rest_framework"],
        DEFAULT_PERMISSION_CLASSES=["rest_framework.permissions.AllowAny"],
        DEFAULT_AUTHENTICATION_CLASSES=[],
        DEFAULT_RENDERER_CLASSES=["rest_framework.renderers.TemplateHTMLRenderer"],
        DEFAULT_PARSER_CLASSES=[],
        DEFAULT_THROTTLE_RATES={"user": "0/day"},
        DEFAULT_THROTTLE_CLASSES=["rest_framework.throttling.UserRateThrottle"],
        DEFAULT_VERSIONING_CLASS="rest_framework.versioning.AcceptHeaderVersioning",
        DEFAULT_PAGINATION_CLASS=None,
        EXCEPTION_HANDLER="nowhere.handler",
        UNAUTHENTICATED_USER=None,
        DATETIME_FORMAT="%d.%m.%Y",
        NON_FIELD_ERRORS_KEY="errors",
    )

    assert own == (
        "(403, 'application/problem+json') (200, 'application/json') "
        f"(400, 'application/problem+json') {LIVE}"
    )
