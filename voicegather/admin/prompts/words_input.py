"""The text area for what is said: with its length, what can be named, and how it is heard."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from voicegather.selectors.prompt_words import Vocabulary
from voicegather.services.prompts import MOST_CHARACTERS


class WordsInput(AdminTextareaWidget):
    """Words of a prompt. Its script counts, inserts, previews and speaks as they are typed."""

    vocabulary: Vocabulary = Vocabulary((), is_used=False)
    #: The variant's own, as it was stored.
    language = ""
    is_ssml = False

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        text = "" if value is None else str(value)
        # As browsers count: a line's end is one character.
        text = text.replace("\r\n", "\n")
        id_ = (attrs or {}).get("id") or f"id_{name}"
        attrs = {**(attrs or {}), "rows": 5, "aria-describedby": f"{id_}-count", "dir": "auto"}
        context = {
            "area": super().render(name, text, attrs, renderer),
            "id": id_,
            "length": len(text),
            "most": MOST_CHARACTERS,
            "is_too_long": len(text) > MOST_CHARACTERS,
            "vocabulary": self.vocabulary,
            "unknown": self.vocabulary.unknown_in(text),
            "kept": self.vocabulary.kept_in(text),
            "beside": self.vocabulary.beside_in(text),
            "pieces": self.vocabulary.preview(text, ssml=self.is_ssml),
            "language": self.language,
        }
        return SafeString(render_to_string("admin/voicegather/includes/words_input.html", context))
