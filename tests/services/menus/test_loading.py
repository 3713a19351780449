from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile

from tests.services.audio.sounds import wav
from tests.services.menus.building import as_text, ask, choice, line, load, say, words
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.services.menus import dump_menu, load_menu

pytestmark = pytest.mark.django_db


def test_a_file_becomes_a_menu_with_steps_choices_and_prompts() -> None:
    menu = load(line())

    steps = menu.steps.order_by("position")
    assert list(steps.values_list("key", "kind", "is_entry", "position")) == [
        ("ask", "gather", True, 0),
        ("bye", "hangup", False, 1),
    ]
    assert list(menu.choices.values_list("step__key", "match", "value", "target__key")) == [
        (None, "exit", "no_input", "bye"),
        ("ask", "digits", "1", "bye"),
        (None, "exit", "invalid", "bye"),
        (None, "exit", "failure", "bye"),
    ]
    variant = PromptVariant.objects.get(prompt__key="question")
    assert (variant.language, variant.kind, variant.text) == ("en-US", "text", "Press 1.")


def test_what_a_file_does_not_say_takes_its_default() -> None:
    step = load(line()).steps.get(key="ask")

    assert (step.name, step.sensitivity, step.shown_last) == ("", "normal", 4)
    assert step.config == {"prompt": "question"}


def test_an_unquoted_number_is_taken_as_it_is_written() -> None:
    text = as_text(line()).replace("digits: '1'", "digits: 01").replace("text: Press 1.", "text: 7")

    menu = load_menu(text=text).menu

    assert menu.choices.get(match="digits").value == "01"
    assert PromptVariant.objects.get().text == "7"


def test_steps_keep_their_ids_by_key_and_the_others_go() -> None:
    before = dict(
        load(line(steps={"ask": ask(), "old": say(), "bye": {"kind": "hangup"}})).steps.values_list(
            "key", "pk"
        )
    )

    loaded = load_menu(
        text=as_text(line(steps={"new": say(), "ask": ask(), "bye": {"kind": "hangup"}}))
    )

    after = dict(Step.objects.order_by("position").values_list("key", "pk"))
    assert list(after) == ["new", "ask", "bye"]
    assert (after["ask"], after["bye"]) == (before["ask"], before["bye"])
    assert (loaded.created, loaded.changed) == (False, True)
    assert (loaded.steps_added, loaded.steps_removed) == (("new",), ("old",))


def test_choices_keep_their_ids_by_what_they_match() -> None:
    load(line(steps=_steps(choice(digits="1"), choice(digits="2"))))
    kept = Choice.objects.get(value="2").pk

    load(line(steps=_steps(choice(digits="2", go="ask"), choice(digits="3"))))

    found = Choice.objects.filter(step__isnull=False).order_by("position")
    assert list(found.values_list("value", "target__key")) == [("2", "ask"), ("3", "bye")]
    assert found[0].pk == kept


def test_the_entry_moves_to_another_step() -> None:
    load(line())

    menu = load(line(entry="bye"))

    assert list(menu.steps.filter(is_entry=True).values_list("key", flat=True)) == ["bye"]


def test_what_a_call_may_bring_is_kept_in_its_order_and_goes_with_its_lines() -> None:
    declared = [{"name": "plan", "default": "basic", "help": "Which"}, {"name": "name"}]
    menu = load(line(variables=declared))
    assert Menu.objects.get().variables == declared
    assert not load_menu(text=dump_menu(menu)).changed

    loaded = load_menu(text=as_text(line()))

    assert loaded.changed
    assert Menu.objects.get().variables == []


def test_a_dump_leaves_out_what_nothing_is_said_of() -> None:
    assert "variables" not in dump_menu(load(line()))
    dumped = dump_menu(load(line(variables=[{"name": "plan", "default": ""}])))
    assert "variables:\n  - name: plan\nentry: ask\n" in dumped


