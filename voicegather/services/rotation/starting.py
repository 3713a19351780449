from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser

from voicegather.models import KeyRotation
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.sealing import key_names
from voicegather.services import jobs, moments


def start_rotation(owner: AbstractBaseUser | None = None) -> KeyRotation:
    """A rotation that runs in the background: the one under way, or a new one."""
    rotation = prepare_rotation(owner)
    if rotation.state == JobState.WAITING:
        jobs.start(rotation)
    return rotation


def prepare_rotation(owner: AbstractBaseUser | None = None) -> KeyRotation:
    """The rotation under way, or a new one that goes on where one to the same key was stopped.

    A new one waits until :func:`voicegather.services.jobs.run_job` is called for it; if nobody
    does, the clock has it run.
    """
    newest = key_names()[0]
    last = KeyRotation.objects.order_by("-pk").first()
    if last is not None and last.state in UNFINISHED:
        return last
    rotation = KeyRotation(owner_id=owner.pk if owner is not None else None, key=newest)
    if last is not None and last.state != JobState.DONE and last.key == newest:
        rotation.places, rotation.unreadable = last.places, last.unreadable
    rotation.save()
    return rotation


def stop_at_once(rotation: KeyRotation) -> None:
    """Say that the process that ran it ends here; the next one goes on from its place."""
    KeyRotation.objects.filter(pk=rotation.pk, state=JobState.RUNNING).update(
        state=JobState.CANCELLED,
        lease_owner="",
        lease_until=None,
        finished_at=moments.now(),
    )
