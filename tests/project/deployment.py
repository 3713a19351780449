"""The deployment under test: what its containers would run, in an environment of the test's own."""

from __future__ import annotations

import base64
import secrets

#: A production site's variables, with secrets of this session.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "project.settings.production",
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
    "DJANGO_ALLOWED_HOSTS": "ivr.example.com",
    "DJANGO_PROXY_SSL_HEADER": "X-Forwarded-Proto",
    "DATABASE_URL": f"postgres://ivr:{secrets.token_urlsafe(12)}@127.0.0.1:5432/ivr",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "TELNYX_API_KEY": f"KEY_fake_{secrets.token_hex(8)}",
    "TELNYX_PUBLIC_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    "VOICEGATHER_ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
}
