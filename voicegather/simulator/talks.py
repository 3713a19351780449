"""Conversations with models that the account keeps after they ended, until they are deleted."""

from __future__ import annotations

from typing import Any

from voicegather.simulator import errors

#: Its two parts stand one after the other in addresses.
CONVERSATIONS = ("ai", "conversations")

Record = dict[str, Any]


class Talks:
    """Their ids, and since when. Call every method with the exchange's lock held."""

    def __init__(self) -> None:
        self._kept: dict[str, Record] = {}

    def keep(self, conversation_id: str, created_at: str) -> None:
        """Have the account keep a conversation."""
        self._kept[conversation_id] = {
            "id": conversation_id,
            "created_at": created_at,
            "metadata": {"telnyx_conversation_channel": "phone_call"},
        }

    def ids(self) -> list[str]:
        """Of all conversations that were not deleted."""
        return [*self._kept]

    def read(self, conversation_id: str) -> Record:
        """One conversation (Telnyx docs: get a specific conversation)."""
        return {"data": dict(self._known(conversation_id))}

    def delete(self, conversation_id: str) -> Record:
        """Forget it; the answer says nothing (Telnyx docs: delete a conversation)."""
        del self._kept[self._known(conversation_id)["id"]]
        return {}

    def _known(self, conversation_id: str) -> Record:
        if conversation_id not in self._kept:
            raise errors.not_found(f"/v2/{'/'.join(CONVERSATIONS)}/{conversation_id}")
        return self._kept[conversation_id]
