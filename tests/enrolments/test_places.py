"""What use cases keep of a summary is what a repair builds from all that is stored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.admin.summaries import rebuild
from chalicelib.data.write import Transaction
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.summary import MemberRow
from chalicelib.schedule.domain import Attendance, Enrolment, EnrolmentKind, EnrolmentStatus, Mark
from chalicelib.schedule.roll import with_enrolment
from chalicelib.shared.ids import dated_id
from tests.support.world import World

DAY = timedelta(days=1)


class _Act(NamedTuple):
    """One thing that happens to the place or the right number `at`."""

    at: int
    what: str
    status: EnrolmentStatus
    attendance: Attendance
    meeting: int


class _Child:
    """A child of two homes, and what use cases do with its places and rights."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.homes: tuple[Household, Household] = (world.household("Tremblay"), world.household("Petrov"))
        self.group = world.class_group("Ballet", *(world.now + days * DAY for days in (-3, 2, 9)))
        self.person = _shared(world, *self.homes)
        self.places: dict[int, str] = {}
        self.rights: dict[int, str] = {}

    def do(self, act: _Act) -> None:
        """One use case of the first home."""
        work: Callable[[_Act, Places], None] = getattr(self, act.what)
        keep_places(self.world.organisation, self.homes[0].id, self.world.now, partial(work, act))

    def enrol(self, act: _Act, places: Places) -> None:
        if act.at in self.places:
            return
        world, single = self.world, self.group.occurrences[act.meeting].id if act.at == 3 else ""
        kind = EnrolmentKind.MAKEUP if single else EnrolmentKind.COURSE
        self.places[act.at] = dated_id(world.today)
        self._put(places, Enrolment(
            self.places[act.at], self.person, self.group.id, self.homes[0].id, act.status, world.today - 30 * DAY,
            world.today + act.at * DAY, world.now - act.at * 25 * DAY, kind=kind, meeting=single,
        ))  # fmt: skip

    def change(self, act: _Act, places: Places) -> None:
        if act.at in self.places:
            self._put(places, replace(places.enrolment(self.person, self.places[act.at]), status=act.status))

    def mark(self, act: _Act, places: Places) -> None:
        if act.at in self.places:
            before = places.enrolment(self.person, self.places[act.at])
            told = {self.group.occurrences[act.meeting].id: Mark(act.attendance, places.now)}
            self._put(places, replace(before, marks={**before.marks, **told}))

    def give(self, act: _Act, places: Places) -> None:
        if act.at not in self.rights:
            day = self.world.today + (10 + act.at) * DAY
            self.rights[act.at] = dated_id(day)
            places.put_right(
                Right(self.rights[act.at], self.person, self.homes[0].id, "e", "c", "m", (), "", places.now, day)
            )

    def use(self, act: _Act, places: Places) -> None:
        if act.at in self.rights:
            places.put_right(replace(places.right(self.person, self.rights[act.at]), status=RightStatus.USED))

    def take(self, act: _Act, places: Places) -> None:
        if act.at in self.rights:
            places.drop_right(places.right(self.person, self.rights.pop(act.at)))

    def _put(self, places: Places, enrolment: Enrolment) -> None:
        places.put(enrolment)
        places.put_roll(with_enrolment(places.roll(self.group.id), enrolment))


def _shared(world: World, first: Household, second: Household) -> str:
    """A member of two homes."""
    lea = world.member(first, "Léa")
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(lea, households=(first.id, second.id)))
    households.save_member_link(transaction, world.org, second.id, lea.id)
    transaction.commit()
    world.builders[second.id].members.append(MemberRow(lea.id, lea.first_name, lea.last_name, lea.birth_date))
    world.settle(second)
    return lea.id


_ACTS = st.builds(
    _Act,
    st.integers(0, 3),
    st.sampled_from(["enrol", "change", "mark", "give", "use", "take"]),
    st.sampled_from([status for status in EnrolmentStatus if status is not EnrolmentStatus.HELD]),
    st.sampled_from(Attendance),
    st.integers(0, 2),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ACTS, min_size=3, max_size=12))
def test_a_summary_that_is_built_anew_is_the_one_that_was_kept(world: World, acts: list[_Act]) -> None:
    """Places, absences to come, rights and news of both homes, whatever happened in whatever order."""
    child = _Child(world)

    for act in acts:
        child.do(act)

    for home in child.homes:
        kept = households.get_summaries(world.org, (home.id,))[home.id]
        assert rebuild(world.organisation, home.id, world.now) == kept
