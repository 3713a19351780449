"""``make serve``: the site and its clock on this machine, until Ctrl-C.

Environment: PORT (8000, or the next that is free), RESET_PASSWORD=1 for a new password, CALLERS
for so many scripted callers of the sample menu, whom a fake Telnyx on this machine puts through.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType

import django

from project.callers import TIME_SCALE, environment_of, let_callers_through
from project.site import (
    LOOK_SECONDS,
    SiteError,
    first_free_port,
    require_all_alive,
    running_site,
)
from voicegather.simulator import FakeTelnyx

USERNAME = "admin"


def main() -> int:
    """Prepare the database, run the site and the clock; 0 when asked to stop, else 1."""
    asked_to_stop = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        access = _prepare()
        _run(first_free_port(int(os.environ.get("PORT") or 8000)), access, asked_to_stop)
    except SiteError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def staff_password(username: str) -> str:
    """Make the staff user, or give it a new password when RESET_PASSWORD=1.

    Returns the password in plain text, "" when the user keeps the one it has.
    """
    from django.contrib.auth import get_user_model

    users = get_user_model()._default_manager
    user = users.filter(username=username).first()
    password = secrets.token_urlsafe(12)
    if user is None:
        users.create_superuser(username=username, password=password)
    elif os.environ.get("RESET_PASSWORD") == "1":
        user.set_password(password)
        user.save()
    else:
        return ""
    return password


def _prepare() -> str:
    """Tables, a staff user and sample menus; returns how to log in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.dev")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from project.samples import load_samples
    from voicegather.models import Menu

    call_command("migrate", verbosity=0, interactive=False)
    if not Menu.objects.exists():
        for menu in load_samples():
            print(f"Published the sample menu “{menu.name}”.")
    password = staff_password(USERNAME)
    connections.close_all()
    if password:
        return f"log in as {USERNAME} with the password {password} (shown this once)"
    return f"log in as {USERNAME} (password forgotten? make serve RESET_PASSWORD=1)"


def _run(port: int, access: str, asked_to_stop: threading.Event) -> None:
    site = f"http://127.0.0.1:{port}"
    webhook = f"{site}/voicegather/webhook/"
    calls = int(os.environ.get("CALLERS") or 0)
    with ExitStack() as running:
        environment: Mapping[str, str] = os.environ
        if calls:
            telnyx = running.enter_context(FakeTelnyx(webhook_url=webhook, time_scale=TIME_SCALE))
            environment = {**environment, **environment_of(telnyx)}
        children = running.enter_context(
            running_site(port, environment, asked_to_stop=asked_to_stop)
        )
        print(f"Admin    {site}/admin/  {access}")
        print(f"Webhook  {webhook}")
        print("Ctrl-C stops the site and its clock.", flush=True)
        if calls:
            callers = (telnyx, calls, f"{site}/admin/voicegather/gatherresult/")
            threading.Thread(target=_tell_of_callers, args=callers, daemon=True).start()
        while not asked_to_stop.wait(LOOK_SECONDS):
            require_all_alive(children)


def _tell_of_callers(telnyx: FakeTelnyx, calls: int, results: str) -> None:
    print(let_callers_through(telnyx, calls))
    print(f"What they entered: {results}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
