from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from voicegather.services.doctor import Finding, Verdict, examine


class Command(BaseCommand):
    help = (
        "Looks at keys, the Telnyx account, the webhook's address, database, broker, workers, "
        "clock and storage, and says what to do about what is not well; exits with 1 on a failure."
    )
    #: It runs those of this app itself, and tells them among the rest.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url",
            default="",
            help="The site's public address, such as https://ivr.example.com. Default: "
            "VOICEGATHER['PUBLIC_URL'].",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        findings: list[Finding] = []
        for finding in examine(url=options["url"]):
            findings.append(finding)
            if not options["json"]:
                self._tell(finding)
        has_failed = any(each.verdict is Verdict.FAILED for each in findings)
        if options["json"]:
            document = {"failed": has_failed, "findings": [asdict(each) for each in findings]}
            self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            counts = {verdict: _count(findings, verdict) for verdict in Verdict}
            self.stdout.write(", ".join(f"{number} {name}" for name, number in counts.items()))
        if has_failed:
            sys.exit(1)

    def _tell(self, finding: Finding) -> None:
        self.stdout.write(f"{finding.verdict:<8} {finding.what}: {finding.detail}")
        if finding.advice:
            self.stdout.write(f"{'':<8} → {finding.advice}")


def _count(findings: list[Finding], verdict: Verdict) -> int:
    return sum(each.verdict is verdict for each in findings)
