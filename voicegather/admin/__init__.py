"""The plain Django admin of every model; any admin theme can dress it."""

from voicegather.admin import (  # noqa: F401
    calendars,
    calls,
    conversations,
    diversions,
    exports,
    media,
    menu_tests,
    menus,
    numbers,
    plans,
    prompts,
    replacements,
    replays,
    results,
    steps,
    traffic,
    variants,
    versions,
    visits,
)
