"""``python -m benchmarks.analytics_child``: the analytics benchmark's site, told what to measure.

Each line that it reads is JSON, one of JOBS and its arguments; it answers with a line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import django


def seed(*, calls: int) -> dict[str, float]:
    """Store so many; how many rows there are then, and how long it took."""
    from benchmarks.seeding import seed_month

    began = time.perf_counter()
    rows = seed_month(calls)
    return {
        "calls": rows["voicegather_call"],
        "visits": rows["voicegather_stepvisit"],
        "attempts": rows["voicegather_gatherattempt"],
        "seconds": time.perf_counter() - began,
    }


def count() -> float:
    """Seconds of what ``voicegather_rollup`` does, all calls from scratch."""
    from django.core.management import call_command

    began = time.perf_counter()
    call_command("voicegather_rollup", stdout=sys.stderr)
    return time.perf_counter() - began


def count_new(*, calls: int) -> float:
    """Seconds of the background's turn after so many calls have ended."""
    from django.utils import timezone

    from voicegather.models import Call, HourCounts
    from voicegather.services.analytics.counting import count_hour
    from voicegather.services.analytics.hours import hour_of
    from voicegather.services.analytics.reading import Versions

    newest = list(Call.objects.order_by("-started_at").values_list("pk", "started_at")[:calls])
    # As if they were under way when their hour was counted.
    Call.objects.filter(pk__in=[pk for pk, _ in newest]).update(phase="running")
    hours = {hour_of(started_at) for _, started_at in newest}
    HourCounts.objects.filter(starts_at__in=hours).delete()
    for hour in hours:
        count_hour(hour, Versions())
    Call.objects.filter(pk__in=[pk for pk, _ in newest]).update(
        phase="ended", uncounted_since=timezone.now()
    )
    return _turn()


def count_changed(*, calls: int) -> float:
    """Seconds of the same after so many calls that were counted have changed."""
    from django.utils import timezone

    from voicegather.models import Call

    newest = Call.objects.order_by("-started_at").values_list("pk", flat=True)[:calls]
    Call.objects.filter(pk__in=list(newest)).update(uncounted_since=timezone.now())
    return _turn()


def _turn() -> float:
    from voicegather.models import Rollup
    from voicegather.models.jobs import JobState
    from voicegather.services.jobs import run_job

    Rollup.objects.update(state=JobState.WAITING)
    began = time.perf_counter()
    run_job(f"rollup:{Rollup.objects.get().pk}")
    return time.perf_counter() - began


def page(*, name: str) -> float:
    """Seconds until a page is there whole."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse, set_urlconf

    from voicegather.models import MenuDay

    # The other benchmarks' site has no admin.
    settings.ROOT_URLCONF = "project.urls"
    set_urlconf(None)
    user, _ = get_user_model().objects.get_or_create(
        username="analyst", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    menu = MenuDay.objects.order_by("-calls").values_list("menu", flat=True)[0]
    url = reverse("admin:voicegather_menu_analytics", args=[menu])
    address = {
        "month": f"{url}?days=30",
        "comparison": f"{url}?days=30&with=1",
        "all_menus": reverse("admin:voicegather_menu_analytics_all") + "?days=30",
    }[name]
    began = time.perf_counter()
    response = client.get(address)
    taken = time.perf_counter() - began
    assert response.status_code == 200, response.status_code
    return taken


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


JOBS = {job.__name__: job for job in (seed, count, count_new, count_changed, page, peak_megabytes)}


def main() -> None:
    django.setup()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(JOBS[name](**arguments)), flush=True)


if __name__ == "__main__":
    main()
