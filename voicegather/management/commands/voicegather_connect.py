from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather import conf
from voicegather.provider.client import RefusedError
from voicegather.services.applications import (
    AddressError,
    Change,
    Done,
    Plan,
    PlanError,
    advice_on,
    carry_out,
    plan_application,
    webhook_address,
    webhook_of_site,
)


class Command(BaseCommand):
    help = (
        "Makes or updates the site's Call Control Application at Telnyx and points the site's "
        "active numbers at it. Shows what will change, and asks first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url",
            default="",
            help="The site's public address, such as https://ivr.example.com; with a path, the "
            "webhook's own address. Default: VOICEGATHER['PUBLIC_URL'].",
        )
        parser.add_argument(
            "--failover-url",
            default="",
            help="Where Telnyx posts when that fails; left as it is when not given.",
        )
        parser.add_argument(
            "--number",
            action="append",
            default=[],
            metavar="+1…",
            help="Only this number; may be repeated. Default: all active numbers of the site.",
        )
        parser.add_argument(
            "--connection",
            default="default",
            help="Which Telnyx account: a name in VOICEGATHER['CONNECTIONS'].",
        )
        parser.add_argument("--yes", action="store_true", help="Change without asking.")
        parser.add_argument(
            "--json",
            action="store_true",
            help="Print one JSON document; nobody is asked, and without --yes nothing changed.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = _planned(options)
        done: list[Done] = []
        problem = ""
        if not options["json"]:
            self._show(plan)
        if options["yes"] or (not plan.is_empty and not options["json"] and self._agreed()):
            try:
                for each in carry_out(plan):
                    done.append(each)
                    if not options["json"]:
                        self.stdout.write(_told(each, plan))
            except RefusedError as refused:
                problem = _told_problem(refused, _left(plan, done)[0])
        self._conclude(plan, done, problem, options)

    def _conclude(
        self, plan: Plan, done: list[Done], problem: str, options: dict[str, Any]
    ) -> None:
        application = done[0].application if done else plan.application
        if options["json"]:
            document = _document(plan, done, problem)
            self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
        elif application is not None:
            self._tell_id(application.id, options["connection"])
            if not application.outbound_voice_profile_id:
                self.stdout.write(
                    "It has no outbound voice profile: placed calls and transfers fail until it "
                    "is given one in the Telnyx portal."
                )
        if problem:
            left = _left(plan, done)
            raise CommandError(
                f"{problem} Done: {len(done)}; not done: {', '.join(left)}. "
                "What is done stays; run this again for the rest."
            )

    def _show(self, plan: Plan) -> None:
        for number in plan.strange:
            self.stdout.write(f"{number}: not in this Telnyx account, left alone.")
        for number in plan.unserved:
            self.stdout.write(
                f"{number}: no active number of this site's connection: add it in the admin, else "
                "its calls are refused."
            )
        if plan.is_empty:
            self.stdout.write("Nothing to change.")
            return
        if plan.application is None:
            self.stdout.write("A new Call Control Application:")
        elif plan.changes:
            self.stdout.write(f"Call Control Application {plan.application.id}:")
        for change in plan.changes:
            self.stdout.write(f"  {_line(change)}")
        for change, name in _number_changes(plan):
            self.stdout.write(f"Phone number {name}:")
            self.stdout.write(f"  {_line(change)}")

    def _agreed(self) -> bool:
        try:
            answer = input("Change this at Telnyx? [y/N] ")
        except EOFError:
            raise CommandError(
                "Nobody is there to ask, so nothing was changed: give --yes."
            ) from None
        if answer.strip().lower() in {"y", "yes"}:
            return True
        self.stdout.write("Nothing was changed.")
        return False

    def _tell_id(self, id_: str, connection: str) -> None:
        if conf.connection_id(connection) == id_:
            return
        if connection == "default":
            self.stdout.write(f"Set TELNYX_CONNECTION_ID={id_}")
        else:
            self.stdout.write(
                f'Set "connection_id": "{id_}" in VOICEGATHER[\'CONNECTIONS\'][{connection!r}]'
            )


def _planned(options: dict[str, Any]) -> Plan:
    if options["connection"] not in conf.connection_names():
        known = ", ".join(conf.connection_names())
        raise CommandError(f"There is no connection {options['connection']!r}. Known: {known}.")
    try:
        url = webhook_of_site(options["url"])
        if not url:
            raise AddressError(
                "Where is the site? Give --url https://…, or set VOICEGATHER['PUBLIC_URL']."
            )
        failover = options["failover_url"]
        return plan_application(
            connection=options["connection"],
            url=url,
            failover_url=webhook_address(failover) if failover else "",
            numbers=options["number"],
        )
    except (AddressError, PlanError) as problem:
        raise CommandError(f"{problem} Nothing was changed.") from None


def _number_changes(plan: Plan) -> list[tuple[Change, str]]:
    new = plan.application.id if plan.application else "the new application"
    return [
        (Change("connection_id", each.connection_id or None, new), each.number)
        for each in plan.numbers
    ]


def _line(change: Change) -> str:
    old, new = (
        "none" if value is None else json.dumps(value, ensure_ascii=False)
        for value in (change.old, change.new)
    )
    return f"{change.field}: {old} → {new}"


def _told(done: Done, plan: Plan) -> str:
    if done.number is not None:
        return f"Done: {done.number.number} leads to {done.application.id}."
    verb = "made" if plan.application is None else "updated"
    return f"Done: application {done.application.id} {verb}."


def _told_problem(refused: RefusedError, what: str) -> str:
    advice = advice_on(refused)
    if refused.http_status == 0 or refused.http_status >= 500:
        # The answer may have been lost on its way back.
        return f"{advice} Whether this was done is not known: {what}."
    return advice


def _left(plan: Plan, done: list[Done]) -> list[str]:
    """What is not done, in the order of the plan."""
    things = ["the application"] if plan.application is None or plan.changes else []
    return [*things, *(each.number for each in plan.numbers)][len(done) :]


def _document(plan: Plan, done: list[Done], problem: str) -> dict[str, Any]:
    application = done[0].application if done else plan.application
    return {
        "connection_id": application.id if application else None,
        "application": [_as_json(change) for change in plan.changes],
        "numbers": {name: _as_json(change) for change, name in _number_changes(plan)},
        "not_at_telnyx": list(plan.strange),
        "not_in_the_site": list(plan.unserved),
        "done": [each.number.number if each.number else "the application" for each in done],
        "not_done": _left(plan, done),
        "problem": problem,
    }


def _as_json(change: Change) -> dict[str, Any]:
    return {"field": change.field, "old": change.old, "new": change.new}
