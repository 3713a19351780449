from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.engine import steps as _register_kinds  # noqa: F401
from voicegather.engine.edges import Action, Match
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import all_kinds
from voicegather.models.choices import choices_of
from voicegather.models.teams import team_field

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,49}$"
valid_key = RegexValidator(
    KEY_PATTERN,
    _("Use small letters, digits and underscores, beginning with a letter: opening_hours"),
)


def default_languages() -> list[str]:
    return ["en-US"]


def step_kinds() -> list[tuple[str, Any]]:
    """The registered kinds as choices; a callable, so that a new kind needs no migration."""
    return [(kind.name, _(kind.label)) for kind in all_kinds()]


class Menu(models.Model):
    """A voice menu as staff edit it: a graph of steps with one entry. Callers hear its versions."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    team = team_field()
    languages = models.JSONField(
        _("languages"),
        default=default_languages,
        help_text=_('Enabled languages, the default first: ["en-US", "es-US"]'),
    )
    variables = models.JSONField(
        _("variables"),
        default=list,
        blank=True,
        help_text=_('What a call may bring with it: [{"name": "plan", "default": "basic"}]'),
    )
    requires_tests = models.BooleanField(
        _("tests must pass before publishing"),
        default=False,
        help_text=_("A saved test that fails keeps the menu from being published."),
    )
    requires_approval = models.BooleanField(
        _("a second person must approve publishing"),
        default=False,
        db_default=False,
        help_text=_("Another publisher looks at what changes before callers hear it."),
    )
    live_version = models.ForeignKey(
        "MenuVersion",
        verbose_name=_("live version"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: Since when nobody uses it any more; its calls and results stay.
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        ordering = ["name", "pk"]
        permissions = [
            ("publish_menu", "Can publish menus"),
            ("view_analytics", "Can view analytics of menus"),
            ("waive_approval", "Can let menus be published without a second person"),
        ]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One node of a menu. Its key never changes: exports and results are keyed by it."""

    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="steps"
    )
    key = models.CharField(_("key"), max_length=50, validators=[valid_key])
    name = models.CharField(_("name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=step_kinds)
    is_entry = models.BooleanField(_("entry"), default=False)
    config = models.JSONField(_("settings"), default=dict, blank=True)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=10,
        choices=choices_of(Sensitivity),
        default=Sensitivity.NORMAL,
    )
    shown_last = models.PositiveSmallIntegerField(
        _("shown characters"), default=4, help_text=_("Of a masked entry, the last ones.")
    )
    is_success = models.BooleanField(
        _("success"),
        default=False,
        db_default=False,
        help_text=_(
            "A caller who comes here got what they called for: the order is confirmed, the balance "
            "was told. Analytics count such calls as contained. Callers hear no difference."
        ),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["menu", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["menu", "key"], name="voicegather_step_key"),
            models.UniqueConstraint(
                fields=["menu"], condition=Q(is_entry=True), name="voicegather_one_entry"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.key


class Choice(models.Model):
    """One edge out of a step, or, without a step, a global choice of the whole menu."""

    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="choices"
    )
    step = models.ForeignKey(
        Step,
        verbose_name=_("step"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="choices",
        help_text=_("Empty: every step of the menu inherits this choice."),
    )
    match = models.CharField(_("match"), max_length=12, choices=choices_of(Match))
    value = models.CharField(
        _("value"),
        max_length=128,
        blank=True,
        help_text=_(
            "Keys (2), a range (100-199), a pattern (9XX), a value, or an exit (no_input)."
        ),
    )
    action = models.CharField(
        _("action"), max_length=10, choices=choices_of(Action), default=Action.GOTO
    )
    target = models.ForeignKey(
        Step,
        verbose_name=_("leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.CharField(
        _("language"), max_length=15, blank=True, help_text=_("Switches the call to it: es-US")
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "match", "value"],
                condition=Q(step__isnull=False),
                name="voicegather_step_choice",
            ),
            models.UniqueConstraint(
                fields=["menu", "match", "value"],
                condition=Q(step__isnull=True),
                name="voicegather_global_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value or self.get_match_display()} → {self.get_action_display()}"


class PublishedManager(models.Manager["MenuVersion"]):
    """Versions that were made live, without drafts that staff only called themselves with."""

    def get_queryset(self) -> models.QuerySet[MenuVersion]:
        return super().get_queryset().filter(number__gt=0)


class MenuVersion(models.Model):
    """An immutable snapshot of a menu, with everything that a call needs; published, mostly.

    Lists and `menu.versions` hold published ones; `MenuVersion.objects` drafts as well, which have
    the number 0: calls walk through them like any other.
    """

    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    format = models.PositiveSmallIntegerField(_("format"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    document: models.JSONField[Any, Any] = models.JSONField(_("document"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("published"), auto_now_add=True)

    objects = models.Manager()
    published = PublishedManager()

    class Meta:
        verbose_name = _("menu version")
        verbose_name_plural = _("menu versions")
        ordering = ["-created_at", "-pk"]
        default_manager_name = "published"
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "number"],
                condition=Q(number__gt=0),
                name="voicegather_version_number",
            ),
            models.UniqueConstraint(fields=["menu", "sha256"], name="voicegather_version_content"),
        ]

    def __str__(self) -> str:
        if not self.number:
            return gettext("%(menu)s (draft)") % {"menu": self.menu}
        return f"{self.menu} v{self.number}"
