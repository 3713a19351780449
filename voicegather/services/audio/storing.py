"""Uploaded sounds under names made of their content, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from voicegather.models import AudioFile, AudioFormat, PromptVariant
from voicegather.services.audio.reading import read_sound
from voicegather.services.audio.sounds import Sound, SoundError


def storage() -> Storage:
    """Where the prompts' files are."""
    return PromptVariant._meta.get_field("audio_file").storage


def folder() -> str:
    """What all names of uploaded prompts begin with."""
    return str(PromptVariant._meta.get_field("audio_file").upload_to)


def is_uploaded(name: str) -> bool:
    """Whether `name` is that of an audio file that was uploaded for a prompt."""
    return name.startswith(folder()) and ".." not in name and storage().exists(name)


def store_sound(file: File[Any], sound: Sound) -> str:
    """Keep an uploaded file that was read as `sound`; returns its name in the storage.

    The name that it came with plays no part. What is there already is not stored again.
    """
    file.seek(0)
    digest = digest_of(file)
    name = f"{folder()}{digest}.{sound.format.value}"
    if not storage().exists(name):
        file.seek(0)
        stored = storage().save(name, file)
        if stored != name:
            # The same sound was uploaded at this very moment.
            storage().delete(stored)
    _keep_facts(name, digest, sound)
    return name


def sound_of(name: str) -> Sound:
    """What the uploaded file `name` holds: read once, known from then on.

    Raises SoundError where there is no such file, or where it cannot be a prompt.
    """
    known = AudioFile.objects.filter(name=name).first()
    if known is not None:
        return as_sound(known)
    if not is_uploaded(name):
        raise SoundError(_("There is no such uploaded file."))
    with storage().open(name) as file:
        sound = read_sound(file, size=file.size)
        digest = digest_of(file)
    if PurePosixPath(name).stem == digest:
        _keep_facts(name, digest, sound)
    return sound


def known_sounds(names: Iterable[str]) -> Mapping[str, Sound]:
    """What is known of these files, in one query; of others nothing is read."""
    found = AudioFile.objects.filter(name__in={name for name in names if name})
    return {each.name: as_sound(each) for each in found}


def as_sound(known: AudioFile) -> Sound:
    """A row as the sound that it tells of."""
    return Sound(
        format=AudioFormat(known.format),
        size=known.size,
        duration_ms=known.duration_ms,
        sample_rate=known.sample_rate,
        channels=known.channels,
        bits=known.bits,
        tag_bytes=known.tag_bytes,
    )


def _keep_facts(name: str, digest: str, sound: Sound) -> None:
    AudioFile.objects.get_or_create(sha256=digest, defaults={"name": name, **asdict(sound)})


def digest_of(file: File[Any]) -> str:
    """The SHA-256 (hex) of the whole file."""
    made = sha256()
    for chunk in file.chunks():
        made.update(chunk)
    return made.hexdigest()
