"""A state machine over absences, make-ups, waiting lists, time and cancelling: seats and rights always balance."""

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.enrolments import absence, jobs, making_up, right_store, waiting
from chalicelib.enrolments.called_off import organisation_cancelled
from chalicelib.enrolments.making_up import Choice
from chalicelib.enrolments.places import keep_places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.households.domain import Household, Person
from chalicelib.schedule import store
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.schedule.roll import seat_of, wish_of
from chalicelib.shared.errors import Fault, NotFound
from local.engine import Engine
from tests.enrolments.studio import Studio
from tests.support.world import build

_FAMILIES, _CLASSES = 3, 2
_STANDING = (EnrolmentStatus.HELD, EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED, EnrolmentStatus.ACTIVE)
_family = st.integers(0, _FAMILIES - 1)
_class = st.integers(0, _CLASSES - 1)
_meeting = st.integers(0, 3)
_pick = st.integers(0, 9)


class Balance(RuleBasedStateMachine):
    """Families in two full classes, who stay away, make up, wait, change their minds, and meet the organisation."""

    def __init__(self) -> None:
        super().__init__()
        world = build(f"org-{secrets.token_hex(6)}")
        self.studio = Studio(world, world.programme().id)
        self.families: list[tuple[Household, Person]] = []
        self.groups: list[ClassGroup] = []
        self.places: dict[tuple[int, int], Enrolment] = {}

    @initialize()
    def begin(self) -> None:
        """Two classes: one that is full, one with a seat to spare."""
        self.families = [self.studio.family(f"Family {number}") for number in range(_FAMILIES)]
        self.groups = [
            self.studio.group(1, 3, 5, 7, capacity=2),
            self.studio.group(1.5, 3.5, 5.5, 7.5, capacity=2),
        ]
        for family, group in ((0, 0), (1, 0), (2, 1), (0, 1)):
            self.places[family, group] = self.studio.enrol(
                *self.families[family], self.groups[group], makeup_limit=3, makeup_notice_minutes=600
            )

    def rights(self, family: int) -> list[Right]:
        """All rights of a family's child."""
        return list(right_store.list_rights(self.studio.world.org, self.families[family][1].id).rows)

    def enrolments(self, family: int) -> list[Enrolment]:
        """All places of a family's child."""
        return list(store.list_enrolments(self.studio.world.org, self.families[family][1].id).rows)

    def attempt(self, act: Callable[[], object]) -> None:
        """Does it; that it may be refused is part of the game."""
        with suppress(Fault):
            act()

    @rule(family=_family, group=_class, meeting=_meeting)
    def stay_away(self, family: int, group: int, meeting: int) -> None:
        """Tells an absence."""
        place = self.places.get((family, group))
        if place:
            self.attempt(lambda: self.studio.stay_away(place, self.groups[group].occurrences[meeting]))

    @rule(family=_family, group=_class, meeting=_meeting)
    def come_after_all(self, family: int, group: int, meeting: int) -> None:
        """Takes an absence back."""
        place = self.places.get((family, group))
        if place:
            self.attempt(
                lambda: absence.withdraw(
                    self.studio.world.organisation, place.household, (place.person, place.id),
                    self.groups[group].occurrences[meeting].id, self.studio.now,
                )
            )  # fmt: skip

    @rule(family=_family, which=_pick, group=_class, meeting=_meeting, waits=st.booleans())
    def choose(self, family: int, which: int, group: int, meeting: int, *, waits: bool) -> None:
        """Holds a place by a right, or waits for one."""
        found = self.rights(family)
        if found:
            right, wanted = found[which % len(found)], self.groups[group].occurrences[meeting]
            choice = Choice(right.person, right.id, self.groups[group].id, wanted.id)
            act = making_up.wait_for if waits else making_up.hold
            home = self.families[family][0].id
            self.attempt(lambda: act(self.studio.world.organisation, home, choice, self.studio.now))

    @rule(family=_family, which=_pick, act=st.sampled_from(["confirm", "release", "leave", "keep", "lose"]))
    def decide(self, family: int, which: int, act: str) -> None:
        """Takes, lets go, leaves or gives back some make-up."""
        makeups = [each for each in self.enrolments(family) if each.kind is EnrolmentKind.MAKEUP]
        if not makeups:
            return
        place, org = makeups[which % len(makeups)], self.studio.world.organisation
        home, person, now = self.families[family][0].id, place.person, self.studio.now
        acts: dict[str, Callable[[], object]] = {
            "confirm": lambda: making_up.confirm(org, home, person, place.id, now),
            "release": lambda: making_up.release(org, home, person, place.id, now),
            "leave": lambda: waiting.leave(org, home, person, place.id, now),
            "keep": lambda: making_up.give_back(org, home, (person, place.id), now, keeps=True),
            "lose": lambda: making_up.give_back(org, home, (person, place.id), now, keeps=False),
        }
        self.attempt(acts[act])

    @rule(group=_class, meeting=_meeting, twice=st.booleans())
    def cancel(self, group: int, meeting: int, *, twice: bool) -> None:
        """The organisation cancels a meeting to come, and everybody on the roll gets what is due, once."""
        if self.groups[group].occurrences[meeting].starts <= self.studio.now:
            return
        self.groups[group] = self.studio.cancel(self.groups[group], meeting)
        occurrence = self.groups[group].occurrences[meeting]
        for seat in self.studio.roll(self.groups[group]).seats * (1 + twice):
            if seat.until is None and seat.meeting in ("", occurrence.id):
                with suppress(NotFound):
                    keep_places(
                        self.studio.world.organisation, seat.household, self.studio.now,
                        lambda places, seat=seat: organisation_cancelled(  # type: ignore[misc]
                            places, places.enrolment(seat.person, seat.enrolment), occurrence
                        ),
                    )  # fmt: skip
        waiting.look_through(self.studio.world.organisation, self.groups[group].id, self.studio.now)

    @rule(hours=st.sampled_from([0.05, 0.2, 5, 25, 40]), works=st.booleans())
    def wait_a_while(self, hours: float, *, works: bool) -> None:
        """Time passes; the clock may be late."""
        self.studio.world.now += timedelta(hours=hours)
        if works:
            jobs.run(self.studio.now)

    @invariant()
    def no_meeting_has_more_than_its_seats(self) -> None:
        """Seats and offers together, at every meeting."""
        for group in self.groups:
            for number, meeting in enumerate(group.occurrences):
                left = self.studio.free(group, number)
                assert left is None or left >= 0 or meeting.starts <= self.studio.now, (number, left)

    @invariant()
    def rolls_and_enrolments_tell_the_same(self) -> None:
        """Who has a seat or waits, and who is away."""
        every = [each for family in range(len(self.families)) for each in self.enrolments(family)]
        for group in self.groups:
            roll = self.studio.roll(group)
            own = [each for each in every if each.class_group == group.id]
            assert {seat.enrolment for seat in roll.seats} == {each.id for each in own if seat_of(each)}
            assert {wish.id for wish in roll.waiting} == {each.id for each in own if wish_of(each)}
            away = {(m, e) for m, told in roll.away.items() for e in told}
            assert away == {(m, e.id) for e in own for m, mark in e.marks.items() if mark.attendance.is_absence}

    @invariant()
    def every_absence_gives_one_right_and_every_right_is_for_one_make_up(self) -> None:
        """X-11: whatever was done and in whatever order."""
        for family, (home, child) in enumerate(self.families):
            rights, places = self.rights(family), self.enrolments(family)
            marks = [(each.id, meeting, mark) for each in places for meeting, mark in each.marks.items()]
            given = Counter(mark.right for _, _, mark in marks if mark.right)
            assert given == Counter(right.id for right in rights)
            assert len({(right.enrolment, right.meeting) for right in rights}) == len(rights)
            for enrolment in places:
                mine = [mark for mark in enrolment.marks.values() if mark.right and mark.attendance.is_absence]
                assert len(mine) <= 3
                cancelled = [m for m in enrolment.marks.values() if m.attendance is Attendance.ORG_CANCELLED]
                assert all(mark.right for mark in cancelled) or enrolment.kind is EnrolmentKind.MAKEUP
            standing = {each.right: each for each in places if each.right and each.status in _STANDING}
            for right in rights:
                self.right_fits_its_place(right, standing.get(right.id))
            summary = self.studio.summary(home)
            assert {row.id for row in summary.rights} == {r.id for r in rights if r.status is RightStatus.ISSUED}
            assert {(row.id, row.status) for row in summary.enrolments} == {(e.id, e.status.value) for e in places}
            assert all(row.member == child.id for row in summary.rights)

    def right_fits_its_place(self, right: Right, place: Enrolment | None) -> None:
        """What a right holds, waits for or is booked for is the one standing place that names it."""
        if right.status is RightStatus.RESERVED:
            assert place
            assert (place.id, place.status) == (right.place, EnrolmentStatus.ACTIVE)
        elif right.status is RightStatus.ISSUED:
            assert (place.id if place else "") == right.place
            assert place is None or place.status is not EnrolmentStatus.ACTIVE


def test_seats_and_rights_always_balance(aws: Engine) -> None:
    """NEW-5, X-11, SCH-6."""
    run_state_machine_as_test(
        Balance,
        settings=settings(
            max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
