"""Who reads decides the language: pages, what the linter finds, problems of the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from tests.factories import make_menu
from voicegather.api.schema import openapi_document
from voicegather.models import Step
from voicegather.services.menus import lint_menu
from voicegather.services.menus.places import place_label


@pytest.fixture(autouse=True)
def language_of_the_process() -> Iterator[None]:
    """A request leaves its language to the thread, which is the tests' own here."""
    with override("en-us"):
        yield


MEXICAN = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def test_a_page_is_in_the_language_that_the_browser_asks_for(admin_client: Client) -> None:
    make_menu()
    url = reverse("admin:voicegather_menu_changelist")

    spanish = admin_client.get(url, headers=MEXICAN)
    english = admin_client.get(url)

    assert "Live version" in english.content.decode()
    assert "Versión activa" in spanish.content.decode()
    assert spanish.headers["Content-Language"] == "es"


@pytest.mark.parametrize("language", ["de", "xx", ""])
def test_who_asks_for_another_language_reads_english(language: str, admin_client: Client) -> None:
    make_menu()
    url = reverse("admin:voicegather_menu_changelist")

    page = admin_client.get(url, headers={"Accept-Language": language}).content.decode()

    assert "Live version" in page


def test_findings_are_in_the_language_of_who_looks(admin_client: Client) -> None:
    menu = make_menu()
    Step.objects.create(menu=menu, key="ask", kind="gather", config={"maximum_digits": 500})
    url = reverse("admin:voicegather_menu_change", args=[menu.pk])

    page = admin_client.get(url, headers=MEXICAN).content.decode()

    assert "ningún paso es el inicial: marque el primero" in page
    assert "Máximo de dígitos: es 500; el máximo es 128" in page
    with override("en"):
        assert "is 500; the most is 128" in {finding.message for finding in lint_menu(menu)}


def test_problems_of_the_api_are_in_the_language_that_is_asked_for(admin_user: User) -> None:
    client = APIClient()
    client.force_authenticate(admin_user)

    problem = client.get("/voicegather/api/menus/nowhere/", headers=MEXICAN).json()

    assert problem["code"] == "not_found"
    assert problem["detail"] == "Aquí no hay nada."


def test_the_document_of_the_api_is_english_whoever_asks_first() -> None:
    with override("es"):
        in_spanish = openapi_document()

    assert in_spanish == openapi_document()
    assert "No input" in json.dumps(in_spanish)


@pytest.mark.parametrize(
    ("kind", "field", "label"),
    [
        ("gather", "", ""),
        ("gather", "minimum_digits", "Fewest digits"),
        ("gather", "choices", "Choices"),
        ("gather", "choices[0]", "Choice 1"),
        ("ai_gather", "fields.1.description", "Fields, row 2, Description"),
        ("handler", "options.url", "Options, url"),
        ("", "variables.0.name", "What a call may bring with it, row 1, Name"),
        ("", "entry", "First step"),
        ("", "languages", "Languages"),
        ("nonsense", "whatever.1", "whatever.1"),
    ],
)
def test_a_place_is_called_as_on_its_form(kind: str, field: str, label: str, db: Any) -> None:
    assert place_label(kind, field) == label
