"""The production site as it is measured, with Django's default middleware and nothing of ours."""

from __future__ import annotations

from project.settings.production import *

DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
MIDDLEWARE = (
    ["voicegather.middleware.WebhookMiddleware", *DEFAULT_MIDDLEWARE]
    if os.environ.get("BENCHMARK_WEBHOOK_FIRST") == "1"
    else DEFAULT_MIDDLEWARE
)
ROOT_URLCONF = "benchmarks.urls"
# The generator of load speaks plain HTTP.
SECURE_SSL_REDIRECT = False
