"""The languages of the site's menus and prompts."""

from __future__ import annotations

from voicegather.models import Menu, PromptVariant
from voicegather.services.menus.draft import is_list_of_text


def languages_used() -> tuple[str, ...]:
    """The languages that menus speak or prompts are in, those of most menus first; two queries."""
    counted: dict[str, int] = {}
    for spoken in Menu.objects.values_list("languages", flat=True):
        for language in spoken if is_list_of_text(spoken) else ():
            counted[language] = counted.get(language, 0) + 1
    written = PromptVariant.objects.order_by().values_list("language", flat=True).distinct()
    for language in written:
        counted.setdefault(language, 0)
    counted.pop("", None)
    return tuple(sorted(counted, key=lambda each: (-counted[each], each)))
