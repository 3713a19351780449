"""A menu's draft as a version that nobody published: what staff call themselves with."""

from __future__ import annotations

from django.db import transaction

from voicegather.models import Menu, MenuVersion
from voicegather.services.menus.audio import pin_uploaded_audio
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import read_draft
from voicegather.services.menus.errors import MenuLintError
from voicegather.services.menus.findings import Severity
from voicegather.services.menus.lint import lint_draft


@transaction.atomic
def snapshot_draft(menu: Menu) -> MenuVersion:
    """The menu as it stands, kept for calls to walk through; nothing becomes live.

    Content that was published, or kept before, is that version. A new one has number 0: it is in
    no list of versions until it is published, and goes with the first snapshot after which no call
    took it. Raises MenuLintError where the menu has errors.
    """
    # Until our caller's transaction ends nobody else decides which snapshots no call took.
    Menu.objects.select_for_update().get(pk=menu.pk)
    draft = read_draft(menu)
    findings = lint_draft(draft)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise MenuLintError(findings)
    pin_uploaded_audio(draft)
    document = compile_draft(draft)
    version, _ = MenuVersion.objects.get_or_create(
        menu=menu,
        sha256=content_sha256(document),
        defaults={"number": 0, "format": document["format"], "document": document},
    )
    MenuVersion.objects.filter(menu=menu, number=0, calls=None).exclude(pk=version.pk).delete()
    return version
