"""A message: words that the caller hears before the menu goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.config import Role, setting
from voicegather.engine.edges import Action
from voicegather.engine.events import Event, PromptEnded, PromptFate
from voicegather.engine.graph import StepNode, Words, WordsKind
from voicegather.engine.kinds import StepKind
from voicegather.engine.steps.playing import Playing, begin_prompt, is_end_of, stop_prompt
from voicegather.engine.turn import Turn, root_tag
from voicegather.engine.wording import marked as _

#: The longest text of one speak or gather command (Telnyx docs: payload).
MOST_CHARACTERS = 3_000


@dataclass(frozen=True)
class MessageSettings:
    prompt: str = setting(label=_("Prompt"), help=_("What the caller hears."), role=Role.PROMPT)
    uninterrupted: bool = setting(
        label=_("Play to the end"),
        help=_(
            "Callers cannot skip this message by pressing a key, as a legal notice needs it. "
            "Otherwise it is spoken in one breath with the question that follows."
        ),
        default=False,
    )


class Message(StepKind):
    name = "message"
    label = _("Message")
    Settings = MessageSettings
    Progress = Playing

    def required_exits(self, settings: MessageSettings) -> tuple[str, ...]:
        return ("done", "failure")

    def enter(self, turn: Turn, step: StepNode) -> None:
        prompt = step.settings.prompt
        if self._joins_next(turn, step):
            turn.prelude = (*turn.prelude, prompt)
            turn.leave("done")
            return
        playing = begin_prompt(turn, prompt)
        if playing is None:
            turn.leave("done")
        else:
            turn.change(progress=playing)

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        if is_end_of(turn.state.progress, event):
            failed = isinstance(event, PromptEnded) and event.fate is PromptFate.FAILED
            turn.leave("failure" if failed else "done")

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        stop_prompt(turn, turn.state.progress)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        turn.leave("done")

    def _joins_next(self, turn: Turn, step: StepNode) -> bool:
        """Whether the next step's words can carry this message in the same command."""
        edge = step.exit_edge("done")
        if step.settings.uninterrupted or edge is None or edge.action is not Action.GOTO:
            return False
        if edge.language and edge.language != turn.state.language:
            return False
        following = turn.graph.steps.get(edge.target)
        if following is None or following.kind not in ("gather", "message"):
            return False
        mine = turn.words(step.settings.prompt)
        theirs = turn.words(following.settings.prompt)
        if mine is None or theirs is None or _manner(mine) != _manner(theirs):
            return False
        together = sum(
            len(turn.rendered(words)) + 1
            for prompt in (*turn.prelude, step.settings.prompt, following.settings.prompt)
            if (words := turn.words(prompt))
        )
        return mine.kind in (WordsKind.TEXT, WordsKind.SSML) and together <= MOST_CHARACTERS


def _manner(words: Words) -> Words:
    """How the words are said: everything but their text, and of SSML its opening tag."""
    return replace(words, text=root_tag(words.text) if words.kind is WordsKind.SSML else "")
