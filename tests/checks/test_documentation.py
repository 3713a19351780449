"""docs/checks.md and the code know the same checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import voicegather.checks

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
ROW = re.compile(r"^\| `voicegather\.(\w+)` \| (\w+) \| (\S.*) \| (\S.*) \|$", re.MULTILINE)


def documented() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in ROW.findall(DOCUMENT.read_text(encoding="utf-8"))]


def written() -> set[tuple[str, str]]:
    """Id and level of each message that the checks' source makes."""
    found = set()
    for path in Path(*voicegather.checks.__path__).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= {
                    (str(ast.literal_eval(each.value)).removeprefix("voicegather."), node.func.id)
                    for each in node.keywords
                    if each.arg == "id"
                }
    return found


def test_every_check_is_documented_with_its_level_once() -> None:
    assert sorted(documented()) == sorted(written())


def test_errors_and_warnings_are_told_by_their_ids() -> None:
    letters = {(id_[0], level) for id_, level in written()}
    assert letters == {("E", "Error"), ("W", "Warning")}


def test_no_number_is_left_out() -> None:
    for letter in "EW":
        numbers = sorted(int(id_[1:]) for id_, _ in written() if id_[0] == letter)
        assert numbers == list(range(1, len(numbers) + 1))
