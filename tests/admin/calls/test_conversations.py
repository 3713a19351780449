"""Transcripts: words as words, masked where they are sensitive; who reads them is on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_call, make_conversation, make_turn, make_visit
from voicegather.models import Conversation, Disclosure

AsStaff = Callable[..., Client]
SAID = "My number is 4711"


@pytest.fixture
def conversation(db: None) -> Conversation:
    return make_conversation(make_visit(make_call(), "talk"))


def page_of(client: Client, conversation: Conversation) -> str:
    url = reverse("admin:voicegather_conversation_change", args=[conversation.pk])
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_conversation_shows_who_said_what(conversation: Conversation, as_staff: AsStaff) -> None:
    make_turn(conversation, "How can I help?", "assistant")
    make_turn(conversation, SAID)

    page = page_of(as_staff("view_conversation"), conversation)

    assert page.index("How can I help?") < page.index(SAID)
    assert Disclosure.objects.get().kind == "transcript"


def test_words_that_look_like_html_are_words(conversation: Conversation, as_staff: AsStaff) -> None:
    make_turn(conversation, "<script>alert(1)</script>", "<b>user</b>")

    page = page_of(as_staff("view_conversation"), conversation)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<b>user" not in page


@pytest.mark.parametrize("sensitivity", ["masked", "secret"])
def test_sensitive_words_are_masked(
    sensitivity: str, conversation: Conversation, as_staff: AsStaff
) -> None:
    Conversation.objects.update(sensitivity=sensitivity)
    make_turn(conversation, SAID)

    page = page_of(as_staff("view_conversation"), conversation)

    assert "4711" not in page
    assert "•••" in page
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("sensitivity", ["masked", "secret"])
def test_sensitive_words_are_revealed_for_a_reason_which_is_on_record(
    sensitivity: str, conversation: Conversation, as_staff: AsStaff
) -> None:
    Conversation.objects.update(sensitivity=sensitivity)
    make_turn(conversation, SAID)
    client = as_staff("view_conversation", "reveal_sensitive")

    masked = page_of(client, conversation)
    url = reverse("admin:voicegather_conversation_reveal", args=[conversation.pk])
    revealed = client.post(url, {"reason": "Ticket 1234"}).content.decode()

    record = Disclosure.objects.get()
    assert (SAID in masked, SAID in revealed) == (False, True)
    assert (record.kind, record.object_id) == ("transcript", conversation.pk)
    assert record.reason == "Ticket 1234"


def test_words_whose_key_is_gone_say_so(conversation: Conversation, as_staff: AsStaff) -> None:
    turn = make_turn(conversation, SAID)
    turn.sealed_content = b"\x01gone" + bytes(40)
    turn.save()

    page = page_of(as_staff("view_conversation"), conversation)

    assert "No configured key opens this value" in page
