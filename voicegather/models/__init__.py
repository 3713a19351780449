"""The tables, in the order in which data reaches them."""

from voicegather.models.audio import AudioFile, AudioFormat
from voicegather.models.calendars import Calendar, CalendarSwitch
from voicegather.models.calls import Call, CallLeg, Direction, LegRole
from voicegather.models.commands import CallCommand, CommandStatus
from voicegather.models.conversations import Consent, Conversation, Turn
from voicegather.models.diversions import Diversion
from voicegather.models.events import (
    UNFOLDED,
    CallEvent,
    EventSource,
    EventStatus,
    OwnEventType,
)
from voicegather.models.export_profiles import ExportColumn, ExportProfile
from voicegather.models.export_schedules import ExportSchedule
from voicegather.models.exports import Export, ExportPart
from voicegather.models.leases import Lease
from voicegather.models.media import MediaUpload
from voicegather.models.menus import Choice, Menu, MenuVersion, Step
from voicegather.models.numbers import PhoneNumber
from voicegather.models.plans import BAD_ENDS, OPEN_PLANS, PlanState, PublishingPlan
from voicegather.models.prompts import Prompt, PromptVariant
from voicegather.models.replacements import PromptReplacement
from voicegather.models.replays import Replay
from voicegather.models.results import (
    GatherAttempt,
    GatherResult,
    ResultReview,
    ReviewState,
    StepVisit,
)
from voicegather.models.trials import MenuTest, TrialCall

__all__ = [
    "BAD_ENDS",
    "OPEN_PLANS",
    "UNFOLDED",
    "AudioFile",
    "AudioFormat",
    "Calendar",
    "CalendarSwitch",
    "Call",
    "CallCommand",
    "CallEvent",
    "CallLeg",
    "Choice",
    "CommandStatus",
    "Consent",
    "Conversation",
    "Direction",
    "Diversion",
    "EventSource",
    "EventStatus",
    "Export",
    "ExportColumn",
    "ExportPart",
    "ExportProfile",
    "ExportSchedule",
    "GatherAttempt",
    "GatherResult",
    "Lease",
    "LegRole",
    "MediaUpload",
    "Menu",
    "MenuTest",
    "MenuVersion",
    "OwnEventType",
    "PhoneNumber",
    "PlanState",
    "Prompt",
    "PromptReplacement",
    "PromptVariant",
    "PublishingPlan",
    "Replay",
    "ResultReview",
    "ReviewState",
    "Step",
    "StepVisit",
    "TrialCall",
    "Turn",
]
