"""A menu file as it is chosen or pasted, and its problems beside its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.services.menus.errors import Problem
from voicegather.services.menus.files.yamltree import MOST_BYTES

MOST_MEBIBYTES = MOST_BYTES // 1024**2
#: Characters of a line that are shown beside its problem.
LONGEST_LINE = 160
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class LoadForm(forms.Form):
    """A file or its text. The text stays in the form, whatever is wrong with it."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("A menu file in YAML, as “Download as YAML” and voicegather_dump make it."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,application/yaml,text/yaml"}),
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 22,
                "cols": 90,
                "wrap": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
                # What is longer, browsers do not send: the site would refuse the whole page.
                "maxlength": MOST_BYTES,
                "class": "ml-text",
            }
        ),
        help_text=_("Or paste it here. A file that you choose takes the place of this text."),
    )

    def clean_file(self) -> str | None:
        """The text of the file, None where none was chosen."""
        found: UploadedFile[Any] | None = self.cleaned_data["file"]
        return None if found is None else _text_of(found)

    def clean_text(self) -> str:
        """The text with the line ends that files have; browsers send others."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").removeprefix("\ufeff")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("file")
        if text is not None:
            cleaned["text"] = text
        if not self.errors and not cleaned["text"].strip():
            raise forms.ValidationError(gettext("Choose a menu file, or paste its text."))
        return cleaned

    def shown(self) -> LoadForm:
        """A form that holds the text that came, from the file as well."""
        return LoadForm(initial={"text": self.cleaned_data["text"]})


@dataclass(frozen=True)
class LocatedProblem:
    """A problem of the file with the line that it is about."""

    problem: Problem
    text: str


def located_problems(problems: Iterable[Problem], text: str) -> list[LocatedProblem]:
    """Each problem with its line, as far as the text has one."""
    lines = text.split("\n")
    return [
        LocatedProblem(each, lines[each.line - 1][:LONGEST_LINE] if each.line <= len(lines) else "")
        for each in problems
    ]


def _text_of(found: UploadedFile[Any]) -> str:
    size = found.size or 0
    if size > MOST_BYTES:
        message = gettext("The file has %(size)s MiB; a menu file has at most %(most)s MiB.")
        shown = {"size": f"{size / 1024**2:.1f}", "most": MOST_MEBIBYTES}
        raise forms.ValidationError(message % shown)
    data: bytes = found.read()
    if data.startswith(_UTF_16):
        raise forms.ValidationError(
            gettext("The file is UTF-16 text: save it as UTF-8, and choose it again.")
        )
    if b"\0" in data:
        raise forms.ValidationError(
            gettext("This is no text file: choose a menu file in YAML, saved as UTF-8.")
        )
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        message = gettext("The file is not UTF-8 text (line %s): save it as UTF-8.")
        raise forms.ValidationError(message % line) from problem
