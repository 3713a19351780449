"""Objects inside commands, held against the types of the installed Telnyx SDK."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from telnyx.types.ai.assistant_param import AssistantParam
from telnyx.types.call_assistant_request_param import CallAssistantRequestParam
from telnyx.types.call_dial_params import AnsweringMachineDetectionConfig
from telnyx.types.calls.ai_assistant_join_participant_param import AIAssistantJoinParticipantParam
from telnyx.types.calls.google_transcription_language import GoogleTranscriptionLanguage
from telnyx.types.calls.transcription_config_param import TranscriptionConfigParam

from voicegather.simulator import ai_tables, ringing_tables
from voicegather.simulator.parameters import Kind
from voicegather.simulator.validation import Table

SHAPES: list[tuple[Table, Any]] = [
    (ai_tables.GATHERS_ASSISTANT, AssistantParam),
    (ai_tables.STARTED_ASSISTANT, CallAssistantRequestParam),
    (ai_tables.PARTICIPANT, AIAssistantJoinParticipantParam),
    (ringing_tables.DETECTION, AnsweringMachineDetectionConfig),
]


@pytest.mark.parametrize(("table", "shape"), SHAPES)
def test_an_object_has_exactly_the_members_that_the_sdk_knows(table: Table, shape: Any) -> None:
    assert set(table) == set(shape.__annotations__)


@pytest.mark.parametrize(("table", "shape"), SHAPES)
def test_an_object_requires_what_the_sdk_requires(table: Table, shape: Any) -> None:
    required = {name for name, hint in shape.__annotations__.items() if "Required" in str(hint)}
    assert {name for name, parameter in table.items() if parameter.required} == required


def test_whole_numbers_are_whole_numbers_in_the_sdk_too() -> None:
    hints = get_type_hints(AnsweringMachineDetectionConfig)
    whole = {name for name, hint in hints.items() if hint is int}
    ours = {name for name, one in ringing_tables.DETECTION.items() if one.kind is Kind.INTEGER}
    assert ours == whole


def test_speech_is_understood_in_the_languages_and_by_the_models_of_the_sdk() -> None:
    assert set(ai_tables.SPEECH_LANGUAGES) == set(get_args(GoogleTranscriptionLanguage))
    models = get_type_hints(TranscriptionConfigParam)["model"]
    assert set(ai_tables.TRANSCRIPTION_MODELS) == set(get_args(models))
