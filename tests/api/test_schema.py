"""The OpenAPI document: valid, complete, and changed on purpose alone."""

from __future__ import annotations

from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.test import override_settings
from drf_spectacular.validation import validate_schema

from tests.api.conftest import ROOT, Api
from tests.api.golden import GOLDEN
from voicegather import __version__
from voicegather.api.schema import openapi_document


def test_the_document_is_valid() -> None:
    validate_schema(openapi_document())


def test_the_document_is_the_one_in_docs() -> None:
    """After a change on purpose: ``python -m tests.api.golden``."""
    assert openapi_document() == yaml.safe_load(GOLDEN.read_text())


def test_the_sites_own_command_finds_nothing_to_warn_of() -> None:
    told = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, stdout=told)

    assert f"{ROOT}results/" in told.getvalue()


@override_settings(
    SPECTACULAR_SETTINGS={"TITLE": "Bakery", "SCHEMA_PATH_PREFIX": "/bakery"},
    REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": "rest_framework.schemas.openapi.AutoSchema"},
)
def test_settings_of_the_site_do_not_change_it() -> None:
    assert openapi_document() == yaml.safe_load(GOLDEN.read_text())


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
    ],
)
def test_it_is_served_with_its_own_address(accept: str, content_type: str, api: Api) -> None:
    answer = api().ask("get", "schema/", HTTP_ACCEPT=accept)

    document = yaml.safe_load(answer.content)
    assert answer.headers["Content-Type"].partition(";")[0] == content_type
    assert document["servers"] == [{"url": "/voicegather/api"}]
    assert document["info"]["version"] == __version__
    assert document["paths"] == openapi_document()["paths"]


def test_every_operation_tells_of_problems_and_of_who_may_ask() -> None:
    operations = [
        operation
        for path in openapi_document()["paths"].values()
        for name, operation in path.items()
        if name != "parameters"
    ]

    assert len(operations) > 15
    for operation in operations:
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"]
        assert operation["security"] == [{"tokenAuth": []}, {"cookieAuth": []}]
