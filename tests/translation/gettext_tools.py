"""The gettext tools, and the catalogue that the sources would make now."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from django.core.management import call_command

PACKAGE = Path(__file__).resolve().parents[2] / "voicegather"
CATALOGUE = PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
#: As docs/translating.md has it.
OPTIONS = {"locale": ["es"], "add_location": "file", "no_wrap": True, "no_obsolete": True}


def copied_sources(folder: Path) -> Path:
    """The package without translations, where ``makemessages`` may write."""
    copy = folder / "voicegather"
    leave_out = shutil.ignore_patterns("__pycache__", "locale", "vendor")
    shutil.copytree(PACKAGE, copy, ignore=leave_out)
    (copy / "locale").mkdir()
    return copy


def fresh_catalogue(folder: Path) -> Path:
    """The catalogue of every text that ``makemessages`` finds in the sources as they are."""
    copy = copied_sources(folder)
    before = Path.cwd()
    os.chdir(copy)
    try:
        call_command("makemessages", verbosity=0, **OPTIONS)
    finally:
        os.chdir(before)
    return copy / "locale" / "es" / "LC_MESSAGES" / "django.po"


def compiled(catalogue: Path, folder: Path) -> bytes:
    """What ``msgfmt`` makes of a catalogue; it fails where a placeholder differs."""
    target = folder / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", target, catalogue], check=True)
    return target.read_bytes()
