"""Publishing at a set time and by two people: what goes live is what was seen, once, or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection

from tests.services.menu_tests.saved import bank, make_test
from tests.services.menus.building import line, load
from voicegather.models import (
    Choice,
    Menu,
    MenuVersion,
    PlanState,
    PromptVariant,
    PublishingPlan,
    Step,
)
from voicegather.selectors.publications import publication_of
from voicegather.services import moments
from voicegather.services.menus import DraftChangedError, publish_menu, republish_version
from voicegather.services.menus.plans import (
    ApprovalRequiredError,
    PlanError,
    Wish,
    approve_plan,
    cancel_plan,
    carry_out_due,
    decline_plan,
    plan_publication,
)
from voicegather.services.menus.publishing_many import publish_menus

SOON = timedelta(hours=2)


@pytest.fixture
def menu(db: None) -> Menu:
    return load(line())


def make_publisher(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="publish_menu"))
    return user


@pytest.fixture
def ana(db: None) -> User:
    return make_publisher("ana")


@pytest.fixture
def ben(db: None) -> User:
    return make_publisher("ben")


def seen(menu: Menu) -> str:
    return publication_of(menu).sha256


def wish(menu: Menu, **fields: Any) -> Wish:
    return Wish(menu=menu, sha256=seen(menu), **fields)


def planned(menu: Menu, author: User, **fields: Any) -> PublishingPlan:
    return plan_publication(wish(menu, publish_at=moments.now() + SOON, **fields), author=author)


def live(menu: Menu) -> MenuVersion | None:
    menu.refresh_from_db()
    return menu.live_version


def ended(plan: PublishingPlan) -> tuple[str, str]:
    plan.refresh_from_db()
    return plan.state, plan.reason


def with_two(menu: Menu) -> Menu:
    Menu.objects.update(requires_approval=True)
    menu.refresh_from_db()
    return menu


# ---- at a set time ------------------------------------------------------------------------


def test_at_its_moment_what_was_seen_goes_live_in_the_name_of_its_author(
    menu: Menu, ana: User
) -> None:
    plan = planned(menu, ana, note="Summer hours.")

    assert carry_out_due(moments.now() + SOON - timedelta(seconds=5)) == 0
    assert live(menu) is None
    assert carry_out_due(moments.now() + SOON) == 1
    assert carry_out_due(moments.now() + SOON) == 0

    version = live(menu)
    assert version is not None
    assert (version.number, version.author, version.note) == (1, ana, "Summer hours.")
    assert ended(plan) == ("done", "")
    messages = LogEntry.objects.filter(user=ana).values_list("change_message", flat=True)
    assert any(each.startswith("Planned to publish at ") for each in messages)


def test_a_draft_that_was_changed_since_is_not_published_and_that_is_kept(
    menu: Menu, ana: User
) -> None:
    plan = planned(menu, ana)
    PromptVariant.objects.update(text="Press another key.")

    carry_out_due(moments.now() + SOON)

    state, reason = ended(plan)
    assert state == PlanState.REFUSED
    assert reason.startswith("The draft was changed after this was planned")
    assert live(menu) is None


def test_errors_that_came_since_keep_it_from_going_live(menu: Menu, ana: User) -> None:
    plan = planned(menu, ana)
    Step.objects.filter(menu=menu, key="ask").update(config={"prompt": "gone"})
    PublishingPlan.objects.update(sha256=seen(menu))

    carry_out_due(moments.now() + SOON)

    assert ended(plan)[0] == PlanState.REFUSED
    assert "The menu cannot be published" in ended(plan)[1]


def test_required_tests_run_again_at_the_moment(ana: User) -> None:
    menu = bank()
    make_test(menu, "Account")
    plan = planned(menu, ana)
    Menu.objects.update(requires_tests=True)
    Choice.objects.filter(step__key="department", value="1").update(
        target=Step.objects.get(key="pin")
    )
    PublishingPlan.objects.update(sha256=seen(menu))

    carry_out_due(moments.now() + SOON)

    assert "1 test of the menu fails" in ended(plan)[1]
    assert live(menu) is None


@pytest.mark.parametrize(("late", "state"), [(29, "done"), (31, "refused")])
def test_a_moment_that_nobody_was_there_for_is_caught_up_with_within_half_an_hour(
    late: int, state: str, menu: Menu, ana: User
) -> None:
    plan = planned(menu, ana)

    carry_out_due(moments.now() + SOON + timedelta(minutes=late))

    assert ended(plan)[0] == state
    assert (live(menu) is not None) == (state == "done")


@pytest.mark.parametrize("change", ["inactive", "permission", "team", "deleted"])
def test_an_author_who_may_not_publish_any_more_publishes_nothing(
    change: str, menu: Menu, ana: User
) -> None:
    plan = planned(menu, ana)
    if change == "inactive":
        User.objects.update(is_active=False)
    elif change == "permission":
        ana.user_permissions.clear()
    elif change == "team":
        Menu.objects.update(team=Group.objects.create(name="theirs"))
    else:
        ana.delete()

    carry_out_due(moments.now() + SOON)

    assert ended(plan)[0] == PlanState.REFUSED
    assert "may not publish this menu any more" in ended(plan)[1]
    assert live(menu) is None


def test_what_cannot_be_planned_is_said_at_once(menu: Menu, ana: User) -> None:
    late = wish(menu, publish_at=moments.now() - timedelta(seconds=1))
    with pytest.raises(PlanError, match="That moment has passed"):
        plan_publication(late, author=ana)
    with pytest.raises(PlanError, match="nothing to wait for"):
        plan_publication(wish(menu), author=ana)
    with pytest.raises(PlanError, match="You may not publish"):
        planned(menu, User.objects.create_user("eve"))
    with pytest.raises(DraftChangedError):
        plan_publication(Wish(menu, "0" * 64, publish_at=moments.now() + SOON), author=ana)
    assert not PublishingPlan.objects.exists()


def test_a_new_plan_takes_the_place_of_the_old(menu: Menu, ana: User, ben: User) -> None:
    old, new = planned(menu, ana), planned(menu, ben)

    assert ended(old) == ("cancelled", "Replaced by another plan of ben.")
    assert ended(new)[0] == PlanState.PLANNED


def test_a_cancelled_plan_does_nothing(menu: Menu, ana: User, ben: User) -> None:
    plan = planned(menu, ana)

    cancel_plan(plan, by=ben)

    assert carry_out_due(moments.now() + SOON) == 0
    assert ended(plan) == ("cancelled", "Cancelled by ben.")
    with pytest.raises(PlanError, match="not open any more"):
        cancel_plan(plan, by=ana)


def test_one_that_fails_oddly_keeps_no_other_from_its_turn(
    menu: Menu, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voicegather.services.menus.plans import carrying_out

    first = planned(menu, ana)
    other = load(line(menu="other"))
    second = planned(other, ana)
    whole = carrying_out.publish_planned

    def fails(plan: PublishingPlan) -> None:
        if plan.pk == first.pk:
            raise OSError("The disk is full.")
        whole(plan)

    monkeypatch.setattr(carrying_out, "publish_planned", fails)

    assert carry_out_due(moments.now() + SOON) == 1
    assert (ended(first)[0], ended(second)[0]) == ("planned", "done")


@pytest.mark.django_db(transaction=True)
def test_several_clocks_publish_once() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    menu, author = load(line()), make_publisher("ana")
    planned(menu, author)

    def tick(_number: int) -> int:
        try:
            return carry_out_due(moments.now() + SOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clocks:
        assert sum(clocks.map(tick, range(4))) == 1
    assert LogEntry.objects.filter(change_message="Made version 1 live.").count() == 1


# ---- by two people ------------------------------------------------------------------------


def test_every_way_to_publish_asks_for_a_second_person(menu: Menu, ana: User) -> None:
    publish_menu(menu=menu)
    first = live(menu)
    assert first is not None
    PromptVariant.objects.update(text="Press another key.")
    publish_menu(menu=menu)
    with_two(menu)
    PromptVariant.objects.update(text="Press a third key.")

    with pytest.raises(ApprovalRequiredError):
        publish_menu(menu=menu, author=ana)
    with pytest.raises(ApprovalRequiredError):
        republish_version(version=first, author=ana)
    with pytest.raises(CommandError, match="ask for it on the menu’s publish page"):
        call_command("voicegather_publish", menu.slug)
    (outcome,) = publish_menus([menu], expected={menu.pk: seen(menu)}, author=ana)
    assert outcome.plan is not None
    assert outcome.plan.state == PlanState.ASKED
    assert live(menu) == MenuVersion.objects.get(number=2)


def test_what_is_live_already_needs_nobody(menu: Menu, ana: User) -> None:
    version = publish_menu(menu=menu)
    with_two(menu)

    assert publish_menu(menu=menu, author=ana) == version


def test_another_publisher_approves_and_it_goes_live(menu: Menu, ana: User, ben: User) -> None:
    plan = plan_publication(wish(with_two(menu), note="New hours."), author=ana)
    assert carry_out_due(moments.now() + SOON) == 0

    approve_plan(plan, approver=ben, sha256=plan.sha256)

    version = live(menu)
    assert version is not None
    assert (version.author, version.note) == (ana, "New hours.")
    plan.refresh_from_db()
    assert (plan.state, plan.approver) == ("done", ben)
    assert LogEntry.objects.filter(user=ben, change_message="Approved the publication.").exists()


def test_what_somebody_approved_who_may_not_publish_any_more_does_not_go_live(
    menu: Menu, ana: User, ben: User
) -> None:
    plan = planned(with_two(menu), ana)
    approve_plan(plan, approver=ben, sha256=plan.sha256)
    User.objects.filter(pk=ben.pk).update(is_active=False)

    assert carry_out_due(moments.now() + SOON) == 1

    state, reason = ended(plan)
    assert (state, live(menu)) == ("refused", None)
    assert reason.startswith("ben may not publish this menu any more")


def test_nobody_approves_or_declines_their_own(menu: Menu, ana: User, admin_user: User) -> None:
    own = plan_publication(wish(with_two(menu)), author=admin_user)

    with pytest.raises(PlanError, match="Nobody approves what they asked for themselves"):
        approve_plan(own, approver=admin_user, sha256=own.sha256)
    with pytest.raises(PlanError, match="cancel it instead"):
        decline_plan(own, by=admin_user, reason="No.")
    assert live(menu) is None


def test_who_may_not_publish_or_is_of_no_such_team_approves_nothing(
    menu: Menu, ana: User, ben: User
) -> None:
    plan = plan_publication(wish(with_two(menu)), author=ana)
    with pytest.raises(PlanError):
        approve_plan(plan, approver=User.objects.create_user("eve"), sha256=plan.sha256)
    team = Group.objects.create(name="theirs")
    ana.groups.add(team)
    Menu.objects.update(team=team)
    with pytest.raises(PlanError, match="You may not publish this menu"):
        approve_plan(plan, approver=ben, sha256=plan.sha256)


def test_a_change_of_the_draft_voids_the_request(menu: Menu, ana: User, ben: User) -> None:
    plan = plan_publication(wish(with_two(menu)), author=ana)
    PromptVariant.objects.update(text="Press another key.")

    with pytest.raises(DraftChangedError):
        approve_plan(plan, approver=ben, sha256=plan.sha256)
    with pytest.raises(PlanError, match="not what was asked for"):
        approve_plan(plan, approver=ben, sha256=seen(menu))
    plan.refresh_from_db()
    assert (plan.state, plan.approver, live(menu)) == ("asked", None, None)


def test_declining_takes_a_reason_which_is_told(menu: Menu, ana: User, ben: User) -> None:
    plan = plan_publication(wish(with_two(menu)), author=ana)

    with pytest.raises(PlanError, match="Say why"):
        decline_plan(plan, by=ben, reason="  ")
    decline_plan(plan, by=ben, reason="The holiday is missing.")

    assert ended(plan) == ("declined", "ben: The holiday is missing.")


def test_approval_comes_before_the_moment(menu: Menu, ana: User, ben: User) -> None:
    plan = planned(with_two(menu), ana)
    assert carry_out_due(moments.now() + SOON) == 0

    approve_plan(plan, approver=ben, sha256=plan.sha256)
    assert (ended(plan)[0], live(menu)) == ("planned", None)
    carry_out_due(moments.now() + SOON)

    assert (ended(plan)[0], live(menu) is not None) == ("done", True)


def test_a_plan_from_before_the_switch_needs_approval_too(menu: Menu, ana: User) -> None:
    plan = planned(menu, ana)
    with_two(menu)

    carry_out_due(moments.now() + SOON)

    assert ended(plan)[0] == PlanState.REFUSED
    assert "needs the approval of a second person" in ended(plan)[1]


def test_an_earlier_version_is_approved_like_a_draft(menu: Menu, ana: User, ben: User) -> None:
    first = publish_menu(menu=menu)
    PromptVariant.objects.update(text="Press another key.")
    second = publish_menu(menu=menu)
    back = Wish(with_two(menu), first.sha256, version=first, expected_live=second.pk)

    plan = plan_publication(back, author=ana)
    approve_plan(plan, approver=ben, sha256=first.sha256)

    assert live(menu) == first
