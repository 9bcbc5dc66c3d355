"""Releasing, amending, cancelling: what a family was given stays, and slips tell what the ledger tells (X-12)."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from chalicelib.billing import issuing, receiving
from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import InvoiceLine, Refund
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.slips import releasing, telling
from chalicelib.slips.domain import Missing, SlipStatus, State
from chalicelib.slips.listing import list_rows
from tests.slips.giving import ADDRESS, Giving, giving
from tests.support.race import together
from tests.support.world import World


@pytest.fixture
def family(world: World) -> Giving:
    """Paid 300 for a day camp in July, of 350 in all; one parent, nothing missing."""
    family = giving(world)
    family.bill(30000, T_shirt=5000)
    family.pay(35000)
    family.name_parent()
    return family


def listed(family: Giving) -> list[tuple[State, int]]:
    return [(state, row.minor) for state in State for row in list_rows(family.world.org, family.year, state).rows]


def test_what_is_ready_is_released(family: Giving) -> None:
    """DOC-2."""
    assert (family.standing().state, family.standing().minor) == (State.READY, 30000)

    assert releasing.release(family.desk) == 1

    (slip,) = family.slips()
    content = slip.content
    assert (slip.number, slip.code, slip.status) == (f"{family.year}-00001", "R", SlipStatus.RELEASED)
    assert (content.minor, content.total_minor, content.parent_name) == (30000, 30000, "Marie Tremblay")
    assert content.address == ("4567, avenue du Parc", "Montréal QC H2V 4E8", "CA")
    assert [(on, minor) for _, on, minor in content.payments] == [(date(family.year, 7, 15), 30000)]
    assert "slip" in family.summary.holds
    assert (slip.id, str(family.year)) in [(row.id, row.label) for row in family.summary.news if row.kind == "slip"]
    assert listed(family) == [(State.RELEASED, 30000)]


def test_releasing_again_makes_nothing_more(family: Giving) -> None:
    assert releasing.release(family.desk) == 1
    assert releasing.release(family.desk) == 0
    assert len(family.slips()) == 1


def test_thirty_two_who_release_at_once_make_one_slip(family: Giving) -> None:
    made = together([lambda: releasing.release(family.desk)] * 32)

    assert sorted(map(str, made)) == ["0"] * 31 + ["1"]
    assert len(family.slips()) == 1


def test_two_parents_get_halves_that_add_up(family: Giving) -> None:
    family.bill(1, "Day camp, a cent more")
    family.pay(1)
    luc = family.name_parent("Luc")
    assert family.standing().missing == (Missing.CLAIM,)
    telling.claim(family.teller, {family.child.id: [family.parents[0], luc]})

    assert releasing.release(family.desk) == 2

    assert sorted(slip.content.minor for slip in family.slips()) == [15000, 15001]
    assert {slip.content.total_minor for slip in family.slips()} == {30001}
    assert {slip.content.parent for slip in family.slips()} == {*family.parents}


def test_who_refuses_the_number_gets_no_slip_and_keeps_nobody_else_from_theirs(family: Giving) -> None:
    """X-12."""
    luc = family.name_parent("Luc", number="")
    telling.claim(family.teller, {family.child.id: [family.parents[0], luc]})
    assert family.standing().missing == (Missing.NUMBER,)
    telling.refuse_number(family.teller, luc)

    assert releasing.release(family.desk) == 1
    (slip,) = family.slips()
    assert (slip.content.parent_name, slip.content.minor) == ("Marie Tremblay", 15000)


def test_without_any_number_there_is_no_slip(family: Giving) -> None:
    telling.refuse_number(family.teller, family.parents[0])

    assert family.standing().state is State.REFUSED
    assert releasing.release(family.desk) == 0


def test_what_changed_is_amended_and_stays_beside(family: Giving) -> None:
    releasing.release(family.desk)
    (before,) = family.slips()
    family.bill(10000, "Day camp, August")
    family.pay(10000, date(family.year, 8, 15))
    assert family.standing().state is State.CHANGED

    assert releasing.amend(family.desk, family.child.id, "A payment was missing") == 1

    new, old = family.slips()
    assert (old.id, old.status, old.replaced_by) == (before.id, SlipStatus.AMENDED, new.number)
    assert (new.code, new.replaces, new.content.minor) == ("A", old.number, 40000)
    assert old.content.minor == 30000
    assert (old.reason, old.ended_at) == ("A payment was missing", family.world.now)
    assert family.standing().state is State.RELEASED
    with pytest.raises(Conflict):
        releasing.amend(family.desk, family.child.id, "Again")


def test_a_refund_changes_what_should_be_told(family: Giving) -> None:
    """Money that went back is claimed by nobody."""
    releasing.release(family.desk)
    payment = billing.list_payments(family.world.org, family.home.id).rows[0]
    keep(
        family.world.organisation, family.home.id, family.world.now,
        lambda books: receiving.set_refunds(
            books, books.payments.get(payment.id), [Refund("r1", family.world.today, payment.minor)]
        ),
    )  # fmt: skip
    assert (family.standing().state, family.standing().minor) == (State.CHANGED, 0)

    releasing.amend(family.desk, family.child.id, "All was given back")

    (slip,) = family.slips()
    assert (slip.status, slip.code, slip.reason) == (SlipStatus.CANCELLED, "D", "All was given back")
    assert family.standing().state is State.CANCELLED


def test_a_credit_note_lowers_what_counts(family: Giving) -> None:
    (invoice,) = billing.list_invoices(family.world.org, family.home.id).rows
    keep(
        family.world.organisation, family.home.id, family.world.now,
        lambda books: issuing.credit_part(
            books, books.invoices.get(invoice.id),
            (part_of(invoice.lines[0], 10000),), "Two days were cancelled",
        ),
    )  # fmt: skip

    assert family.standing().minor == 20000


def part_of(line: InvoiceLine, minor: int) -> InvoiceLine:
    return line._replace(amount_minor=minor, unit_minor=minor)


def test_going_from_one_parent_to_two_amends_one_and_makes_one(family: Giving) -> None:
    releasing.release(family.desk)
    luc = family.name_parent("Luc")
    telling.claim(family.teller, {family.child.id: [family.parents[0], luc]})

    assert releasing.amend(family.desk, family.child.id, "They share") == 2

    assert sorted((slip.status.value, slip.code, slip.content.minor) for slip in family.slips()) == [
        ("amended", "R", 30000), ("released", "A", 15000), ("released", "R", 15000),
    ]  # fmt: skip


def test_a_cancelled_slip_stays_and_comes_back_only_when_it_is_wanted(family: Giving) -> None:
    releasing.release(family.desk)
    (slip,) = family.slips()
    releasing.cancel(family.desk, slip.id, "The wrong child")
    releasing.cancel(family.desk, slip.id, "Once more")

    assert releasing.release(family.desk) == 0
    assert [(each.status, each.reason) for each in family.slips()] == [(SlipStatus.CANCELLED, "The wrong child")]
    assert releasing.release(family.desk, family.child.id) == 1
    assert [each.status for each in family.slips()] == [SlipStatus.RELEASED, SlipStatus.CANCELLED]


def test_an_amended_slip_is_not_cancelled(family: Giving) -> None:
    releasing.release(family.desk)
    (slip,) = family.slips()
    telling.change_parent(family.teller, family.parents[0], telling.Particulars("Marie", "Roy", ADDRESS))
    releasing.amend(family.desk, family.child.id, "Married")

    with pytest.raises(Conflict):
        releasing.cancel(family.desk, slip.id, "No")
    with pytest.raises(NotFound):
        releasing.cancel(family.desk, "20251231-" + "a" * 32, "No")


def test_nothing_is_made_while_the_year_runs(family: Giving) -> None:
    running = family.desk._replace(season=family.season._replace(year=family.world.today.year))
    with pytest.raises(Conflict):
        releasing.release(running)


def test_a_family_that_nobody_can_write_to_gets_its_slip_on_paper(family: Giving) -> None:
    """X-12: no email, so it is to be printed."""
    found = households.get_household(family.world.org, family.home.id)
    assert found
    transaction = Transaction()
    households.save_household(transaction, family.world.org, replace(found, email=""))
    transaction.commit()

    releasing.release(family.desk)

    (slip,) = family.slips()
    assert slip.to_print
    assert list_rows(family.world.org, family.year, State.RELEASED).rows[0].to_print == 1


def test_numbers_of_slips_have_no_gaps_across_families(world: World) -> None:
    families = [giving(world)]
    for _ in range(3):
        home = world.household("Gagnon")
        families.append(Giving(world, home, world.member(home, "Emma", date(world.today.year - 8, 1, 1))))
    for family in families:
        family.bill()
        family.pay()
        family.name_parent()

    together([partial(releasing.release, family.desk) for family in families])

    found = sorted(slip.number for family in families for slip in family.slips())
    assert found == [f"{families[0].year}-{number:05}" for number in range(1, 5)]
