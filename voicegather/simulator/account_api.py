"""Requests about the account itself: which there are, and who answers each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicegather.simulator.account import APPLICATIONS, NUMBERS, Account
from voicegather.simulator.media import MEDIA, Library
from voicegather.simulator.recordings import RECORDINGS, TRANSCRIPTIONS, Archive
from voicegather.simulator.talks import CONVERSATIONS, Talks

#: What they are called in the log and for `respond_next`.
OF_LISTS = {
    ("GET", APPLICATIONS): "list_applications",
    ("POST", APPLICATIONS): "create_application",
    ("GET", NUMBERS): "list_numbers",
    ("GET", MEDIA): "list_media",
    ("POST", MEDIA): "upload_media",
    ("GET", RECORDINGS): "list_recordings",
    ("GET", TRANSCRIPTIONS): "list_transcriptions",
}
OF_RECORDS = {
    ("GET", APPLICATIONS): "read_application",
    ("PATCH", APPLICATIONS): "update_application",
    ("PATCH", NUMBERS): "update_number",
    ("GET", MEDIA): "read_media",
    ("PUT", MEDIA): "update_media",
    ("DELETE", MEDIA): "delete_media",
    ("GET", RECORDINGS): "read_recording",
    ("DELETE", RECORDINGS): "delete_recording",
    ("GET", TRANSCRIPTIONS): "read_transcription",
    ("DELETE", TRANSCRIPTIONS): "delete_transcription",
    ("GET", "/".join(CONVERSATIONS)): "read_conversation",
    ("DELETE", "/".join(CONVERSATIONS)): "delete_conversation",
}
ACCOUNT_ACTIONS = frozenset({*OF_LISTS.values(), *OF_RECORDS.values()})
#: Those that may come as a multipart form with a file.
MEDIA_ACTIONS = frozenset({"upload_media", "update_media"})
WRITING_ACTIONS = MEDIA_ACTIONS | {"create_application", "update_application", "update_number"}


def answer_of_account(
    action: str,
    *,
    account: Account,
    media: Library,
    recordings: Archive,
    talks: Talks,
    id_: str,
    query: str,
    params: dict[str, Any],
) -> dict[str, Any]:
    """The answer's body; raises `Refused`. `id_` is the last part of the address."""
    match action:
        case "list_applications":
            return account.list_applications(query)
        case "read_application":
            return account.application(id_)
        case "create_application":
            return account.create_application(params)
        case "update_application":
            return account.update_application(id_, params)
        case "list_numbers":
            return account.list_numbers(query)
        case "update_number":
            return account.update_number(id_, params)
        case "list_media":
            return media.list()
        case "read_media":
            return media.read(id_)
        case "upload_media":
            return media.upload(params)
        case "update_media":
            return media.update(id_, params)
        case "list_recordings":
            return recordings.list(query)
        case "read_recording":
            return recordings.read(id_)
        case "delete_recording":
            return recordings.delete(id_)
        case "list_transcriptions":
            return recordings.list_transcriptions(query)
        case "read_transcription":
            return recordings.read_transcription(id_)
        case "delete_transcription":
            return recordings.delete_transcription(id_)
        case "read_conversation":
            return talks.read(id_)
        case "delete_conversation":
            return talks.delete(id_)
        case _:
            return media.delete(id_)


def logged(params: Mapping[str, Any]) -> dict[str, Any]:
    """What the log keeps: of a file its size alone."""
    return {
        name: len(value) if isinstance(value, bytes) else value for name, value in params.items()
    }
