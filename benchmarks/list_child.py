"""``python -m benchmarks.list_child``: a site with many or few results, told what to ask it.

Each line that it reads is JSON, one of JOBS and its arguments; it answers with a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

#: Results that one asks for exactly: more than a page, of these and of nobody else.
OWN, CALLER, VALUE, STEP = 60, "+13125550199", "7654321", "measured"
EVERYTHING, ALL_OF_TEAM, FEW_OF_TEAM = "superuser", "team with all", "team with few"


def seed(*, results: int) -> dict[str, float]:
    """Store about so many and OWN others among them; how many rows there are then."""
    from benchmarks.seeding import seed_input

    began = time.perf_counter()
    rows = seed_input(results)
    _people()
    _own_results()
    return {
        "calls": rows["voicegather_call"] + OWN,
        "results": rows["voicegather_gatherresult"] + OWN,
        "seconds": time.perf_counter() - began,
    }


def _people() -> None:
    """Somebody who sees everything, a team that owns the sample menus, and another team."""
    from django.contrib.auth.models import Group, Permission, User

    from voicegather.models import Menu

    User.objects.create_superuser(EVERYTHING)
    for name in (ALL_OF_TEAM, FEW_OF_TEAM):
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__endswith="_gatherresult"))
        user.groups.add(Group.objects.create(name=name))
    Menu.objects.update(team=Group.objects.get(name=ALL_OF_TEAM))


def _own_results() -> None:
    """OWN accepted results over the whole year, in a menu that both teams see."""
    from django.contrib.auth.models import Group, User
    from django.db import connection

    from voicegather.models import Call, GatherResult, Menu, MenuVersion, PhoneNumber, StepVisit
    from voicegather.models import ResultReview as Review
    from voicegather.sealing import seal

    few = Group.objects.get(name=FEW_OF_TEAM)
    User.objects.get(username=ALL_OF_TEAM).groups.add(few)
    menu = Menu.objects.create(slug="measured", name="Measured", team=few)
    version = MenuVersion.objects.create(
        menu=menu, number=1, format=1, sha256="1" * 64, document={"steps": {}}
    )
    number = PhoneNumber.objects.create(number="+13125550198", menu=menu)
    first = GatherResult.objects.order_by("gathered_at").values_list("gathered_at", flat=True)[0]
    state = seal({})
    for index in range(OWN):
        at = first + timedelta(days=364 * index / OWN)
        call = Call.objects.create(
            token=f"{index:032x}",
            number=number,
            menu=menu,
            version=version,
            caller=CALLER,
            caller_e164=CALLER,
            sealed_state=state,
            started_at=at,
            ended_at=at,
        )
        visit = StepVisit.objects.create(
            call=call, number=1, version=version, step_key=STEP, entered_at=at, left_at=at
        )
        result = GatherResult.objects.create(
            call=call,
            visit=visit,
            menu=menu,
            step_key=STEP,
            field="digits",
            sensitivity="normal",
            outcome="error",
            raw=VALUE,
            value=VALUE,
            gathered_at=at,
            review_state="accepted",
        )
        Review.objects.create(result=result, decision="accepted")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


#: What teams make harder: their viewers are asked this alone.
OF_TEAMS = (
    *("first page", "deep page", "common outcome", "unreviewed"),
    *("many callers' beginning", "value's beginning", "queue"),
)


def questions(*, viewer: str) -> list[str]:
    """What :func:`milliseconds` is asked for `viewer`."""
    return list(_asked()) if viewer == EVERYTHING else list(OF_TEAMS)


def viewers() -> list[str]:
    return [EVERYTHING, ALL_OF_TEAM, FEW_OF_TEAM]


def milliseconds(*, viewer: str, what: str) -> float:
    """From the request to the whole page; raises AssertionError where there is none."""
    from django.test import Client
    from django.urls import reverse

    client = _clients.get(viewer)
    if client is None:
        from django.contrib.auth.models import User

        client = _clients[viewer] = Client(headers={"host": "127.0.0.1"})
        client.force_login(User.objects.get(username=viewer))
    asked = _asked()[what]
    address = reverse(f"admin:{asked.pop('page')}")
    began = time.perf_counter()
    response = client.get(address, asked)
    taken = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        raise AssertionError(f"{what} for {viewer}: {response.status_code}")
    return taken


_clients: dict[str, Any] = {}


def _asked() -> dict[str, dict[str, Any]]:
    """The parameters of each question."""
    from voicegather.models import GatherResult, MenuVersion, PhoneNumber
    from voicegather.selectors.keyset import Place

    if not _known:
        middle = GatherResult.objects.filter(step_key=STEP).order_by("pk")[OWN // 2]
        version = MenuVersion.objects.get(menu__slug="measured")
        number = PhoneNumber.objects.get(menu__slug="measured")
        day = middle.gathered_at.date()
        deep = str(Place(middle.gathered_at, middle.pk))
        _known.update(
            {
                "first page": {},
                "deep page": {"after": deep},
                "page before it": {"before": deep},
                "a month": {"since": str(day - timedelta(days=30)), "until": str(day)},
                "days backwards": {"since": str(day), "until": str(day - timedelta(days=30))},
                "menu": {"menu__id__exact": version.menu_id},
                "version": {"menu__id__exact": version.menu_id, "version": version.pk},
                "version alone": {"version": version.pk},
                "step": {"step_key": STEP},
                "outcome": {"outcome__exact": "error"},
                "common outcome": {"outcome__exact": "valid"},
                "accepted": {"review_state__exact": "accepted"},
                "unreviewed": {"review_state__exact": "unreviewed"},
                "number": {"number": number.pk},
                "menu, step, outcome and month": {
                    "menu__id__exact": version.menu_id,
                    "step_key": STEP,
                    "outcome__exact": "error",
                    "since": str(day - timedelta(days=30)),
                },
                "caller": {"q": f'"{CALLER}"'},
                "caller's beginning": {"q": CALLER[:-1]},
                "many callers' beginning": {"q": "+1312"},
                "value": {"q": f'"{VALUE}"'},
                "value's beginning": {"q": VALUE[:-1]},
                "nothing found": {"q": "nobody"},
                "queue": {"page": "voicegather_gatherresult_queue"},
                "queue of a step": {"page": "voicegather_gatherresult_queue", "step_key": STEP},
            }
        )
    usual = {"page": "voicegather_gatherresult_changelist"}
    return {name: {**usual, **asked} for name, asked in _known.items()}


_known: dict[str, dict[str, Any]] = {}

JOBS = {job.__name__: job for job in (seed, questions, viewers, milliseconds)}

if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(JOBS[name](**arguments)), flush=True)
