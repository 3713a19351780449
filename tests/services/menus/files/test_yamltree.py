from __future__ import annotations

import pytest

from voicegather.services.menus import MenuFileError
from voicegather.services.menus.files.yamltree import Mapping, Scalar, Sequence, parse_yaml


def problem_of(text: str) -> str:
    with pytest.raises(MenuFileError) as raised:
        parse_yaml(text)
    (found,) = raised.value.found
    return str(found)


def test_words_that_other_readers_take_for_booleans_and_numbers_stay_text() -> None:
    tree = parse_yaml("on: no\nkey: 0123\n")

    assert isinstance(tree, Mapping)
    assert [(key.text, value) for key, value in tree.entries] == [
        ("on", Scalar("no", 1, True)),
        ("key", Scalar("0123", 2, True)),
    ]


def test_an_alias_repeats_what_its_anchor_names() -> None:
    tree = parse_yaml("a: &words [x, y]\nb: *words\n")

    assert isinstance(tree, Mapping)
    first, second = (value for _, value in tree.entries)
    assert isinstance(second, Sequence)
    assert first is second
    assert tree.size == 9


def test_aliases_that_explode_are_refused() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )

    assert problem_of(text) == ("line 6: the file unfolds to more than 200,000 values: write less")


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    assert problem_of("a: &a [*a]") == (
        "line 1: *a repeats something that is not complete before it"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_nested_too_deep_is_refused(opening: str) -> None:
    assert problem_of(opening * 100_000) == "line 1: the file is nested deeper than 20 levels"


def test_depth_counts_through_aliases() -> None:
    text = "a: &a [[[[[[[[[[x]]]]]]]]]]\nb: [[[[[[[[[[*a]]]]]]]]]]\n"

    assert problem_of(text) == "line 2: the file is nested deeper than 20 levels"


def test_a_file_over_two_mebibytes_is_refused() -> None:
    assert problem_of("# " + "é" * 1024 * 1024) == (
        "line 1: the file is larger than 2 MiB; split the menu"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: the file is empty"),
        ("a: [1", "line 1: this is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\nb: : 2", "line 2: this is not YAML: mapping values are not allowed here"),
        ("a: 1\n---\nb: 2", "line 2: one file holds one menu: remove the second document"),
        ("a: !!python/object:os.system x", "line 1: tags such as "),
        ("? [a, b]\n: c", "line 1: a key must be one word, not a list or a mapping"),
        ('a: "\\0"', "line 1: an escape such as \\0 makes a character that cannot be stored"),
        ('a: "\\uD800"', "line 1: an escape such as \\0 makes a character that cannot be stored"),
        ("a: \ud800", "line 1: the file has characters that cannot be stored; save it as UTF-8"),
        ("a: \x07", "line 1: this is not YAML: unacceptable character #x0007"),
    ],
)
def test_what_is_no_menu_file_is_refused_with_its_line(text: str, problem: str) -> None:
    assert problem_of(text).startswith(problem)
