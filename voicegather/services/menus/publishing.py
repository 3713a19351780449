"""A menu made live: linted, compiled, and kept as a version that never changes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.models import Menu, MenuVersion
from voicegather.services.menus.announcing import announce_published
from voicegather.services.menus.audio import pin_uploaded_audio
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import read_draft
from voicegather.services.menus.errors import (
    DraftChangedError,
    LiveVersionChangedError,
    MenuLintError,
)
from voicegather.services.menus.findings import Severity
from voicegather.services.menus.journal import note_addition, note_change
from voicegather.services.menus.lint import lint_document, lint_draft


@transaction.atomic
def publish_menu(
    *,
    menu: Menu,
    author: AbstractBaseUser | None = None,
    note: str = "",
    expected_sha256: str | None = None,
) -> MenuVersion:
    """Make the menu as it stands what new calls hear, and return that version.

    Content that is live already stays as it is; content of an earlier version makes that one live
    again, with its own note, and the log has the new one. Who saw the draft names its content as
    `expected_sha256`. Raises DraftChangedError where it is another now, MenuLintError where the
    menu has errors, and MenuTestsFailedError where its tests must pass and do not; nothing changes
    then.
    """
    locked = Menu.objects.select_for_update().get(pk=menu.pk)
    draft = read_draft(locked)
    if expected_sha256 not in (None, content_sha256(compile_draft(draft))):
        raise DraftChangedError
    findings = lint_draft(draft)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise MenuLintError(findings)
    pin_uploaded_audio(draft)
    document = compile_draft(draft)
    if locked.requires_tests:
        _require_passing_tests(locked, document)
    version = _version_of(locked, document, author, note)
    if locked.live_version_id != version.pk:
        _make_live(locked, version, author, note)
    menu.live_version = version
    return version


@transaction.atomic
def republish_version(
    *,
    version: MenuVersion,
    author: AbstractBaseUser | None = None,
    note: str = "",
    expected_live: int | None = None,
) -> MenuVersion:
    """Make an earlier version what new calls hear again; the draft stays as it is.

    `expected_live` is the id of the version that was live when its publisher looked, 0 if none
    was. Raises LiveVersionChangedError where another is now, and MenuLintError where the site, as
    it is today, lacks what the version needs. The menu's tests are of its draft, and do not count.
    """
    locked = Menu.objects.select_for_update().get(pk=version.menu_id)
    if expected_live not in (None, locked.live_version_id or 0):
        raise LiveVersionChangedError
    findings = lint_document(locked, version.document)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise MenuLintError(findings)
    if locked.live_version_id != version.pk:
        _make_live(locked, version, author, note)
    return version


def _make_live(
    menu: Menu, version: MenuVersion, author: AbstractBaseUser | None, note: str
) -> None:
    menu.live_version = version
    menu.save(update_fields=["live_version", "updated_at"])
    message = _("Made version %(number)s live.") % {"number": version.number}
    note_change(author=author, of=menu, message=f"{message} {note}".rstrip())
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
