from __future__ import annotations

from typing import Any

import pytest

from voicegather.services.voices import (
    PROVIDERS,
    mismatch,
    provider_of,
    settings_problems,
    suggested_voices,
    voice_problem,
)


@pytest.mark.parametrize(
    ("voice", "name"),
    [
        ("AWS.Polly.Joanna-Neural", "AWS"),
        ("Polly.Joanna", "AWS"),
        ("azure.en-US-AvaNeural", "Azure"),
        ("xAI.eve", "xAI"),
        ("Telnyx.NaturalHD.astra", "Telnyx"),
    ],
)
def test_a_voice_belongs_to_its_provider(voice: str, name: str) -> None:
    owner = provider_of(voice)

    assert owner is not None
    assert owner.name == name


@pytest.mark.parametrize("voice", ["", "x", "Nobody.Else", "AWSPolly.Joanna"])
def test_other_voices_belong_to_nobody_known(voice: str) -> None:
    assert provider_of(voice) is None


@pytest.mark.parametrize("voice", ["x", "AWS Polly", "AWS.", "<b>.x y", "🎙.eve"])
def test_a_voice_that_telnyx_would_not_take_is_named(voice: str) -> None:
    assert voice_problem(voice) == (
        f"“{voice}” is no voice: write Provider.Model.Voice, such as AWS.Polly.Joanna-Neural."
    )


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({}, []),
        ({"type": "aws"}, []),
        ({"type": "telnyx", "voice_speed": 1.2}, []),
        ({"type": "telnyx", "voice_speed": None}, []),
        ({"type": "telnyx", "voice_speed": 1, "warmth": 3}, []),
        ({"type": "tomorrow", "warmth": 3}, []),
        ({"type": "telnyx", "voice_speed": True}, [("voice_speed", "Write a number.")]),
        ({"type": "telnyx", "voice_speed": "fast"}, [("voice_speed", "Write a number.")]),
        ({"type": "telnyx", "voice_speed": 9}, [("voice_speed", "Choose between 0.1 and 2.0.")]),
        ({"type": "minimax", "pitch": 1.5}, [("pitch", "Write a whole number.")]),
        ({"type": "minimax", "vol": float("inf")}, [("vol", "Write a number.")]),
        ({"type": "soniox", "reduce_silence": 1}, [("reduce_silence", "Write true or false.")]),
        ({"type": "azure", "region": 1}, [("region", "Write a text.")]),
        ({"type": "azure", "gender": "any"}, [("gender", "Choose one of Male, Female.")]),
        ({"speed": 1}, [("", 'Name the provider: {"type": "elevenlabs", …}.')]),
        ({"type": 3}, [("", 'Name the provider: {"type": "elevenlabs", …}.')]),
        ([1], [("", 'Write a JSON object: {"name": "value"}.')]),
        ("x", [("", 'Write a JSON object: {"name": "value"}.')]),
    ],
)
def test_settings_are_those_that_telnyx_documents(
    settings: Any, problems: list[tuple[str, str]]
) -> None:
    assert list(settings_problems(settings)) == problems


def test_settings_of_another_provider_are_noticed() -> None:
    assert mismatch("AWS.Polly.Joanna", {"type": "azure"}) == (
        "These settings are of the type “azure”, but the voice is one of Amazon Polly."
    )
    assert mismatch("AWS.Polly.Joanna", {"type": "aws"}) == ""
    assert mismatch("Nobody.Else", {"type": "azure"}) == ""


def test_every_suggestion_is_a_voice_of_a_known_provider() -> None:
    for each in suggested_voices():
        assert voice_problem(each.voice) == ""
        assert provider_of(each.voice) in PROVIDERS


def test_voices_of_the_language_are_suggested_first() -> None:
    languages = [each.language for each in suggested_voices("es-MX")]

    assert languages[:2] == ["es-MX", "es-MX"]
    assert set(languages[3:9]) == {"es-US", "es-ES"}
