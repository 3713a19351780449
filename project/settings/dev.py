"""The site on a developer's machine: nothing to configure."""

from __future__ import annotations

import os

from project.settings.base import *

DEBUG = os.environ.get("DJANGO_DEBUG", "1") == "1"
SECRET_KEY = SECRET_KEY or "insecure-key-for-development-only"
