"""The same school with absences, make-ups and meetings that the organisation cancels: rights balance as well."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from chalicelib.enrolments import absence, jobs, making_up, right_store, waiting
from chalicelib.enrolments.called_off import organisation_cancelled
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.households.domain import Household, Person
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus, Occurrence
from chalicelib.schedule.roll import Seat, seat_of, wish_of
from chalicelib.shared.errors import Fault, NotFound
from tests.enrolments.balance import CLASSES, FAMILIES, RIGHTS, Balance
from tests.enrolments.studio import choice

_STANDING = (EnrolmentStatus.HELD, EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED, EnrolmentStatus.ACTIVE)
_WHO, _WHERE = st.integers(0, FAMILIES - 1), st.integers(0, CLASSES - 1)
_MEETING, _PICK = st.integers(0, 4), st.integers(0, 9)
_DECISIONS = ("confirm", "release", "leave", "keep", "lose")


class RightsBalance(Balance):
    """What families do about single meetings, and what the organisation does to them."""

    # What happens.

    @rule(pick=_PICK, meeting=_MEETING)
    def stay_away(self, pick: int, meeting: int) -> None:
        """An absence is told."""
        for _, place in self.one_of_the_places(pick):
            _attempt(partial(self.school.stay_away, place, self._meeting(place, meeting)))

    @rule(pick=_PICK, meeting=_MEETING)
    def come_after_all(self, pick: int, meeting: int) -> None:
        """An absence is taken back."""
        for home, place in self.one_of_the_places(pick):
            which, missed = (place.person, place.id), self._meeting(place, meeting).id
            _attempt(partial(absence.withdraw, self._organisation, home.id, which, missed, self.school.now))

    @rule(who=_WHO, which=_PICK, where=_WHERE, meeting=_MEETING, waits=st.booleans())
    def choose(self, who: int, which: int, where: int, meeting: int, *, waits: bool) -> None:
        """A place is held by a right, or waited for."""
        home, child = self.homes[who]
        if found := self._rights(child):
            wanted = choice(found[which % len(found)], self.groups[where], meeting)
            act = making_up.wait_for if waits else making_up.hold
            _attempt(lambda: act(self._organisation, home.id, wanted, self.school.now))

    @rule(who=_WHO, which=_PICK, what=st.sampled_from(_DECISIONS))
    def decide(self, who: int, which: int, what: str) -> None:
        """Some make-up is taken, let go, left or given back."""
        home, child = self.homes[who]
        makeups = [each for each in self._enrolments(child) if each.kind is EnrolmentKind.MAKEUP]
        if not makeups:
            return
        place, org, now = makeups[which % len(makeups)], self._organisation, self.school.now
        acts: dict[str, Callable[[], object]] = {
            "confirm": lambda: making_up.confirm(org, home.id, child.id, place.id, now),
            "release": lambda: making_up.release(org, home.id, child.id, place.id, now),
            "leave": lambda: waiting.leave(org, home.id, child.id, place.id, now),
            "keep": lambda: making_up.give_back(org, home.id, (child.id, place.id), now, keeps=True),
            "lose": lambda: making_up.give_back(org, home.id, (child.id, place.id), now, keeps=False),
        }
        _attempt(acts[what])

    @rule(where=_WHERE, meeting=_MEETING, twice=st.booleans())
    def call_off(self, where: int, meeting: int, *, twice: bool) -> None:
        """The organisation cancels a meeting to come, and everybody on the roll gets what is due, once."""
        group = self.groups[where]
        if group.occurrences[meeting].starts <= self.school.now:
            return
        self.groups[where] = group = self.school.cancel(group, meeting)
        for seat in self.school.roll(group).seats * (1 + twice):
            if seat.until is None and seat.meeting in ("", group.occurrences[meeting].id):
                self._tell(seat, group.occurrences[meeting])
        waiting.look_through(self._organisation, group.id, self.school.now)

    def _tell(self, seat: Seat, meeting: Occurrence) -> None:
        def work(places: Places) -> None:
            organisation_cancelled(places, places.enrolment(seat.person, seat.enrolment), meeting)

        with suppress(NotFound):
            keep_places(self._organisation, seat.household, self.school.now, work)

    @rule()
    def work_is_done(self) -> None:
        """The schedule runs."""
        jobs.run(self.school.now)

    # What always holds.

    @invariant()
    def rolls_tell_what_enrolments_tell(self) -> None:
        """Who has a seat or waits, and who is away."""
        every = [each for _, child in self.homes for each in self._enrolments(child)]
        for group in self.groups:
            roll = self.school.roll(group)
            own = [each for each in every if each.class_group == group.id]
            assert {seat.enrolment for seat in roll.seats} == {each.id for each in own if seat_of(each)}
            assert {wish.id for wish in roll.waiting} == {each.id for each in own if wish_of(each)}
            away = {(meeting, enrolment) for meeting, told in roll.away.items() for enrolment in told}
            marks = ((each, meeting, mark) for each in own if seat_of(each) for meeting, mark in each.marks.items())
            assert away == {(meeting, each.id) for each, meeting, mark in marks if mark.attendance.is_absence}

    @invariant()
    def every_absence_gives_one_right_and_every_right_is_for_one_make_up(self) -> None:
        """X-11: whatever was done and in whatever order."""
        for home, child in self.homes:
            rights, places = self._rights(child), self._enrolments(child)
            self._rights_come_of_absences(rights, places)
            standing = {each.right: each for each in places if each.right and each.status in _STANDING}
            for right in rights:
                _fits(right, standing.get(right.id))
            self._summary_tells(home, child, rights)

    def _rights_come_of_absences(self, rights: list[Right], places: list[Enrolment]) -> None:
        existing, given = Counter(right.id for right in rights), _given_by(places)
        assert existing <= given, "a right that no absence gave, or one that two gave"
        assert existing >= _given_by(each for each in places if each.status.holds_place), "one that went with no reason"
        assert len({(right.enrolment, right.meeting) for right in rights}) == len(rights)
        for place in places:
            assert len([m for m in place.marks.values() if m.right and m.attendance.is_absence]) <= RIGHTS
            cancelled = [m for m in place.marks.values() if m.attendance is Attendance.ORG_CANCELLED]
            assert all(mark.right for mark in cancelled) or place.kind is EnrolmentKind.MAKEUP

    def _summary_tells(self, home: Household, child: Person, rights: list[Right]) -> None:
        summary = self.school.summary(home)
        assert {row.id for row in summary.rights} == {r.id for r in rights if r.status is RightStatus.ISSUED}
        assert all(row.member == child.id for row in summary.rights)

    # For rules.

    @property
    def _organisation(self) -> Organisation:
        return self.school.world.organisation

    def _meeting(self, place: Enrolment, number: int) -> Occurrence:
        return self._class(place).occurrences[number]

    def _class(self, place: Enrolment) -> ClassGroup:
        return next(group for group in self.groups if group.id == place.class_group)

    def _rights(self, child: Person) -> list[Right]:
        return list(right_store.list_rights(self.school.world.org, child.id).rows)

    def _enrolments(self, child: Person) -> list[Enrolment]:
        return list(_all_enrolments(self.school.world.org, child.id))


def _all_enrolments(org: str, child: str) -> Iterator[Enrolment]:
    after = ""
    while True:
        found = store.list_enrolments(org, child, after)
        yield from found.rows
        if not found.next:
            return
        after = found.next


def _given_by(places: Iterable[Enrolment]) -> Counter[str]:
    """Rights by the marks of places; a place that is given back takes along those that nobody has used."""
    return Counter(mark.right for each in places for mark in each.marks.values() if mark.right)


def _attempt(act: Callable[[], object]) -> None:
    """Does it; that it may be refused is part of the game."""
    with suppress(Fault):
        act()


def _fits(right: Right, place: Enrolment | None) -> None:
    """What a right holds, waits for or is booked for is the one standing place that names it."""
    if right.status is RightStatus.RESERVED:
        assert place
        assert (place.id, place.status) == (right.place, EnrolmentStatus.ACTIVE)
    elif right.status is RightStatus.ISSUED:
        assert (place.id if place else "") == right.place
        assert place is None or place.status is not EnrolmentStatus.ACTIVE
