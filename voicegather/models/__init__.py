"""The tables, in the order in which data reaches them."""

from voicegather.models.access_requests import AccessRequest
from voicegather.models.alerts import AlertDelivery, EventRequeue, JobFailure
from voicegather.models.analytics import CountedDay, HourCounts, MenuDay, Rollup, StepDay
from voicegather.models.audio import AudioFile, AudioFormat
from voicegather.models.calendars import Calendar, CalendarSwitch
from voicegather.models.calls import Call, CallLeg, Direction, LegRole
from voicegather.models.commands import CallCommand, CommandStatus
from voicegather.models.conversations import Consent, Conversation, Turn
from voicegather.models.disclosures import Disclosure
from voicegather.models.diversions import Diversion
from voicegather.models.erasures import Erasure, TelnyxDeletion
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
from voicegather.models.incidents import AlertMute, Incident, IncidentKind
from voicegather.models.leases import Lease
from voicegather.models.media import MediaUpload
from voicegather.models.menus import Choice, Menu, MenuVersion, Step
from voicegather.models.numbers import PhoneNumber
from voicegather.models.plans import BAD_ENDS, OPEN_PLANS, PlanState, PublishingPlan
from voicegather.models.prompts import Prompt, PromptVariant
from voicegather.models.recordings import Recording, TranscriptSource
from voicegather.models.replacements import PromptReplacement
from voicegather.models.replays import Replay
from voicegather.models.results import (
    GatherAttempt,
    GatherResult,
    ResultReview,
    ReviewState,
    StepVisit,
)
from voicegather.models.retention import DataClass, LegalHold, RetentionRule, RetentionRun
from voicegather.models.reviews import BatchAct, ReviewBatch, ReviewClaim
from voicegather.models.rotations import KeyRotation
from voicegather.models.tallies import Tally
from voicegather.models.trials import MenuTest, TrialCall

__all__ = [
    "BAD_ENDS",
    "OPEN_PLANS",
    "UNFOLDED",
    "AccessRequest",
    "AlertDelivery",
    "AlertMute",
    "AudioFile",
    "AudioFormat",
    "BatchAct",
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
    "CountedDay",
    "DataClass",
    "Direction",
    "Disclosure",
    "Diversion",
    "Erasure",
    "EventRequeue",
    "EventSource",
    "EventStatus",
    "Export",
    "ExportColumn",
    "ExportPart",
    "ExportProfile",
    "ExportSchedule",
    "GatherAttempt",
    "GatherResult",
    "HourCounts",
    "Incident",
    "IncidentKind",
    "JobFailure",
    "KeyRotation",
    "Lease",
    "LegRole",
    "LegalHold",
    "MediaUpload",
    "Menu",
    "MenuDay",
    "MenuTest",
    "MenuVersion",
    "OwnEventType",
    "PhoneNumber",
    "PlanState",
    "Prompt",
    "PromptReplacement",
    "PromptVariant",
    "PublishingPlan",
    "Recording",
    "Replay",
    "ResultReview",
    "RetentionRule",
    "RetentionRun",
    "ReviewBatch",
    "ReviewClaim",
    "ReviewState",
    "Rollup",
    "Step",
    "StepDay",
    "StepVisit",
    "Tally",
    "TelnyxDeletion",
    "TranscriptSource",
    "TrialCall",
    "Turn",
]
