"""The journal is the ledgers, day by day: nothing is booked in one and not in the other."""

import random
from datetime import timedelta

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.billing import receiving
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Refund
from chalicelib.billing.ledger import LedgerEntry
from chalicelib.billing.models import LedgerItem
from chalicelib.billing.store import entry_from, list_payments
from chalicelib.data import keys, read
from chalicelib.households.domain import Household
from chalicelib.payments import refunding
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import local_day
from chalicelib.till import takings
from tests.billing.adding_up import check
from tests.billing.test_books import request
from tests.support.world import World


def ledger(world: World, home: Household) -> list[LedgerEntry]:
    """All that stands in a household's ledger, in the order of booking."""
    found = read.each(LedgerItem, keys.household_partition(world.org, home.id), keys.ledger_prefix("", "CAD"))
    return [entry_from(item) for item in found]


def _something(world: World, home: Household, chance: random.Random) -> None:
    """One thing that happens at a desk."""
    organisation, now, minor = world.organisation, world.now, chance.randint(1, 9000)
    payments = [each for each in list_payments(world.org, home.id).rows if each.kept_minor]
    what = chance.choice(("bill", "take", "refund", "bounce", "credit"))
    name = f"{minor} {chance.random()}"
    if what == "bill":
        draft = desk.draft(organisation, home.id, request(minor), name, now)
        desk.issue(organisation, home.id, draft.id, now, send=False)
    elif what == "take" or not payments:
        method = chance.choice(("cash", "cheque", "transfer"))
        desk.record(organisation, home.id, Received(minor, method, asked=name), now)
    elif what == "refund":
        payment = payments[0]
        given = Refund(name, world.today, min(minor, payment.kept_minor), chance.choice(("", "cash")))
        refunding.give_back_by_hand(organisation, home.id, payment.id, given, now)
    elif what == "bounce":
        bounced = payments[0].id
        keep(organisation, home.id, now, lambda books: receiving.fail(books, books.payments.get(bounced)))
    else:
        desk.give_credit(organisation, home.id, minor, "A gesture", now, asked=name)


def test_the_journal_of_all_days_is_what_the_ledgers_say(world: World) -> None:
    """NEW-4: entry for entry, over days, whatever the desk does."""
    chance, home = random.Random(6), world.household("Roy")
    begins = world.today
    for _ in range(40):
        try:
            _something(world, home, chance)
        except Conflict:
            continue
        world.now += timedelta(hours=chance.choice((0, 1, 9)))
    days = (local_day(world.now, world.organisation.zone) - begins).days + 1
    journal = [
        each for number in range(days) for each in takings.journal(world.org, begins + timedelta(days=number))
    ]  # fmt: skip

    assert {each.household for each in journal} == {home.id}
    assert [each.entry for each in journal] == ledger(world, home)
    assert len(journal) > 20
    money = [each for number in range(days) for each in takings.of_day(world.org, begins + timedelta(number)).booked]
    kept = sum(payment.kept_minor for payment in check(world.org, home.id).payments)
    assert sum(each.net_minor for each in takings.sums(money)) == kept


def test_what_is_given_back_by_another_way_leaves_the_drawer_that_it_came_out_of(world: World) -> None:
    """A cheque that is refunded in cash: the cheque is still there, the cash is not."""
    home = world.household("Roy")
    payment, _ = desk.record(world.organisation, home.id, Received(5000, "cheque"), world.now)
    given = Refund("once", world.today, 2000, "cash")
    refunding.give_back_by_hand(world.organisation, home.id, payment.id, given, world.now)

    sums = {each.method: each.net_minor for each in takings.sums(takings.of_day(world.org, world.today).booked)}
    assert sums == {"cheque": 5000, "cash": -2000}
