"""The site as it is measured, with the demo site's addresses: the admin's pages are among them."""

from __future__ import annotations

from benchmarks.settings import *

ROOT_URLCONF = "project.urls"
# Nothing is collected: names of files without digests do.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
