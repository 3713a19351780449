"""The languages of the site's menus and prompts."""

from __future__ import annotations

from voicegather.models import Menu, PromptVariant
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.menus.draft import is_list_of_text


def languages_used(reader: AnyUser) -> tuple[str, ...]:
    """The languages that menus speak or prompts are in, those of most menus first; two queries.

    Of those of the reader's teams and of nobody's.
    """
    counted: dict[str, int] = {}
    for spoken in in_teams_of(reader, Menu.objects.all()).values_list("languages", flat=True):
        for language in spoken if is_list_of_text(spoken) else ():
            counted[language] = counted.get(language, 0) + 1
    variants = in_teams_of(reader, PromptVariant.objects.order_by())
    for language in variants.values_list("language", flat=True).distinct():
        counted.setdefault(language, 0)
    counted.pop("", None)
    return tuple(sorted(counted, key=lambda each: (-counted[each], each)))
