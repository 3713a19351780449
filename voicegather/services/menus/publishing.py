"""A menu made live: linted, compiled, and kept as a version that never changes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.models import Menu, MenuVersion, PublishingPlan
from voicegather.services.audio.keeping import bring_document
from voicegather.services.menus.announcing import announce_published
from voicegather.services.menus.audio import pin_uploaded_audio
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import Draft, read_draft
from voicegather.services.menus.errors import (
    DraftChangedError,
    LiveVersionChangedError,
    MenuArchivedError,
    MenuLintError,
)
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.journal import note_addition, note_change
from voicegather.services.menus.lint import lint_document, lint_draft
from voicegather.services.menus.plans.asking import settle_earlier
from voicegather.services.menus.plans.errors import ApprovalRequiredError


@transaction.atomic
def publish_menu(
    *,
    menu: Menu,
    author: AbstractBaseUser | None = None,
    note: str = "",
    expected_sha256: str | None = None,
    plan: PublishingPlan | None = None,
) -> MenuVersion:
    """Make the menu as it stands what new calls hear, and return that version.

    Content that is live already stays as it is; content of an earlier version makes that one live
    again, with its own note, and the log has the new one. Who saw the draft names its content as
    `expected_sha256`; who carries out a plan gives it as `plan`. Raises what `examine_draft`
    raises, and ApprovalRequiredError where a second person must approve what is not live yet, and
    `plan` says of nobody that they did; nothing changes then.
    """
    locked = Menu.objects.select_for_update().get(pk=menu.pk)
    draft = examine_draft(locked, expected_sha256)
    _require_approval(locked, content_sha256(compile_draft(draft)), plan)
    pin_uploaded_audio(draft)
    document = compile_draft(draft)
    version = _version_of(locked, document, author, note)
    if locked.live_version_id != version.pk:
        _make_live(locked, version, author, note)
    menu.live_version = version
    return version


def republish_version(
    *,
    version: MenuVersion,
    author: AbstractBaseUser | None = None,
    note: str = "",
    expected_live: int | None = None,
    plan: PublishingPlan | None = None,
) -> MenuVersion:
    """Make an earlier version what new calls hear again; the draft stays as it is.

    `expected_live` is the id of the version that was live when its publisher looked, 0 if none
    was. Raises what `examine_version` raises, and ApprovalRequiredError as :func:`publish_menu`
    does. The menu's tests are of its draft, and do not count. Recordings that were let go since are
    brought to Telnyx again, whatever becomes of the rest.
    """
    bring_document(version.document)
    with transaction.atomic():
        locked = Menu.objects.select_for_update().get(pk=version.menu_id)
        examine_version(locked, version, expected_live)
        _require_approval(locked, version.sha256, plan)
        if locked.live_version_id != version.pk:
            _make_live(locked, version, author, note)
    return version


def examine_draft(menu: Menu, expected_sha256: str | None) -> Draft:
    """The draft, if it could be published now; the menu is locked.

    Raises MenuArchivedError, DraftChangedError where it is another than expected, MenuLintError
    where it has errors, and MenuTestsFailedError where its tests must pass and do not.
    """
    _require_in_use(menu)
    draft = read_draft(menu)
    document = compile_draft(draft)
    if expected_sha256 not in (None, content_sha256(document)):
        raise DraftChangedError
    _require_no_errors(lint_draft(draft))
    if menu.requires_tests:
        _require_passing_tests(menu, document)
    return draft


def examine_version(menu: Menu, version: MenuVersion, expected_live: int | None) -> None:
    """Raises MenuArchivedError, LiveVersionChangedError where another version is live than the one
    expected, and MenuLintError where the site, as it is today, lacks what the version needs.
    """
    _require_in_use(menu)
    if expected_live not in (None, menu.live_version_id or 0):
        raise LiveVersionChangedError
    _require_no_errors(lint_document(menu, version.document))


def _require_in_use(menu: Menu) -> None:
    if menu.archived_at is not None:
        raise MenuArchivedError(menu)


def _require_no_errors(findings: tuple[Finding, ...]) -> None:
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise MenuLintError(findings)


def _require_approval(menu: Menu, sha256: str, plan: PublishingPlan | None) -> None:
    """What callers hear already needs nobody's approval."""
    if not menu.requires_approval or (menu.live_version and menu.live_version.sha256 == sha256):
        return
    if plan is None or plan.menu_id != menu.pk or plan.sha256 != sha256 or not plan.is_approved:
        raise ApprovalRequiredError(menu.name)


def _make_live(
    menu: Menu, version: MenuVersion, author: AbstractBaseUser | None, note: str
) -> None:
    menu.live_version = version
    menu.save(update_fields=["live_version", "updated_at"])
    message = _("Made version %(number)s live.") % {"number": version.number}
    note_change(author=author, of=menu, message=f"{message} {note}".rstrip())
    settle_earlier(menu, timezone.now())
    announce_published(version, author)


def _require_passing_tests(menu: Menu, document: dict[str, Any]) -> None:
    from voicegather.services.menu_tests import require_passing_tests

    require_passing_tests(menu, document)


def _version_of(
    menu: Menu, document: dict[str, Any], author: AbstractBaseUser | None, note: str
) -> MenuVersion:
    """The version with this content: the one there is, else a new one with the next number.

    A draft that staff only called themselves with gets that number, and is a version from now on.
    """
    sha256 = content_sha256(document)
    version = MenuVersion.objects.filter(menu=menu, sha256=sha256).first()
    if version is None:
        version = MenuVersion(
            menu=menu, format=document["format"], sha256=sha256, document=document
        )
    elif version.number:
        return version
    last = menu.versions.aggregate(last=Max("number"))["last"] or 0
    version.number = last + 1
    version.author_id = author.pk if author else None
    version.note = note
    version.created_at = timezone.now()
    version.save()
    note_addition(author=author, of=version, message=_("Published “%(menu)s”.") % {"menu": menu})
    return version
