"""The plain Django admin of every model; any admin theme can dress it."""

from voicegather.admin import numbers  # noqa: F401
from voicegather.admin.calendars import calendars, diversions  # noqa: F401
from voicegather.admin.calls import calls, conversations, traffic, visits  # noqa: F401
from voicegather.admin.disclosures import disclosures  # noqa: F401
from voicegather.admin.exports import exports, profiles, schedules  # noqa: F401
from voicegather.admin.menus import menus  # noqa: F401
from voicegather.admin.operations import deliveries, incidents  # noqa: F401
from voicegather.admin.prompts import media, prompts, replacements, variants  # noqa: F401
from voicegather.admin.publishing import plans, versions  # noqa: F401
from voicegather.admin.recordings import recordings  # noqa: F401
from voicegather.admin.replays import replays  # noqa: F401
from voicegather.admin.results import batches, results  # noqa: F401
from voicegather.admin.retention import access, erasures, holds, runs  # noqa: F401
from voicegather.admin.rotations import rotations  # noqa: F401
from voicegather.admin.steps import steps  # noqa: F401
from voicegather.admin.trials import menu_tests  # noqa: F401
