"""Media storage of an account: files that calls play by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import IO, Any

from voicegather.provider.client import Account, RefusedError, ask

#: Below the lease of the job that uploads: twenty megabytes take less on any line worth having.
UPLOAD_SECONDS = 50.0


def keep_media(
    account: Account, name: str, content: IO[bytes], *, content_type: str, ttl_seconds: int
) -> datetime:
    """Have the account's storage hold `content` under `name` for so long from now; until when.

    What is there under the name already is kept there longer: names are made of content. Raises
    RefusedError. Telnyx docs: upload media, update stored media.
    """
    try:
        answer = ask(
            account, lambda client: client.media.update(name, ttl_secs=ttl_seconds, timeout=10)
        )
    except RefusedError as refused:
        if refused.http_status != 404:
            raise
        content.seek(0)
        form = {"media_name": name, "ttl_secs": ttl_seconds}
        answer = ask(account, lambda client: _upload(client, form, content, content_type))
    return _until(answer, ttl_seconds)


def _upload(client: Any, form: dict[str, Any], content: IO[bytes], content_type: str) -> Any:
    """The file itself: the SDK's own method takes nothing but an address that Telnyx can reach."""
    from telnyx.types import MediaUploadResponse

    return client.post(
        "/media",
        cast_to=MediaUploadResponse,
        body=form,
        files=[("media", (form["media_name"], content, content_type))],
        options={
            "headers": {"Content-Type": "multipart/form-data"},
            "timeout": UPLOAD_SECONDS,
        },
    )


def _until(answer: object, ttl_seconds: int) -> datetime:
    told = getattr(getattr(answer, "data", None), "expires_at", None)
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return datetime.now(UTC) + timedelta(seconds=ttl_seconds)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
