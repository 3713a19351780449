"""What callers enter in secret steps, and the site's own keys, from the caller's keypad to the end.

One whole call over real HTTP and the real SDK; then every log, table, page, answer and export is
searched.
"""

from __future__ import annotations

import io
import logging
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

import voicegather
from tests.handlers.serving import Service, says, serving
from tests.line import NUMBER, document, publish_by_hand, words
from voicegather import handlers
from voicegather.handlers import HandlerCall, ValidatorCall
from voicegather.models import Call, Export, GatherResult
from voicegather.provider import client
from voicegather.selectors.collected import ExportFilters
from voicegather.services import outbox
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.shapes import export_in_shape
from voicegather.testing import FinishedCall, PhoneLine, phone_line

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["phone_line"]

PIN = "7391826450"
#: Of a masked step that shows the last two characters, and what was entered in its place first.
CODE, MISTYPED = "58204791", "58204"
#: What a service tells of the PIN, and what the site's validator makes of it.
TOLD = "zebra-crossing-eleven"
ACCEPTED = f"ACCOUNT-{PIN}"
SERVICE_TOKEN = "fake-bearer-token-of-the-service"


@pytest.fixture
def service(phone_line: PhoneLine, settings: Any) -> Iterator[Service]:
    """Another system that the menu asks."""
    with serving() as service:
        settings.VOICEGATHER = settings.VOICEGATHER | {
            "HTTP_HANDLER_HOSTS": [service.origin],
            "HTTP_HANDLER_ALLOW_PRIVATE": True,
            "HTTP_HANDLER_TOKENS": {f"localhost:{service.port}": SERVICE_TOKEN},
        }
        service.answers.append(says({"told": TOLD}))
        yield service


@pytest.fixture
def call(
    phone_line: PhoneLine, service: Service, caplog: pytest.LogCaptureFixture
) -> Iterator[FinishedCall]:
    """A caller has entered a PIN: it was judged, sent to the service, and tripped a handler."""
    client.warm(outbox.account_of("default"))

    def account(value: str, call: ValidatorCall) -> str:
        return f"ACCOUNT-{value}"

    def trips(call: HandlerCall) -> None:
        assert call.variables["told"] == TOLD
        logging.getLogger("site").warning("asked for %s", call)
        raise LookupError(f"{call.variables['pin']} and {call.variables['told']}")

    with handlers.restored(), caplog.at_level(logging.DEBUG):
        voicegather.validator("account")(account)
        voicegather.handler("trips")(trips)
        publish_by_hand(_menu(service))
        yield phone_line.call(
            [{"press": PIN}, {"press": f"{MISTYPED}#"}, {"press": CODE}], to=NUMBER
        )


def _menu(service: Service) -> dict[str, Any]:
    """Keys, a validator, a request to the service, and a handler that raises."""
    compiled = document()
    steps = compiled["steps"]
    bye = [{"match": "otherwise", "target": "bye"}]
    config = {"prompt": "question", "variable": "pin", "validator": "account"}
    steps["ask"] |= {
        "sensitivity": "secret",
        "config": config | {"maximum_digits": len(PIN)},
        "edges": [{"match": "any", "target": "code"}, *bye],
    }
    asked = {"minimum_digits": len(CODE), "maximum_digits": len(CODE)}
    steps["code"] = {
        "key": "code",
        "kind": "gather",
        "sensitivity": "masked",
        "shown_last": 2,
        "config": {"prompt": "question", **asked},
        "edges": [{"match": "any", "target": "look"}, *bye],
    }
    request = {"url": f"{service.origin}/of/{{{{ pin }}}}", "method": "GET", "send": "pin"}
    for key, name, options, then in (
        ("look", "http", request, "trip"),
        ("trip", "trips", {"note": "{{ pin }}"}, "bye"),
    ):
        steps[key] = {
            "key": key,
            "kind": "handler",
            "sensitivity": "secret",
            "config": {
                "handler": name,
                "options": options,
                "variables": ["told"],
                "pass_sensitive": True,
            },
            "edges": [{"match": "exit", "value": "done", "target": then}, *bye],
        }
    compiled["prompts"]["bye"] = words("Goodbye.")
    return compiled


