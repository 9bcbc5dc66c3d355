"""A school in which anything happens in any order, and what has to hold whatever happened.

The machine keeps a plain model of its own: who has, holds or waits for a place, and what each place was billed for. It
acts through the use cases, and after every step compares what is stored. `Balance` is about places and money;
`RightsBalance` adds single meetings.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.billing import store as documents
from chalicelib.enrolments import enrolling
from chalicelib.enrolments.leaving import ORGANISATION, STAFF, Ending
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.schedule.roll import Roll
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import new_id
from tests.enrolments.school import School
from tests.support.world import build

FAMILIES, CLASSES, CAPACITY = 3, 3, 2
RIGHTS = 3
"""To make up, that a place gives at most."""
_WHO, _WHERE, _PICK = st.integers(0, FAMILIES - 1), st.integers(0, CLASSES - 1), st.integers(0, 8)


class Balance(RuleBasedStateMachine):
    """Three families with a child each, and three classes of one programme with two places each."""

    def __init__(self) -> None:
        super().__init__()
        self.school: School
        self.homes: list[tuple[Household, Person]] = []
        self.groups: list[ClassGroup] = []
        self.known: dict[str, Enrolment] = {}
        """All enrolments that were ever made, as they last were."""

    @initialize()
    def open_school(self) -> None:
        """Every example is an organisation of its own."""
        world = build(f"balance-{new_id()[:12]}")
        self.school = School(world, world.programme().id)
        self.school.rules(
            preset="quebec_course", transfer=True, absence_notice_minutes=0, makeup_limit=RIGHTS,
            makeup_notice_minutes=600,
        )  # fmt: skip
        self.homes = [self.school.family(f"Family {number}", f"Child {number}") for number in range(FAMILIES)]
        self.groups = [
            self.school.group(*(day + number for day in range(1, 36, 7)), capacity=CAPACITY,
                              price_minor=5000 * number + 777)
            for number in range(CLASSES)
        ]  # fmt: skip
        for who, where in ((0, 0), (1, 0), (2, 1), (0, 1)):
            self.buy(who, where)

    # What happens.

    @rule(minutes=st.sampled_from((1, 1, 1, 16, 60 * 25, 60 * 24 * 6)))
    def time_passes(self, minutes: int) -> None:
        """Holds end, offers run out, lessons are given."""
        self.school.world.now += timedelta(minutes=minutes)

    @rule(who=_WHO, where=_WHERE)
    def hold(self, who: int, where: int) -> None:
        """A place is kept, or taken from an offer."""
        with suppress(Conflict):
            self.note(self.school.hold(*self.homes[who], self.groups[where]))

    @rule(who=_WHO, where=_WHERE)
    def give_back(self, who: int, where: int) -> None:
        """What was only kept is let go."""
        home, child = self.homes[who]
        for held in self.of(child, self.groups[where], EnrolmentStatus.HELD):
            enrolling.give_back(self.school.world.organisation, home.id, held.id, self.school.now)

    @rule(who=_WHO)
    def confirm(self, who: int) -> None:
        """All that is kept is bought, and bought again."""
        home, _ = self.homes[who]
        wanted = self.school.basket(home)
        if wanted.places:
            first, again = (self.school.confirm(home, wanted) for _ in range(2))
            assert (first and first.id) == (again and again.id)

    @rule(who=_WHO, where=_WHERE)
    def wait(self, who: int, where: int) -> None:
        """Somebody joins the list of a class, full or not."""
        with suppress(Conflict):
            self.note(self.school.join(*self.homes[who], self.groups[where]))

    @rule(who=_WHO, where=_WHERE)
    def buy(self, who: int, where: int) -> None:
        """A place is kept and bought at once, if there is one."""
        self.hold(who, where)
        self.confirm(who)

    @rule(pick=_PICK, by=st.sampled_from(("family", STAFF, ORGANISATION)), ppm=st.integers(0, 1_000_000))
    def leave(self, pick: int, by: str, ppm: int) -> None:
        """A place is given back, and what was told happens."""
        for home, place in self.one_of_the_places(pick):
            ending = Ending(by, ppm if by == STAFF else None)
            told, before = self.school.preview(place, ending=ending), self.school.balance(home)
            with suppress(Conflict):
                for _ in range(2):
                    self.school.leave(place, digest=told.digest, ending=ending)
                assert self.school.balance(home) == before - told.credit_minor

    @rule(pick=_PICK, to=_WHERE)
    def change(self, pick: int, to: int) -> None:
        """A place is changed for one in another group, and what was told happens."""
        for home, place in self.one_of_the_places(pick):
            with suppress(Conflict):
                told, before = self.school.exchange(place, self.groups[to]), self.school.balance(home)
                self.note(self.school.change(place, self.groups[to], digest=told.digest))
                assert self.school.balance(home) == before + told.difference_minor

    @rule(who=_WHO, minor=st.integers(1, 20000))
    def pay(self, who: int, minor: int) -> None:
        """Money comes for the invoice that waits longest, or to have in hand."""
        home, _ = self.homes[who]
        waiting = [each for each in self.school.invoices(home) if each.balance_minor]
        if waiting:
            self.school.pay(home, waiting[-1], minor)

    # What always holds.

    @invariant()
    def seats_balance(self) -> None:
        """No lesson has more people than places, and a roll says just what its enrolments say."""
        for group in self.groups:
            roll = self.school.roll(group)
            for number in range(len(group.occurrences)):
                free = self.school.free(group, number)
                assert free is None or free >= 0
            self._roll_is_true(roll)

    def _roll_is_true(self, roll: Roll) -> None:
        for seat in roll.seats:
            place = self.school.enrolment(_named(seat.person, seat.enrolment))
            assert place.status.has_seat
            assert place.until == seat.until
        for wish in roll.waiting:
            waiting = self.school.enrolment(_named(wish.person, wish.id))
            assert waiting.status in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED)
        taken = [(seat.person, seat.meeting) for seat in roll.seats]
        assert len(set(taken)) == len(taken)

    @invariant()
    def places_have_their_seats(self) -> None:
        """Whoever has a place is on the roll."""
        for home, child in self.homes:
            for row in self.school.summary(home).enrolments:
                place = self.school.enrolment(_named(child.id, row.id))
                assert place.status.value == row.status
                seat = self.school.roll(self._group(place)).seat(place.id)
                assert (seat is not None) == place.status.has_seat

    @invariant()
    def credits_balance(self) -> None:
        """What families owe is what is billed for their places less what they paid, and never is more given back."""
        for home, _ in self.homes:
            invoices, notes = self.school.invoices(home), self.school.notes(home)
            paid = sum(payment.minor for payment in documents.list_payments(self.school.world.org, home.id).rows)
            billed = sum(invoice.total_minor for invoice in invoices)
            credited = sum(note.total_minor for note in notes)
            assert self.school.balance(home) == billed - credited - paid
            assert 0 <= credited <= billed
            for invoice in invoices:
                own = sum(note.total_minor for note in notes if note.invoice == invoice.id)
                assert own <= invoice.total_minor

    # For rules.

    def note(self, enrolment: Enrolment) -> None:
        """Remembers an enrolment, so that rules find it."""
        self.known[enrolment.id] = enrolment

    def one_of_the_places(self, pick: int) -> list[tuple[Household, Enrolment]]:
        """One of all places that somebody has, with its home; none where there is none."""
        found = [
            (home, place)
            for home, child in self.homes
            for group in self.groups
            for place in self.of(child, group, EnrolmentStatus.ACTIVE)
        ]
        return [found[pick % len(found)]] if found else []

    def of(self, child: Person, group: ClassGroup, status: EnrolmentStatus) -> list[Enrolment]:
        """The child's enrolments in a class that stand so by now."""
        home = next(home for home, person in self.homes if person.id == child.id)
        rows = [row for row in self.school.summary(home).enrolments if row.class_group == group.id]
        return [
            self.school.enrolment(_named(child.id, row.id))
            for row in rows
            if row.status == status.value and row.kind == "course"
        ]

    def _group(self, place: Enrolment) -> ClassGroup:
        return next(group for group in self.groups if group.id == place.class_group)


def _named(person: str, enrolment: str) -> Enrolment:
    """Enough of an enrolment to find it by."""
    day = date(2000, 1, 1)
    return Enrolment(enrolment, person, "", "", EnrolmentStatus.ACTIVE, day, day, datetime(2000, 1, 1, tzinfo=UTC))
