"""What the probes of health tell, and the media storage, for the one who set the site up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.health import Condition, Report
from voicegather.models import Export, PromptVariant
from voicegather.services.doctor.findings import (
    LONGEST_LOOK,
    Finding,
    Verdict,
    failed,
    ok,
    within,
)

_VERDICTS = {
    Condition.OK: Verdict.OK,
    Condition.DEGRADED: Verdict.WARNING,
    Condition.FAILING: Verdict.FAILED,
}


def can_be_asked(report: Report) -> bool:
    """Whether the database answers and has our tables."""
    return report.checks["database"] is report.checks["migrations"] is Condition.OK


def look_at_parts(report: Report) -> Iterator[Finding]:
    """Database, migrations, broker, workers, clock and waiting events; of none twice.

    What only the database could tell is left out while that cannot be asked.
    """
    checks = report.checks
    yield _part(
        _("database"),
        checks["database"],
        _("takes rows"),
        _("does not answer within a second, or takes no rows"),
        _("See that it runs, that DATABASES is right, and that it is no read-only standby."),
    )
    if checks["database"] is Condition.OK:
        yield _part(
            _("migrations"),
            checks["migrations"],
            _("applied"),
            _("are not applied"),
            _("Run: python manage.py migrate"),
        )
    yield _broker(checks["broker"])
    if not can_be_asked(report):
        return
    yield from _workers(report)
    yield _part(
        _("clock"),
        checks["clock"],
        _("runs"),
        _("was not seen within the last seconds: nobody looks after calls that wait"),
        _("Run beside the site, all the time: python manage.py voicegather_clock"),
    )
    yield _part(
        _("events"),
        checks["events"],
        _("none waits"),
        _("have waited for more than ten seconds: callers hear nothing"),
        _("See that workers run and what they log; the clock brings back what was left."),
    )


def look_at_storage() -> Iterator[Finding]:
    """Whether each storage that holds uploads takes a file, gives it back and deletes it."""
    storages: dict[int, Storage] = {}
    if PromptVariant.objects.exclude(audio_file="").exists():
        prompts: Storage = PromptVariant._meta.get_field("audio_file").storage
        storages[id(prompts)] = prompts
    if Export.objects.exclude(file="").exists():
        exports: Storage = Export._meta.get_field("file").storage
        storages[id(exports)] = exports
    what = _("media storage")
    if not storages:
        yield ok(what, _("not used: nothing was uploaded or exported yet"))
    for storage in storages.values():
        try:
            intact = within(LONGEST_LOOK, partial(_keeps_a_file, storage))
        except Exception as problem:
            yield failed(
                what,
                _("cannot be written, read and deleted in (%s)") % type(problem).__name__,
                _("See that its folder or bucket is there, writable, and its keys are right."),
            )
            continue
        if intact:
            yield ok(what, _("takes files"))
        else:
            yield failed(what, _("gave back another file than it took"), _("Look at its settings."))


def _part(what: str, condition: Condition, well: str, ill: str, advice: str) -> Finding:
    if condition is Condition.OK:
        return ok(what, well)
    return Finding(what, _VERDICTS[condition], ill, advice)


def _broker(condition: Condition) -> Finding:
    if not _uses_celery():
        return ok(_("broker"), _("not used: threads of the site work on calls"))
    return _part(
        _("broker"),
        condition,
        _("answers"),
        _("does not answer: the web processes work on calls themselves"),
        _("See that it runs, and that CELERY_BROKER_URL is right."),
    )


def _workers(report: Report) -> Iterator[Finding]:
    if not report.queues:
        yield ok(_("workers"), _("not used: threads of the site work on calls"))
    for queue, condition in report.queues.items():
        yield _part(
            _("workers"),
            condition,
            _("take from %s") % queue,
            _("none takes from %s") % queue,
            _("Run: celery -A your_project worker --pool threads --queues %s") % queue
            if queue == conf.get("QUEUE_CALLS")
            else _("Run: celery -A your_project worker --queues %s") % queue,
        )


def _uses_celery() -> bool:
    return bool(conf.get("DISPATCH") == "celery")


def _keeps_a_file(storage: Storage) -> bool:
    content = secrets.token_bytes(16)
    name = storage.save(f"voicegather/doctor-{secrets.token_hex(8)}.bin", ContentFile(content))
    try:
        with storage.open(name) as file:
            return bool(file.read() == content)
    finally:
        storage.delete(name)
