"""The clock's work: harmless when doubled, parallel, missed or cut short, and only as much as is due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.enrolments import jobs, making_up
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.households.domain import Household, Person
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import day_begins, local_day
from tests.enrolments.studio import DAY, Studio, choice
from tests.support.race import together


def booked(studio: Studio, home: Household, child: Person) -> tuple[str, Enrolment, ClassGroup]:
    """A make-up that is booked: its right, its place, its class."""
    right = studio.given_right(home, child)
    group = studio.group(3)
    held = making_up.hold(studio.world.organisation, home.id, choice(right, group), studio.now)
    return right.id, making_up.confirm(studio.world.organisation, home.id, child.id, held.id, studio.now), group


def test_a_hold_that_ran_out_leaves_nothing_and_the_right_is_free(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    group = studio.group(3)
    held = making_up.hold(studio.world.organisation, home.id, choice(right, group), studio.now)
    late = studio.now + timedelta(minutes=10)
    assert studio.free(group, now=late) == 1, "by reading it is over at once"

    together([lambda: jobs.run(late)] * 4)

    assert studio.roll(group).seats == ()
    assert store.get_enrolment(studio.world.org, child.id, held.id) is None
    assert (studio.right(child, right.id).place, len(studio.summary(home).enrolments)) == ("", 1)
    assert studio.roll(group).due() is None


def test_a_right_is_written_used_once_the_class_is_over(studio: Studio) -> None:
    """X-11: not when it is booked."""
    home, child = studio.family()
    right, _, group = booked(studio, home, child)
    ends = group.occurrences[0].ends

    jobs.run(ends - timedelta(seconds=1))
    assert studio.right(child, right).status is RightStatus.RESERVED
    together([lambda: jobs.run(ends)] * 4)

    after = studio.right(child, right)
    assert (after.status, after.used_at, after.due("UTC")) == (RightStatus.USED, ends, None)


def test_a_class_that_was_moved_uses_the_right_when_it_takes_place(studio: Studio) -> None:
    home, child = studio.family()
    right, _, group = booked(studio, home, child)
    moved = group.occurrences[0]._replace(starts=studio.now + 5 * DAY, ends=studio.now + 5 * DAY + DAY / 24)
    write.put(store.class_group_item(studio.world.org, replace(group, occurrences=(moved,))))

    jobs.run(group.occurrences[0].ends)
    assert studio.right(child, right).status is RightStatus.RESERVED
    jobs.run(moved.ends)
    assert studio.right(child, right).status is RightStatus.USED


def test_a_class_that_did_not_take_place_returns_the_right_though_nobody_said_so(studio: Studio) -> None:
    """X-11: whatever was missed when the organisation cancelled, the family does not pay for it."""
    home, child = studio.family()
    right, place, group = booked(studio, home, child)
    before = studio.right(child, right).expires_on
    studio.cancel(group, 0)

    jobs.run(group.occurrences[0].ends)

    after = studio.right(child, right)
    zone = studio.world.organisation.zone
    lost = local_day(group.occurrences[0].ends, zone) - local_day(studio.now, zone)
    assert lost in (3 * DAY, 4 * DAY), "one more when it ends past midnight"
    assert (after.status, after.expires_on) == (RightStatus.ISSUED, before + lost)
    assert studio.enrolment(place).status is EnrolmentStatus.CANCELLED


def test_a_right_that_nobody_used_is_over_after_its_last_day(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child, makeup_days=10)
    ends = day_begins(right.expires_on + DAY, studio.world.organisation.zone)

    jobs.run(ends - timedelta(seconds=1))
    assert len(studio.summary(home).rights) == 1
    jobs.run(ends)

    assert studio.right(child, right.id).status is RightStatus.EXPIRED
    assert studio.summary(home).rights == ()


def test_what_fails_is_put_off_and_keeps_nobody_waiting(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [studio.family(), studio.family("Roy")]
    rights = [studio.given_right(*each, makeup_days=10) for each in homes]
    settle, calls = jobs.settle, list[str]()

    def stumbling(organisation: object, right: Right, now: datetime) -> None:
        calls.append(right.id)
        if right.id == rights[0].id:
            raise Unavailable
        settle(studio.world.organisation, right, now)

    monkeypatch.setattr(jobs, "settle", stumbling)
    ends = day_begins(rights[0].expires_on + DAY, studio.world.organisation.zone)
    jobs.run(ends)

    assert studio.right(homes[0][1], rights[0].id).status is RightStatus.ISSUED
    assert studio.right(homes[1][1], rights[1].id).status is RightStatus.EXPIRED
    jobs.run(ends + timedelta(minutes=59))
    assert calls.count(rights[0].id) == 1, "not before an hour is over"
    monkeypatch.setattr(jobs, "settle", settle)
    jobs.run(ends + timedelta(hours=1))
    assert studio.right(homes[0][1], rights[0].id).status is RightStatus.EXPIRED


def test_a_crash_before_the_write_changes_nothing_and_the_next_run_does_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, child = studio.family()
    right, _, group = booked(studio, home, child)

    def crash(_self: Transaction) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "commit", crash)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(group.occurrences[0].ends)
    assert studio.right(child, right).status is RightStatus.RESERVED

    jobs.run(group.occurrences[0].ends)
    assert studio.right(child, right).status is RightStatus.USED


def test_nothing_is_done_for_a_suspended_organisation(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child, makeup_days=10)
    found = organisations.get(studio.world.org)
    assert found
    organisations.update(replace(found, status=Status.SUSPENDED))
    ends = day_begins(right.expires_on + DAY, studio.world.organisation.zone)

    jobs.run(ends)

    assert studio.right(child, right.id).status is RightStatus.ISSUED