def test_secrets_are_in_no_log_table_page_answer_or_export(
    call: FinishedCall,
    service: Service,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert call.outcomes == {"ask.digits": "valid", "code.digits": "valid"}
    assert call.steps == ["ask", "code", "look", "trip", "bye"]
    assert GatherResult.objects.get(step_key="code").value == "•••91"
    (seen,) = service.seen
    assert seen.path == f"/of/{ACCEPTED}?pin={ACCEPTED}"
    assert seen.headers["authorization"] == f"Bearer {SERVICE_TOKEN}"

    secrets = {
        "the PIN": PIN,
        "the masked code": CODE,
        "the mistyped code": MISTYPED,
        "what the service told": TOLD,
        "the service's token": SERVICE_TOKEN,
        "the API key": settings.VOICEGATHER["TELNYX_API_KEY"],
        "the sealing key": os.environ["VOICEGATHER_ENCRYPTION_KEYS"],
        "Django's key": settings.SECRET_KEY,
    }
    places = {
        "logs": _logs(caplog),
        "output": "".join(capfd.readouterr()),
        "tables": _tables(),
        "pages": _pages(call.record),
        "answers": _answers(call.record),
        "exports": _exports(),
        "cache": repr(vars(caches["default"])),
        "mail": "".join(str(each.message()) for each in mail.outbox) or "none",
        "files": _files(tmp_path),
    }
    found = [
        f"{what} is in {where}"
        for where, text in places.items()
        for what, secret in secrets.items()
        if secret in text
    ]
    assert all(text for where, text in places.items() if where != "output")
    assert found == []


def test_the_search_finds_what_leaks(call: FinishedCall) -> None:
    """Were a PIN stored in the open, tables, pages, answers and exports would show it."""
    GatherResult.objects.filter(step_key="ask").update(value=PIN, sensitivity="normal", sealed=None)

    places = (_tables(), _pages(call.record), _answers(call.record), _exports())

    assert [PIN in text for text in places] == [True] * 4


def _logs(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged since the call began, with what a formatter could show besides."""
    records = (*caplog.get_records("setup"), *caplog.get_records("call"))
    return "\n".join(f"{record.getMessage()} {vars(record)}" for record in records)


def _tables() -> str:
    """Every column of every table as text."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += [
                bytes(value).decode("latin-1")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(told)


def _files(folder: Path) -> str:
    """Names and contents of what was stored since the call began."""
    found = [each for each in (folder, Path(default_storage.path(""))) if each.is_dir()]
    files = [file for each in found for file in each.rglob("*") if file.is_file()]
    return "none" + "".join(f"{file} {file.read_bytes().decode('latin-1')}" for file in files)


def _pages(call: Call) -> str:
    """Every page of the admin that shows rows of ours, to a superuser who does not reveal."""
    browser = _superuser()
    addresses = [reverse("admin:voicegather_call_live", args=[call.pk])]
    for model in apps.get_app_config("voicegather").get_models():
        name = f"admin:voicegather_{model._meta.model_name}"
        if model in admin.site._registry:
            rows = model._default_manager.values_list("pk", flat=True)
            addresses.append(reverse(f"{name}_changelist"))
            addresses += [reverse(f"{name}_change", args=[pk]) for pk in rows]
    return "".join(_got(browser, address) for address in addresses)


def _answers(call: Call) -> str:
    browser = _superuser()
    root = reverse("voicegather:api-root")
    paths = ("calls/", "results/", "numbers/", "menus/", "prompts/")
    of_call = [f"calls/{call.token}/{rest}" for rest in ("", "timeline/", "state/")]
    return "".join(_got(browser, f"{root}{path}") for path in (*paths, *of_call))


def _exports() -> str:
    return "".join(
        _read(b"".join(in_format(export_in_shape(shape, filters=ExportFilters()), format)), format)
        for shape in Export.Shape.values
        for format in Export.Format.values
    )


def _read(file: bytes, format: str) -> str:
    if format != Export.Format.XLSX:
        return file.decode()
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def _superuser() -> Client:
    browser = Client()
    user, _ = User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)
    browser.force_login(user)
    return browser


def _got(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()
