from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import Sensitivity
from voicegather.models.calls import Call
from voicegather.models.choices import choices_of
from voicegather.models.results import StepVisit


class Conversation(models.Model):
    """What a caller and a model said to each other, in an AI gather or with an assistant."""

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.CASCADE,
        related_name="conversations",
        db_index=False,  # voicegather_conversation_seq serves it.
    )
    visit = models.ForeignKey(
        StepVisit,
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="conversations",
    )
    #: The number of the command that asked for it.
    seq = models.PositiveIntegerField(_("command"))
    kind = models.CharField(_("kind"), max_length=10, choices=choices_of(ConversationKind))
    conversation_id = models.CharField(_("conversation id"), max_length=64, blank=True)
    assistant = models.CharField(_("assistant"), max_length=100, blank=True)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=10,
        choices=choices_of(Sensitivity),
        default=Sensitivity.NORMAL,
    )
    model = models.CharField(_("model"), max_length=100, blank=True)
    reason = models.CharField(_("ended by"), max_length=100, blank=True)
    seconds = models.PositiveIntegerField(_("seconds"), null=True, blank=True)
    #: What an AI gather has filled so far, a JSON object, sealed.
    sealed_partial = models.BinaryField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["call", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["call", "seq"], name="voicegather_conversation_seq")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.seq}"


class Turn(models.Model):
    """One turn of a conversation. What was said is sealed, whoever said it."""

    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.CASCADE,
        related_name="turns",
        db_index=False,  # voicegather_turn_number serves it.
    )
    number = models.PositiveIntegerField(_("number"))
    role = models.CharField(_("who"), max_length=20)
    sealed_content = models.BinaryField(editable=False)
    #: Of this turn and all before it, keyed: tells whether a history told again is the same.
    digest = models.BinaryField(max_length=16, editable=False)
    #: Where Telnyx does not say when: when we heard of it.
    said_at = models.DateTimeField(_("said"), null=True, blank=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["conversation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "number"], name="voicegather_turn_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.role}"


class Consent(models.Model):
    """Proof of what a caller was asked before a model listened, and how it was answered."""

    call = models.ForeignKey(
        Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="consents"
    )
    visit = models.OneToOneField(
        StepVisit, verbose_name=_("visit"), on_delete=models.CASCADE, related_name="consent"
    )
    prompt = models.CharField(_("prompt"), max_length=50)
    words = models.TextField(_("words spoken"))
    language = models.CharField(_("language"), max_length=15, blank=True)
    key = models.CharField(_("key pressed"), max_length=10, blank=True)
    given = models.BooleanField(_("given"))
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-answered_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.prompt}: {gettext('yes') if self.given else gettext('no')}"
