"""Whatever is sent to any operation of the OpenAPI document, nothing breaks.

Requests are made from the document: some that keep it, some that break it, some about rows that
are there. Answers must keep it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from rest_framework.authtoken.models import Token
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from voicegather.api.schema import openapi_document
from voicegather.models import PhoneNumber, Prompt, PromptVariant
from voicegather.sealing import seal

#: Of each operation and each way to make requests.
EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(
    openapi_document() | {"servers": [{"url": "http://testserver/voicegather/api"}]}
)
OPERATIONS = {
    f"{found.ok().method.upper()} {found.ok().path}": found.ok()
    for found in SCHEMA.get_all_operations()
}


@pytest.fixture
def there(db: None) -> dict[str, Any]:
    """What is there, by the names that parameters of paths have."""
    version = make_version(make_menu(), {"account": {}})
    call = make_call(version=version)
    sealed = seal({"raw": "1", "value": "1"})
    result = make_result(make_visit(call), "1", sensitivity="masked", sealed=sealed)
    prompt = Prompt.objects.create(key="welcome")
    PromptVariant.objects.create(prompt=prompt, language="en-US", text="Hello")
    number = PhoneNumber.objects.create(number="+13125550100", menu=version.menu, pk=result.pk)
    return {
        "slug": "clinic",
        "number": "1",
        "key": "welcome",
        "token": call.token,
        "id": str(number.pk),
    }


@pytest.fixture
def headers(db: None, settings: Any) -> dict[str, str]:
    settings.VOICEGATHER = settings.VOICEGATHER | {
        "API_THROTTLE": "",
        "API_THROTTLE_PLACING": "",
        "TELNYX_CONNECTION_ID": "7",
    }
    user = get_user_model().objects.create_superuser("root")
    return {"Authorization": f"Token {Token.objects.create(user=user).key}"}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests are inside of the test's transaction, and leave its connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_document_has_operations_to_try() -> None:
    assert len(OPERATIONS) > 20


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_no_request_breaks_anything(
    name: str, mode: GenerationMode, there: dict[str, Any], headers: dict[str, str]
) -> None:
    application = get_wsgi_application()

    @seed(20_260_301)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        OPERATIONS[name].as_strategy(generation_mode=mode),
        st.booleans(),
        st.none() | st.integers(0, 15),
    )
    def ask(case: Any, about_what_is_there: bool, alone: int | None) -> None:
        if about_what_is_there:
            parameters = case.path_parameters or {}
            case.path_parameters = {each: there[each] for each in parameters}
        if case.query and alone is not None:
            # Of several wrong parameters one is refused, and the others are not looked at.
            query = list(case.query.items())
            case.query = dict([query[alone % len(query)]])
        with transaction.atomic():
            answer = case.call(app=application, headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    ask()
