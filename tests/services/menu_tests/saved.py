"""Saved tests of a small menu, made as staff make them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from tests.services.menus.building import ask, choice, line, load, words
from tests.services.trials.calling import AT, CALLER
from voicegather.models import Menu, MenuTest
from voicegather.services.menu_tests import save_test
from voicegather.services.trials import Start, Trial, act_on_trial, read_act, start_trial


def bank(**changes: Any) -> Menu:
    """Asks for a department, an account and a PIN, and says goodbye."""
    steps = {
        "department": ask(
            choice("account", digits="1"),
            choice("bye", digits="2"),
            choice("pin", digits="3"),
            choice("account", digits="4"),
        ),
        "account": ask(choice("pin", any=True), maximum_digits=6),
        "pin": ask(choice(any=True), maximum_digits=4, sensitivity="secret"),
        "bye": {"kind": "hangup"},
    }
    prompts = {"question": words("Press 1.")}
    return load(
        line(
            **{"menu": "bank", "entry": "department", "steps": steps, "prompts": prompts} | changes
        )
    )


def owner() -> User:
    user, _ = get_user_model().objects.get_or_create(username="anna")
    return user


def called(menu: Menu, *acts: Any, **start: Any) -> Trial:
    """A test call with these acts: documents, or keys to press."""
    trial = start_trial(menu, owner=owner(), start=Start(**{"at": AT, "caller": CALLER, **start}))
    for each in acts:
        act = read_act({"act": "press", "keys": each} if isinstance(each, str) else each)
        trial = act_on_trial(trial, act, seq=trial.row.seq)
    return trial


def make_test(menu: Menu, name: str = "Account", *acts: Any) -> MenuTest:
    """A saved test that goes through the whole menu, unless other acts are given."""
    return save_test(called(menu, *(acts or ("1", "123456", "4711"))), name=name)
