"""Tests made of test calls, renamed, accepted as they go now, and deleted."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import Menu, MenuTest
from voicegather.services.budgets import limits_of_calls
from voicegather.services.menu_tests.errors import MenuTestError
from voicegather.services.menu_tests.happening import happened_in
from voicegather.services.menu_tests.running import rehearse
from voicegather.services.menu_tests.scripts import (
    read_script,
    stored_expectations,
    stored_script,
)
from voicegather.services.menus.journal import note_addition, note_change, note_deletion
from voicegather.services.trials.acts import read_act
from voicegather.services.trials.drafts import compiled_draft, graph_of_document
from voicegather.services.trials.menus import TrialMenus
from voicegather.services.trials.sessions import Trial

#: Tests of one menu.
MOST_TESTS = 200
LONGEST_NAME = 120


@transaction.atomic
def save_test(trial: Trial, *, name: str, author: AbstractBaseUser | None = None) -> MenuTest:
    """Keep a test call as a test that expects what happened in it so far.

    What was entered in sensitive steps is sealed in it. Raises MenuTestError.
    """
    menu = trial.row.menu
    if menu.tests.count() >= MOST_TESTS:
        raise MenuTestError(_("A menu has at most %s tests: delete one first.") % MOST_TESTS)
    acts = [(read_act(done.document), done.is_sensitive) for done in trial.acts]
    test = MenuTest.objects.create(
        menu=menu,
        name=free_name(menu, name),
        script=stored_script(trial.start, acts),
        expectations=stored_expectations(happened_in(trial.line, trial.graph.menu)),
    )
    note_addition(author=author, of=test, message=_("Saved a test call."))
    return test


@transaction.atomic
def rename_test(test: MenuTest, *, name: str, author: AbstractBaseUser | None = None) -> None:
    """Give a test another name; raises MenuTestError where it is taken or cannot be one."""
    if name.strip() == test.name:
        return
    test.name = free_name(test.menu, name)
    test.save(update_fields=["name", "updated_at"])
    note_change(author=author, of=test, message=_("Renamed."))


@transaction.atomic
def accept_test(test: MenuTest, *, author: AbstractBaseUser | None = None) -> None:
    """Expect from now on what happens in the test's call as the menu stands.

    Raises MenuTestError where one of its acts cannot be done any more, and MenuLintError.
    """
    graph = graph_of_document(compiled_draft(test.menu))
    script = read_script(test.script)
    rehearsal = rehearse(script, graph, TrialMenus(graph), limits_of_calls())
    acts = zip(script.acts, rehearsal.sensitive, strict=True)
    test.script = stored_script(script.start, acts)
    test.expectations = stored_expectations(happened_in(rehearsal.line, graph.menu))
    test.save(update_fields=["script", "expectations", "updated_at"])
    note_change(author=author, of=test, message=_("Accepted what happens now."))


@transaction.atomic
def delete_test(test: MenuTest, *, author: AbstractBaseUser | None = None) -> None:
    note_deletion(
        author=author, of=test, message=_("Deleted the test “%(test)s”.") % {"test": test.name}
    )
    test.delete()


def free_name(menu: Menu, name: str) -> str:
    """The name, tidied; raises MenuTestError where it cannot be a test's or another test has it.

    Inside a transaction: until it ends nobody else gives a test of this menu a name.
    """
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise MenuTestError(_("Name the test, in at most %s characters.") % LONGEST_NAME)
    Menu.objects.select_for_update().only("pk").get(pk=menu.pk)
    if menu.tests.filter(name=name).exists():
        raise MenuTestError(_("This menu has a test “%s” already: name it otherwise.") % name)
    return name
