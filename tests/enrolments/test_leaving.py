"""Giving places back: what was told happens, to the cent and once (NEW-1, SCH-5, X-13)."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.billing.domain import InvoiceStatus
from chalicelib.enrolments.enrolling import Changed
from chalicelib.enrolments.leaving import ORGANISATION, STAFF, Ending
from chalicelib.enrolments.reckoning import Rule
from chalicelib.schedule import classes
from chalicelib.schedule.domain import EnrolmentStatus
from chalicelib.shared.errors import Conflict, NotFound
from tests.enrolments.school import School
from tests.support.race import together
from tests.support.world import World

WEEKS = tuple(range(1, 71, 7))
"""Days from now on which a class meets ten times."""


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course")
    return school


def weeks_later(school: School, weeks: int) -> datetime:
    """A moment after the lesson of so many weeks."""
    return school.now + timedelta(days=7 * weeks + 2)


def test_what_was_told_happens(school: School) -> None:
    """200.00 and taxes, paid; after three of ten lessons 126.00 and its taxes come back, the fee is 14.00."""
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    place = school.buy(home, lea, group)
    school.pay(home, school.invoice(place), 22995)
    now = weeks_later(school, 2)
    told = school.preview(place, now)

    ended = school.leave(place, now, digest=told.digest)

    assert (told.had_minor, told.fee_minor, told.back_minor, told.credit_minor) == (6000, 1400, 12600, 14487)
    assert (ended.status, ended.ended_by, ended.ended_at) == (EnrolmentStatus.CANCELLED, "family", now)
    (note,) = school.notes(home)
    assert (note.total_minor, note.unapplied_minor, note.invoice) == (14487, 14487, school.invoice(place).id)
    assert school.balance(home) == -14487
    assert school.roll(group).seats == ()
    (message,) = school.messages("enrolment_cancelled")
    assert (message.facts["to_family"], message.facts["note"], message.facts["payout_days"]) == (14487, note.number, 10)
    assert [row.status for row in school.summary(home).enrolments] == ["cancelled"]


def test_an_unpaid_invoice_shrinks(school: School) -> None:
    """What was not paid is taken off; the rest stays due on the same day."""
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    school.pay(home, school.invoice(place), 5000)
    now = weeks_later(school, 2)
    told = school.preview(place, now)

    school.leave(place, now, digest=told.digest)

    invoice = school.invoice(place)
    assert (told.off_invoice_minor, told.to_family_minor) == (14487, 0)
    assert (invoice.balance_minor, invoice.dues) == (22995 - 5000 - 14487, told.dues)
    assert school.balance(home) == invoice.balance_minor


def test_before_the_start_nothing_is_left_to_pay(school: School) -> None:
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))

    school.leave(place)

    assert (school.invoice(place).status, school.balance(home)) == (InvoiceStatus.PAID, 0)


def test_one_of_several_places_on_an_invoice_leaves_the_others(school: School) -> None:
    home, lea = school.family()
    tom = school.world.member(home, "Tom")
    group = school.group(*WEEKS, capacity=2, price_minor=20000)
    held = [school.hold(home, each, group) for each in (lea, tom)]
    school.confirm(home)
    first, second = (school.enrolment(each) for each in held)

    school.leave(second)

    assert school.invoice(first).balance_minor == 22995
    assert [seat.person for seat in school.roll(group).seats] == [lea.id]
    assert school.preview(first).credit_minor == 22995


def test_32_who_leave_at_once_leave_once(school: School) -> None:
    """The seat comes back once and the credit once."""
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS, capacity=2, price_minor=20000)
    place = school.buy(home, lea, group)
    school.buy(other, max_, group)
    told = school.preview(place)

    results = together([partial(school.leave, place, digest=told.digest)] * 32)

    assert {getattr(each, "status", each) for each in results} == {EnrolmentStatus.CANCELLED}
    assert len(school.notes(home)) == 1
    assert school.balance(home) == 0
    assert [seat.person for seat in school.roll(group).seats] == [max_.id]
    assert len(school.messages("enrolment_cancelled")) == 1


def test_it_asks_again_when_it_comes_to_something_else(school: School) -> None:
    """A lesson began between the page and the button."""
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    told = school.preview(place)

    with pytest.raises(Changed):
        school.leave(place, weeks_later(school, 0), digest=told.digest)

    assert school.notes(home) == []
    assert school.enrolment(place).status is EnrolmentStatus.ACTIVE


def test_it_asks_again_when_money_came_meanwhile(school: School) -> None:
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    told = school.preview(place)
    school.pay(home, school.invoice(place), 22995)

    with pytest.raises(Changed):
        school.leave(place, digest=told.digest)

    school.leave(place, digest=school.preview(place).digest)
    assert school.balance(home) == -22995


def test_a_family_leaves_only_where_the_rules_allow_it(school: School) -> None:
    """SCH-5: the rules of the day on which it was bought. Staff may, with another share."""
    school.rules(leave=False)
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    school.rules(leave=True)

    with pytest.raises(Conflict):
        school.leave(place)

    school.leave(place, ending=Ending(STAFF, 500_000, "Moved away"))
    ended = school.enrolment(place)
    assert (ended.ended_by, ended.reason) == ("staff", "Moved away")
    assert school.notes(home)[0].lines[0].amount_minor == 10000


def test_the_organisation_gives_back_all_that_it_did_not_give(school: School) -> None:
    """Whatever the rules say: no fee, no share."""
    school.rules(leave=False)
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    now = weeks_later(school, 4)

    assert school.preview(place, now, Ending(ORGANISATION)).rule is Rule.ORGANISATION
    for _ in range(2):
        school.leave(place, now, ending=Ending(ORGANISATION))

    assert [note.lines[0].amount_minor for note in school.notes(home)] == [10000]
    assert school.enrolment(place).ended_by == "organisation"


def test_nothing_is_left_of_a_class_that_is_over(school: School) -> None:
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))

    with pytest.raises(Conflict):
        school.leave(place, weeks_later(school, 9))


def test_what_was_credited_already_is_not_credited_twice(school: School) -> None:
    """Staff gave half of the line back by hand: what is left of it is what the place costs now."""
    from chalicelib.billing import issuing
    from chalicelib.billing.books import keep
    from chalicelib.billing.crediting import part_of_line

    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    invoice = school.invoice(place)
    half = part_of_line(invoice.lines[0], 10000)
    keep(school.world.organisation, home.id, school.now,
         lambda books: issuing.credit_part(books, books.invoices.get(invoice.id), (half,), "Kindness"))  # fmt: skip

    told = school.preview(place)
    school.leave(place, digest=told.digest)

    assert told.price_minor == 10000
    assert (school.invoice(place).balance_minor, school.balance(home)) == (0, 0)


def test_an_invoice_that_was_cancelled_gives_nothing_back(school: School) -> None:
    from chalicelib.billing import issuing
    from chalicelib.billing.books import keep

    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    place = school.buy(home, lea, group)
    invoice = school.invoice(place).id
    keep(school.world.organisation, home.id, school.now,
         lambda books: issuing.cancel(books, books.invoices.get(invoice), "Mistake"))  # fmt: skip

    school.leave(place)

    assert (len(school.notes(home)), school.balance(home)) == (1, 0)
    assert school.roll(group).seats == ()


def test_a_place_from_elsewhere_says_that_its_money_is_not_known(school: School) -> None:
    """Imported places have no price here: the seat is given back, the money is settled by people."""
    home, lea = school.family()
    group = school.group(*WEEKS)
    place = school.world.enrol(home, lea, group)

    assert not school.preview(place).priced
    school.leave(place)

    assert (school.notes(home), school.roll(group).seats) == ([], ())


def test_unused_rights_go_with_the_place(school: School) -> None:
    """NEW-1: the page says how many, and so it is."""
    home, lea = school.family()
    group = school.group(*WEEKS, capacity=None, price_minor=20000)
    place = school.buy(home, lea, group)
    school.stay_away(place, group.occurrences[1])
    (right,) = school.summary(home).rights

    told = school.preview(place)
    school.leave(place, digest=told.digest)

    assert (told.rights, told.lessons.left) == ((right.id,), 10)
    assert school.summary(home).rights == ()
    with pytest.raises(AssertionError):
        school.right(lea, right.id)
    assert school.roll(group).away == {}


def test_nobody_gives_back_what_is_not_theirs(school: School) -> None:
    """T-03."""
    (home, lea), (other, _) = school.family(), school.family("Roy", "Max")
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))

    for stranger in (replace(place, household=other.id), replace(place, id=f"{place.id}x")):
        with pytest.raises(NotFound):
            school.leave(stranger)
    assert school.enrolment(place).status is EnrolmentStatus.ACTIVE


def test_what_was_cancelled_before_it_was_bought_is_not_given_back(school: School) -> None:
    """NEW-1: two of ten lessons were off already; who bought eight and had four gets half of the price, without fee."""
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    classes.cancel_meetings(
        classes.Staff(school.world.org, school.now, "desk"), group.id, [each.id for each in group.occurrences[-2:]], {}
    )
    place = school.buy(home, lea, group)

    told = school.preview(place, weeks_later(school, 3))

    assert (told.lessons.had, told.lessons.left, told.had_minor) == (4, 4, 10000)
