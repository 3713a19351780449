from __future__ import annotations

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather import conf
from voicegather.engine.facts import RecordingUse
from voicegather.engine.graph import Sensitivity
from voicegather.models.audio import AudioFormat
from voicegather.models.calls import Call
from voicegather.models.choices import choices_of
from voicegather.models.jobs import Job, JobState
from voicegather.models.results import StepVisit

FOLDER = "voicegather/recordings"


def recording_storage() -> Storage:
    """Where recordings of callers are: the site's storage that RECORDING_STORAGE names."""
    return storages[conf.get("RECORDING_STORAGE")]


class TranscriptSource(models.TextChoices):
    """Who wrote a transcript."""

    TELNYX = "telnyx", _("Telnyx, after the recording")


class Recording(Job):
    """What a caller said, as Telnyx recorded it: its file, and how far the fetching of it is.

    The row is there from the moment at which Telnyx is asked to record. `began_at` and `ended_at`
    are of the sound, `started_at` and `finished_at` of the work of fetching it.
    """

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.CASCADE,
        related_name="recordings",
        db_index=False,  # voicegather_recording_command serves it.
    )
    visit = models.ForeignKey(
        StepVisit,
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recordings",
    )
    #: The number of the command that asked for it; null where Telnyx recorded by itself.
    seq = models.PositiveIntegerField(_("command"), null=True, blank=True)
    use = models.CharField(
        _("what for"),
        max_length=10,
        choices=choices_of(RecordingUse),
        default=RecordingUse.MESSAGE,
    )
    take = models.PositiveSmallIntegerField(_("take"), default=1)
    #: The caller recorded again: this take does not count, and is deleted unless the step keeps it.
    is_replaced = models.BooleanField(_("replaced"), default=False)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=10,
        choices=choices_of(Sensitivity),
        default=Sensitivity.NORMAL,
    )
    connection = models.CharField(_("connection"), max_length=60, default="default")
    recording_id = models.CharField(_("recording id"), max_length=64, blank=True)
    channels = models.CharField(
        _("channels"),
        max_length=10,
        choices=[("single", _("One channel")), ("dual", _("Two channels"))],
        blank=True,
    )
    format = models.CharField(_("format"), max_length=4, choices=AudioFormat.choices, blank=True)
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("length (ms)"), null=True, blank=True)
    #: When Telnyx said that it is ready, and the address that it said; of ten minutes, sealed.
    saved_at = models.DateTimeField(_("saved by Telnyx"), null=True, blank=True)
    sealed_address = models.BinaryField(null=True, editable=False)
    #: Known to be at Telnyx no more.
    left_telnyx_at = models.DateTimeField(_("deleted at Telnyx"), null=True, blank=True)
    file = models.FileField(
        _("file"), storage=recording_storage, max_length=255, blank=True, editable=False
    )
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    sealed_transcript = models.BinaryField(null=True, editable=False)
    transcript_source = models.CharField(
        _("transcript by"), max_length=10, choices=TranscriptSource.choices, blank=True
    )
    transcribed_at = models.DateTimeField(_("transcribed"), null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-began_at", "-pk"]
        default_permissions = ("view", "delete")
        permissions = [("listen_recording", "Can listen to recordings and read their transcripts")]
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["-began_at", "-id"], name="voicegather_recording_recent"),
            models.Index(fields=["state", "-began_at", "-id"], name="voicegather_recording_state"),
            models.Index(fields=["recording_id"], name="voicegather_recording_telnyx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["call", "seq"], name="voicegather_recording_command"),
            models.UniqueConstraint(
                fields=["call", "recording_id"],
                condition=~models.Q(recording_id=""),
                name="voicegather_recording_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_use_display()} {self.pk}"

    @property
    def is_kept(self) -> bool:
        """Whether the site has the whole sound, also while Telnyx's copy is still to be deleted."""
        return bool(self.file) and (self.state == JobState.DONE or bool(self.sha256))

    @property
    def seconds(self) -> int | None:
        """Its length in whole seconds; None while nobody knows it."""
        return None if self.milliseconds is None else round(self.milliseconds / 1000)
