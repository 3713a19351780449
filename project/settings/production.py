"""The site in earnest, behind a proxy that ends TLS; see docs/deploy.md.

All that differs from one deployment to the next is in the variables that .env.example explains.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from project.logs import json_logging
from project.settings.base import *
from project.settings.environment import (
    header,
    is_on,
    listed,
    pooled,
    require,
    through_pgbouncer,
    whole_number,
)

require(
    {
        "DJANGO_SECRET_KEY": "signs sessions: at least 50 random characters",
        "DJANGO_ALLOWED_HOSTS": "the names that the site is reached under: ivr.example.com",
        "DATABASE_URL": "postgres://user:password@host:5432/name",
        "CELERY_BROKER_URL": "redis://host:6379/0",
        "TELNYX_API_KEY": "sends commands: Telnyx portal, API Keys",
        "TELNYX_PUBLIC_KEY": "checks webhooks: Telnyx portal, Keys & Credentials, Public Key",
        "VOICEGATHER_ENCRYPTION_KEYS": "seal what callers enter: base64 of 32 random bytes",
    }
)

#: Threads that process calls in a web process while the broker is away; as many run handlers.
LOCAL_THREADS = 4
PUBLIC_URLS = [f"https://{host}" for host in ALLOWED_HOSTS if host[0] not in ".*"]
VOICEGATHER = {
    "DISPATCH": "celery",
    "LOCAL_THREADS": LOCAL_THREADS,
    "PUBLIC_URL": os.environ.get("VOICEGATHER_PUBLIC_URL") or next(iter(PUBLIC_URLS), ""),
    "AUDIO_DELIVERY": os.environ.get("VOICEGATHER_AUDIO_DELIVERY") or "url",
    "DEFAULT_REGION": os.environ.get("VOICEGATHER_DEFAULT_REGION", ""),
    "ALLOWED_DESTINATIONS": listed(os.environ.get("VOICEGATHER_ALLOWED_DESTINATIONS", "")),
    "ALERT_EMAILS": listed(os.environ.get("VOICEGATHER_ALERT_EMAILS", "")),
    "ALERT_WEBHOOKS": listed(os.environ.get("VOICEGATHER_ALERT_WEBHOOKS", "")),
    "ALERT_WEBHOOK_SECRET": os.environ.get("VOICEGATHER_ALERT_WEBHOOK_SECRET", ""),
    "METRICS_TOKEN": os.environ.get("VOICEGATHER_METRICS_TOKEN", ""),
}

EMAIL_HOST = os.environ.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = whole_number("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = is_on("EMAIL_USE_TLS", "1")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or f"voicegather@{ALLOWED_HOSTS[0]}"

#: Threads of one process that may want a connection.
THREADS = 2 * LOCAL_THREADS + max(
    whole_number("WEB_THREADS", 8, least=1), whole_number("CALLS_THREADS", 12, least=1)
)
#: 0 for processes without threads.
POOL_SIZE = whole_number("DATABASE_POOL_SIZE", THREADS)
KEPT_SECONDS = 60 if POOL_SIZE >= THREADS else 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    if is_on("DATABASE_BEHIND_PGBOUNCER", "0"):
        DATABASES["default"] = through_pgbouncer(DATABASES["default"])
    elif POOL_SIZE:
        DATABASES["default"] = pooled(DATABASES["default"], POOL_SIZE, kept_seconds=KEPT_SECONDS)

SECURE_SSL_REDIRECT = is_on("DJANGO_SSL_REDIRECT", "1")
# Probes come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^voicegather/health/"]
if proxy_header := header("DJANGO_PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = (proxy_header, "https")
SECURE_HSTS_SECONDS = whole_number("DJANGO_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading is a promise for a whole domain, which is its owner's to give.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = listed(os.environ.get("DJANGO_CSRF_TRUSTED_ORIGINS", ""))

STATIC_ROOT = Path(os.environ.get("DJANGO_STATIC_ROOT") or STATIC_ROOT)
MEDIA_ROOT = Path(os.environ.get("DJANGO_MEDIA_ROOT") or MEDIA_ROOT)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

MIDDLEWARE = [
    "project.request_ids.RequestIdMiddleware",
    # SecurityMiddleware insists on TLS also for webhooks, which tell what callers enter.
    *MIDDLEWARE[:1],
    "voicegather.middleware.WebhookMiddleware",
    *MIDDLEWARE[1:],
]
LOGGING = json_logging()
logging.captureWarnings(True)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