def test_loading_what_is_there_writes_nothing(django_assert_max_num_queries: Any) -> None:
    text = as_text(line())
    load_menu(text=text)
    before = Menu.objects.get().updated_at

    with django_assert_max_num_queries(20) as captured:
        loaded = load_menu(text=text)

    assert (loaded.created, loaded.changed, loaded.prompts_written) == (False, False, ())
    assert Menu.objects.get().updated_at == before
    statements = [query["sql"].split()[0] for query in captured]
    assert {"INSERT", "UPDATE", "DELETE"}.isdisjoint(statements)


def test_positions_that_already_give_the_order_stay() -> None:
    menu = load(line())
    menu.steps.filter(key="bye").update(position=40)

    load(line())

    assert list(menu.steps.values_list("key", "position")) == [("ask", 0), ("bye", 40)]


def test_a_prompt_is_shared_and_its_variants_are_replaced() -> None:
    load(line(prompts={"question": words("One.") | {"es-US": {"text": "Uno.", "voice": "A.B"}}}))
    prompt = Prompt.objects.get()

    loaded = load_menu(text=as_text(line(menu="other", prompts={"question": words("Two.")})))

    assert loaded.prompts_written == ("question",)
    assert Prompt.objects.get().pk == prompt.pk
    assert list(prompt.variants.values_list("language", "text")) == [("en-US", "Two.")]


def test_an_unfinished_draft_loads_and_dumps() -> None:
    text = as_text(line(entry=None, steps=_steps(choice(None, digits="1"))))

    menu = load_menu(text=text).menu

    assert not menu.steps.filter(is_entry=True).exists()
    assert menu.choices.get(value="1").target is None
    assert not load_menu(text=dump_menu(menu)).changed


def test_teams_are_groups_by_name_and_stay_where_the_file_says_nothing() -> None:
    team = Group.objects.create(name="Front desk")
    menu = load(line(team="Front desk", prompts={"question": words() | {"team": "Front desk"}}))
    assert (menu.team, Prompt.objects.get().team) == (team, team)

    load(line())
    assert Menu.objects.get().team == team
    assert Prompt.objects.get().team == team
    assert not load_menu(text=dump_menu(Menu.objects.get())).changed

    load(line(team=None, prompts={"question": words() | {"team": None}}))
    assert Menu.objects.get().team is None
    assert Prompt.objects.get().team is None


def test_an_uploaded_file_is_named_in_the_file_and_kept() -> None:
    load(line())
    variant = PromptVariant.objects.get()
    variant.kind, variant.text, variant.duration_ms = "audio", "What the recording says.", 1_000
    variant.audio_file.save("hello.wav", ContentFile(wav()))

    text = dump_menu(Menu.objects.get())

    assert f"audio_file: {variant.audio_file.name}\n" in text
    assert "kind: audio\n" in text
    assert not load_menu(text=text).changed


def test_who_loaded_a_menu_is_in_the_admin_log() -> None:
    author = User.objects.create(username="editor")
    load_menu(text=as_text(line()), author=author)
    load_menu(text=as_text(line()), author=author)
    load_menu(text=as_text(line(name="Other")), author=author)

    log = LogEntry.objects.order_by("pk")
    assert list(log.values_list("user__username", "object_repr", "action_flag")) == [
        ("editor", "Line", 1),
        ("editor", "Other", 2),
    ]


def test_queries_do_not_grow_with_the_menu(django_assert_max_num_queries: Any) -> None:
    steps = {f"s{n}": say(f"s{n + 1}") for n in range(200)} | {"s200": {"kind": "hangup"}}
    menu = load(line(entry="s0", choices=[], steps=steps))

    with django_assert_max_num_queries(5):
        text = dump_menu(menu)

    assert text.count("kind: message") == 200


def _steps(*choices: dict[str, Any]) -> dict[str, Any]:
    return {"ask": ask(*choices), "bye": {"kind": "hangup"}}
