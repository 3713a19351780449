"""What Telnyx keeps of calls besides recordings, deleted there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voicegather.provider.client import Account, RefusedError, ask

ANSWER_SECONDS = 10.0


def delete_conversation(account: Account, conversation_id: str) -> None:
    """Have Telnyx delete an AI conversation with its messages. Raises RefusedError.

    Telnyx docs: delete a conversation. What is gone already (404) is deleted.
    """
    _delete(account, lambda c: c.ai.conversations.delete(conversation_id, timeout=ANSWER_SECONDS))


def delete_transcription(account: Account, transcription_id: str) -> None:
    """Have Telnyx delete the transcription of a recording. Raises RefusedError.

    Telnyx docs: delete a recording transcription. What is gone already (404) is deleted.
    """
    _delete(
        account,
        lambda c: c.recording_transcriptions.delete(transcription_id, timeout=ANSWER_SECONDS),
    )


def _delete(account: Account, question: Callable[[Any], Any]) -> None:
    try:
        ask(account, question)
    except RefusedError as refused:
        if refused.http_status != 404:
            raise
