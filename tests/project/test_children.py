from __future__ import annotations

import os
import sys
import time

from project.children import Children, Ended

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_nothing_has_ended_while_all_run() -> None:
    with Children() as children:
        children.start("sleeper", SLEEPS, os.environ)

        assert children.first_ended() is None


def test_the_one_that_ended_is_named_with_its_status() -> None:
    with Children() as children:
        children.start("sleeper", SLEEPS, os.environ)
        children.start("quitter", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
        while children.first_ended() is None:
            time.sleep(0.01)

        assert children.first_ended() == Ended("quitter", 3)


def test_leaving_the_context_ends_those_that_run() -> None:
    with Children() as children:
        children.start("sleeper", SLEEPS, os.environ)

    assert children.first_ended() == Ended("sleeper", -15)
