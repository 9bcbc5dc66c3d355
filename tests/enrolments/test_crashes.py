"""A crash before and after each call to AWS, then the same again: places and money are there once, or not at all."""

from collections.abc import Callable
from functools import partial

import botocore.httpsession
import pytest

from chalicelib.enrolments.leaving import leave
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from tests.enrolments.school import School
from tests.support.crashes import Wire, everywhere
from tests.support.world import World

WEEKS = tuple(range(1, 71, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course", transfer=True)
    return school


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """All of this process's calls to AWS go through it."""
    found, real = Wire(), botocore.httpsession.URLLib3Session.send
    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", lambda self, *args: found.call(real, self, *args))
    return found


class Case:
    """A family with a place that is kept, and a class to change to."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.home, self.child = school.family()
        self.group: ClassGroup = school.group(*WEEKS, price_minor=20000)
        self.held: Enrolment = school.hold(self.home, self.child, self.group)
        self.wanted = school.basket(self.home)

    def confirm(self) -> None:
        """Buys what is kept."""
        self.school.confirm(self.home, self.wanted)


def test_buying(school: School, wire: Wire) -> None:
    """One place, one invoice, one message."""
    case = Case(school)

    def setting() -> Callable[[], object]:
        nonlocal case
        case = Case(school)
        return case.confirm

    def proof() -> None:
        assert len(school.invoices(case.home)) == 1
        assert school.balance(case.home) == 22995
        assert school.enrolment(case.held).status is EnrolmentStatus.ACTIVE
        assert [seat.until for seat in school.roll(case.group).seats] == [None]

    assert everywhere(wire, setting, proof) > 5


def test_leaving(school: School, wire: Wire) -> None:
    """One credit, one seat."""
    case = Case(school)

    def setting() -> Callable[[], object]:
        nonlocal case
        case = Case(school)
        case.confirm()
        place = school.enrolment(case.held)
        digest = school.preview(place).digest
        return partial(
            leave, school.world.organisation, case.home.id, place.person, place.id, school.now, digest=digest
        )

    def proof() -> None:
        assert [note.total_minor for note in school.notes(case.home)] == [22995]
        assert school.balance(case.home) == 0
        assert school.roll(case.group).seats == ()

    assert everywhere(wire, setting, proof) > 5


def test_changing_group(school: School, wire: Wire) -> None:
    """One place in all, whichever of the groups it is in, and the difference once."""
    case, other = Case(school), school.group(*WEEKS)

    def setting() -> Callable[[], object]:
        nonlocal case, other
        case, other = Case(school), school.group(*WEEKS, price_minor=30000)
        case.confirm()
        place = school.enrolment(case.held)
        return partial(school.change, place, other, digest=school.exchange(place, other).digest)

    def proof() -> None:
        assert (len(school.roll(case.group).seats), len(school.roll(other).seats)) == (0, 1)
        assert (len(school.invoices(case.home)), len(school.notes(case.home))) == (2, 1)
        assert school.balance(case.home) == 34493

    assert everywhere(wire, setting, proof) > 5
