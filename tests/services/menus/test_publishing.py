from __future__ import annotations

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection

from tests.services.menus.building import as_text, ask, choice, line, load, words
from voicegather.models import Menu, MenuVersion
from voicegather.services.menus import (
    MenuLintError,
    compile_menu,
    content_sha256,
    load_menu,
    publish_menu,
)

pytestmark = pytest.mark.django_db


def test_publishing_keeps_the_compiled_menu_as_version_one_and_makes_it_live() -> None:
    menu = load(line())

    version = publish_menu(menu=menu, note="First.")

    document = compile_menu(menu)
    assert (version.number, version.format, version.note) == (1, 1, "First.")
    assert (version.document, version.sha256) == (document, content_sha256(document))
    assert menu.live_version == version
    assert Menu.objects.get().live_version == version


def test_the_same_content_makes_no_new_version() -> None:
    menu = load(line())
    first = publish_menu(menu=menu)

    assert publish_menu(menu=menu, note="Again.") == first
    assert list(MenuVersion.objects.values_list("number", "note")) == [(1, "")]


def test_changed_content_makes_the_next_version_and_the_old_one_stays_as_it_was() -> None:
    first = publish_menu(menu=load(line()))
    second = publish_menu(menu=load(line(prompts={"question": words("Press one.")})))

    assert (first.number, second.number) == (1, 2)
    kept = MenuVersion.objects.get(number=1).document["prompts"]["question"]["en-US"]["text"]
    assert kept == "Press 1."


def test_content_of_an_older_version_makes_that_one_live_again() -> None:
    first = publish_menu(menu=load(line()))
    publish_menu(menu=load(line(prompts={"question": words("Press one.")})))

    again = publish_menu(menu=load(line()))

    assert again == first
    assert Menu.objects.get().live_version == first
    assert MenuVersion.objects.count() == 2


def test_a_menu_with_errors_is_not_published_and_the_live_version_stays() -> None:
    live = publish_menu(menu=load(line()))
    menu = load(line(steps={"ask": ask(choice(None, digits="1"))}, choices=[]))

    with pytest.raises(MenuLintError) as raised:
        publish_menu(menu=menu)

    assert {each.code for each in raised.value.findings} == {"target_missing", "exit_missing"}
    assert raised.value.problems[0] == (
        "error, ask.choices[0]: “1” leads nowhere: choose the step that it leads to"
    )
    assert Menu.objects.get().live_version == live


def test_warnings_do_not_keep_a_menu_from_being_published() -> None:
    menu = load(line(choices=[*line()["choices"], choice(exit="busy")]))

    assert publish_menu(menu=menu).number == 1


def test_who_published_is_on_the_version_and_in_the_admin_log() -> None:
    author = User.objects.create(username="editor")
    menu = load(line())

    version = publish_menu(menu=menu, author=author)
    publish_menu(menu=menu, author=author)

    assert version.author == author
    assert list(LogEntry.objects.order_by("pk").values_list("object_repr", "change_message")) == [
        ("Line v1", "Published “Line”."),
        ("Line", "Made version 1 live."),
    ]


@pytest.mark.django_db(transaction=True)
def test_publishing_from_several_threads_at_once_makes_one_version() -> None:
    load_menu(text=as_text(line()))
    together = threading.Barrier(4)
    found: list[int] = []
    failures: list[BaseException] = []

    def publish() -> None:
        try:
            menu = Menu.objects.get()
            together.wait(10)
            found.append(publish_menu(menu=menu).pk)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert len(found) == 4
    assert set(found) == {MenuVersion.objects.get().pk}
