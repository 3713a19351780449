"""Background jobs on their pages: how far they are, and buttons that stop or repeat them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from voicegather.admin.base import BaseAdmin
from voicegather.models.jobs import Job, JobState
from voicegather.services import jobs


class JobPage(BaseAdmin):
    """For the admin of a job's model: show ``job_context`` with ``includes/job_progress.html``."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path(f"<path:object_id>/{verb}/", view(page), name=self._url_name(verb))
            for verb, page in (
                ("progress", self.progress_view),
                ("cancel", self.cancel_view),
                ("retry", self.retry_view),
            )
        ]
        return [*own, *super().get_urls()]

    def may_steer(self, request: HttpRequest, job: Job) -> bool:
        """Whether the user may stop and repeat the job: its owner, and who may change any."""
        is_own = job.owner is not None and job.owner == request.user
        return is_own or request.user.has_perm(f"voicegather.change_{self.opts.model_name}")

    def job_context(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        """What ``includes/job_progress.html`` shows."""
        names = ("progress", "cancel", "retry")
        return {
            "job": job,
            "job_words": progress_words(job),
            "may_steer": self.may_steer(request, job),
            **{
                f"job_{verb}_url": reverse(f"admin:{self._url_name(verb)}", args=[job.pk])
                for verb in names
            },
        }

    def after_job(self, job: Job) -> str:
        """Where its buttons lead back to."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[job.pk])

    @method_decorator(require_GET)
    def progress_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """How far the job is, as JSON."""
        job = self._job_of(request, object_id)
        return JsonResponse(
            {
                "state": job.state,
                "is_finished": job.is_finished,
                "percent": job.percent,
                "words": progress_words(job),
            }
        )

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the job's end."""
        job = self._steered(request, object_id)
        if jobs.cancel(job):
            messages.success(request, _("It stops within a few seconds."))
        else:
            messages.warning(request, _("It had ended before it was stopped."))
        return HttpResponseRedirect(self.after_job(job))

    @method_decorator(require_POST)
    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Run a job again that failed or was stopped."""
        job = self._steered(request, object_id)
        if jobs.retry(job):
            messages.success(request, _("It is tried again."))
        else:
            messages.warning(request, _("It neither failed nor was it stopped."))
        return HttpResponseRedirect(self.after_job(job))

    def _steered(self, request: HttpRequest, object_id: str) -> Job:
        job = self._job_of(request, object_id)
        if not self.may_steer(request, job):
            raise PermissionDenied
        return job

    def _job_of(self, request: HttpRequest, object_id: str) -> Job:
        missing = _("There is no such job.")
        found: Job = self.seen_object(request, object_id, missing=missing)
        return found

    def _url_name(self, verb: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb}"


def progress_words(job: Job) -> str:
    """How far the job is, in a few words."""
    done = number_format(job.done, force_grouping=True)
    total = number_format(job.total, force_grouping=True)
    match job.state:
        case JobState.WAITING:
            return str(job.failure) or _("Waits for a worker.")
        case JobState.RUNNING if job.cancel_asked_at:
            return _("Stops …")
        case JobState.RUNNING if job.total:
            return _("%(done)s of %(total)s") % {"done": done, "total": total}
        case JobState.RUNNING:
            return _("%s so far") % done if job.done else _("Has begun.")
        case JobState.DONE:
            return _("Done.")
        case JobState.CANCELLED:
            return _("Stopped.")
    return str(job.failure)
