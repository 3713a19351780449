"""A voice with any settings passes through its form's fields and comes out as it went in."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from voicegather.admin.prompts.voice_fields import JSON, SETTING_NAMES, StoredVoice, setting_fields
from voicegather.services.voices import PROVIDERS, Shape, mismatch, settings_problems

FIELDS = setting_fields()
VOICES = st.sampled_from([each.form for each in PROVIDERS] + ["", "Nobody.Knows"])
PLAIN = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text(max_size=5)
VALUES = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=3), PLAIN)


@st.composite
def settings_of_voices(draw: Any) -> tuple[str, dict[str, Any]]:
    """A voice with settings: of some provider, with values that often fit, and unknown ones."""
    voice = draw(VOICES)
    owner = draw(st.sampled_from(PROVIDERS))
    settings = {}
    for each in owner.settings:
        if draw(st.booleans()):
            fitting = st.sampled_from(each.choices) if each.shape is Shape.CHOICE else VALUES
            settings[each.name] = draw(fitting | VALUES)
    settings |= draw(st.dictionaries(st.text(min_size=1, max_size=4), VALUES, max_size=2))
    if settings or draw(st.booleans()):
        settings["type"] = draw(st.sampled_from([owner.type or "x", "aws", "later"]))
    return voice, settings


def posted(stored: StoredVoice) -> dict[str, Any]:
    """What the form makes of what its page would send unchanged."""
    initial = stored.initial()
    values: dict[str, Any] = {JSON: json.loads(json.dumps(initial[JSON]))}
    for name in SETTING_NAMES:
        shown = initial.get(name)
        values[name] = FIELDS[name].clean("" if shown is None else str(shown))
    return values


@given(settings_of_voices())
def test_what_was_stored_is_stored_again(case: tuple[str, dict[str, Any]]) -> None:
    voice, settings = case
    stored = StoredVoice(voice, settings)
    cannot_stand = list(settings_problems(settings)) or mismatch(voice, settings)

    try:
        written = stored.written(posted(stored), stored.provider)
    except ValidationError:
        assert cannot_stand
    else:
        assert not cannot_stand
        assert written == settings
