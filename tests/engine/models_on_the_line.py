"""Models of a drawn network: what AI gathers, assistants and validators send, in any shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from voicegather.engine.commands import Command, GatherByAi, RunValidators, StartAssistant
from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    CommandAccepted,
    ConversationEnded,
    ConversationFailed,
    ConversationStarted,
    EntriesJudged,
    Event,
    HandlerFailed,
    HistoryTold,
    Message,
    PartialResults,
    Verdict,
)
from voicegather.engine.secret import Secret

Draw = Callable[[st.SearchStrategy[Any]], Any]
Clock = Callable[[], int]

ANSWERS = st.sampled_from(
    [29, 29, 2.5, -0.0, True, None, "", "Ada", "2026-12-24", "gold", "x" * 1_001]
)
RAW = st.sampled_from(
    ["", "{", "[]", "NaN", '{"age": NaN}', '{"age": 1e999}', '{"name": "\\ud800"}']
)
NAMES = ("age", "name", "plan", "since", "sure", "other")
TURNS = st.lists(
    st.builds(
        Message,
        st.sampled_from(["user", "assistant", "tool", ""]),
        st.sampled_from([Secret(""), Secret("Hello.")]),
    ),
    max_size=2,
).map(tuple)
IDS = st.sampled_from(["c-1", "c-2", "c-3", ""])


def answers(draw: Draw) -> str:
    """The text of a result: mostly an object of answers, right and wrong."""
    if draw(st.sampled_from([True] * 5 + [False])):
        return json.dumps({name: draw(ANSWERS) for name in draw(st.sets(st.sampled_from(NAMES)))})
    text: str = draw(RAW)
    return text


def any_news(draw: Draw, now: int, seq: int | None) -> Event:
    """News of some conversation, perhaps none of this call's."""
    kinds: list[Callable[[], Event]] = [
        lambda: ConversationStarted(now, draw(IDS), seq),
        lambda: ConversationFailed(now, "service_error", seq),
        lambda: ConversationEnded(now, draw(IDS), messages=draw(TURNS), seq=seq),
        lambda: HistoryTold(now, draw(TURNS), seq, draw(IDS)),
        lambda: PartialResults(now, Secret(answers(draw)), seq),
        lambda: AiGatherEnded(now, draw(st.sampled_from(list(AiGatherStatus))), None, seq),
        lambda: EntriesJudged(now, seq or 0, {}),
        lambda: HandlerFailed(now, seq or 0, "raised"),
        lambda: CommandAccepted(now, seq or 0, draw(IDS)),
    ]
    made: Event = draw(st.sampled_from(kinds))()
    return made


def reactions(
    draw: Draw, clock: Clock, seq: int, token: int | None, command: Command
) -> list[Event]:
    """What comes of a command to a model, in the order in which it happens."""
    name = f"c-{seq}"
    match command:
        case GatherByAi():
            status = draw(st.sampled_from([AiGatherStatus.VALID, *AiGatherStatus]))
            text = draw(st.sampled_from([True, True, False])) and answers(draw)
            return [
                ConversationStarted(clock(), name, token),
                HistoryTold(clock(), draw(TURNS), token),
                PartialResults(clock(), Secret(answers(draw)), token),
                AiGatherEnded(clock(), status, Secret(text) if text else None, token),
                ConversationEnded(clock(), name, messages=draw(TURNS), seq=token),
            ]
        case StartAssistant():
            if draw(st.sampled_from([False, False, True])):
                return [ConversationFailed(clock(), "service_error", token)]
            return [
                ConversationStarted(clock(), name, token),
                HistoryTold(clock(), draw(TURNS), token, name),
                ConversationEnded(clock(), name, seq=token),
            ]
        case RunValidators():
            verdict = st.builds(Verdict, st.booleans(), st.sampled_from([Secret("A"), Secret("")]))
            if draw(st.sampled_from([False, False, True])):
                return [HandlerFailed(clock(), seq, "raised")]
            return [
                EntriesJudged(clock(), seq, {each.field: draw(verdict) for each in command.entries})
            ]
    return []
