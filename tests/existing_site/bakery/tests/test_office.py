from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import BigAutoField, Model
from django.test import Client
from django.urls import reverse
from people.models import Person

from voicegather.models import Call, GatherResult, Menu

REGISTERED = [
    model
    for model in apps.get_app_config("voicegather").get_models()
    if model in admin.site._registry
]


@pytest.fixture
def office(client: Client, db: None) -> Client:
    """The admin, seen by a superuser who logs in by e-mail."""
    client.force_login(Person.objects.create_superuser("baker@example.com", "an insecure one"))
    return client


def test_the_models_that_staff_need_are_in_the_office() -> None:
    assert {Menu, Call, GatherResult} <= set(REGISTERED)


def test_the_offices_first_page_shows_voicegather(office: Client) -> None:
    page = office.get("/office/")

    assert page.status_code == 200
    assert b"/office/voicegather/menu/" in page.content


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.model_name)
def test_the_list_answers(office: Client, model: type[Model]) -> None:
    page = office.get(reverse(f"admin:voicegather_{model._meta.model_name}_changelist"))

    assert page.status_code == 200


def test_the_sites_own_kind_of_keys_does_not_reach_voicegather() -> None:
    assert type(Menu._meta.pk) is BigAutoField


def test_strangers_see_the_login_of_the_office(client: Client) -> None:
    page = client.get("/office/voicegather/menu/")

    assert (page.status_code, page.url.partition("?")[0]) == (302, "/office/login/")
