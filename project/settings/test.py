"""The suite's settings: SQLite in a file, unless a test database is named."""

from __future__ import annotations

import os
import tempfile

from project.settings.base import *
from project.settings.environment import database_from_url

SECRET_KEY = "insecure-key-for-tests-only"
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {
    "default": database_from_url(
        os.environ.get("VOICEGATHER_TEST_DATABASE_URL", "")
        or f"sqlite:///{tempfile.gettempdir()}/voicegather-test-{os.getpid()}.sqlite3"
    )
}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Threads of the local pool share the database: it must be a file.
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
CELERY_BROKER_URL = os.environ.get("VOICEGATHER_TEST_BROKER_URL", "")
# There is no collected folder of static files here.
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A background job of the suite's own.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.errands"]
VOICEGATHER = {"DISPATCH": "local"}
