from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.services.menus.strategies import AWKWARD_TEXTS, menus
from voicegather.models import Menu
from voicegather.services.menus import dump_menu, load_menu
from voicegather.services.menus.dumping import form_of
from voicegather.services.menus.files.form import MenuForm
from voicegather.services.menus.files.parse import parse_menu
from voicegather.services.menus.files.write import write_menu

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(unhurried, max_examples=50)
@given(menus())
def test_what_is_written_reads_back_as_it_was(form: MenuForm) -> None:
    assert parse_menu(write_menu(form)) == form


@settings(unhurried, max_examples=20)
@given(menus())
@pytest.mark.django_db
def test_a_loaded_menu_dumps_as_the_file_says_and_loading_that_changes_nothing(
    form: MenuForm,
) -> None:
    menu = load_menu(text=write_menu(form)).menu

    again = load_menu(text=dump_menu(menu))

    assert form_of(Menu.objects.get(pk=menu.pk)) == form
    assert not again.changed


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_awkward_text_survives_as_a_name_and_as_a_description(text: str) -> None:
    form = MenuForm(slug="line", name=text[:120], description=text)

    assert parse_menu(write_menu(form)) == form


def test_several_lines_are_written_as_a_block() -> None:
    form = MenuForm(slug="line", name="Line", description="First line.\nSecond line.\n")

    assert "description: |\n  First line.\n  Second line.\n" in write_menu(form)
