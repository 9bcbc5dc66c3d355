"""Everybody's money at the desk: what is overdue, what waits for a person, takings, the accountant's table."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib import bootstrap
from chalicelib.admin.desk import Received, record
from chalicelib.billing.domain import Refund
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications.delivery import Carriers, deliver
from chalicelib.payments import parking, refunding
from chalicelib.payments.models import StripeEventItem
from chalicelib.till import takings
from tests.payments.till import Till
from tests.support.acquirer import Acquirer
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.sent import Sent
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds
from tests.till.test_payment_routes import take


def late(world: World, name: str, days: int, minor: int = 18000) -> Household:
    """A family with an invoice that was due so many days ago."""
    home = world.household(name)
    world.invoice(home, f"INV-{name}", minor=minor, due_on=world.today - timedelta(days=days))
    return home


def test_who_should_have_paid_is_listed_longest_ago_first(world: World, desk: Browser) -> None:
    """By an index that the summaries themselves stand in; who is due today or later is not in it."""
    first = late(world, "Roy", 3)
    for name, days in (("Gagnon", 40), ("Just due", 0), ("Later", -5)):
        late(world, name, days, 5000)
    page = desk.get(f"/{world.org}/desk/money")

    assert page.text.index("Gagnon") < page.text.index("Roy")
    assert "$50.00" in page.text
    assert "40 days late" in page.text
    assert not [name for name in ("Just due", "Later") if name in page.links]
    assert f"/{world.org}/desk/clients/{first.id}/billing?show=due" in page.links.values()


def test_who_pays_leaves_the_list_at_once(world: World, desk: Browser) -> None:
    home = late(world, "Roy", 3)
    take(desk, world, home.id, amount="180")

    assert "Nothing is overdue." in desk.get(f"/{world.org}/desk/money").text


def test_the_list_goes_on_page_after_page(world: World, desk: Browser) -> None:
    for number in range(27):
        late(world, f"Family {number}", number + 1)
    pages = [desk.get(f"/{world.org}/desk/money")]
    while "Next page" in pages[-1].links:
        pages.append(desk.get(pages[-1].links["Next page"]))

    names = [name for each in pages for name in each.links if name.startswith("Family")]
    assert names == [f"Family {number}" for number in reversed(range(27))]
    assert len(pages) == 3


def remind(desk: Browser, world: World, *homes: Household) -> Page:
    form = desk.get(f"/{world.org}/desk/money").form("/remind")
    return desk.post(form.action, {**form.fields, **{f"remind-{home.id}": "yes" for home in homes}}, follow=True)


def test_the_chosen_are_reminded_by_mail_once_a_day(
    world: World, desk: Browser, sent: Sent, clock: TurnedClock
) -> None:
    home, other = late(world, "Roy", 3), late(world, "Gagnon", 40)
    page = remind(desk, world, home)
    assert "Reminders are on their way." in page.text
    assert "Reminded today" in page.text
    assert "Nobody was reminded" in remind(desk, world, home).text
    assert "reminded" in [kind for kind, _ in deeds(world, home)]
    assert deeds(world, other) == []

    name = f"reminder-{home.id}-{world.today:%Y%m%d}"
    assert read.one(MessageItem, keys.outbox(world.org, name))
    deliver(Carriers(bootstrap.mailer(), bootstrap.texter()), keys.outbox(world.org, name), world.now)
    (mail,) = [each for each in sent() if world.org in each.text]
    assert "180,00" in mail.text
    assert f"/{world.org}/invoices" in mail.text


def test_who_only_reads_reminds_nobody(world: World, desk: Browser) -> None:
    late(world, "Roy", 3)
    form = desk.get(f"/{world.org}/desk/money").form("/remind")
    reader = at_the_desk(world, StaffRole.READ_ONLY)

    assert "Remind the chosen" not in reader.get(f"/{world.org}/desk/money").text
    assert reader.post(form.action, form.fields).status == 403


def test_a_day_is_added_up_by_way_and_by_who_took_it_and_counted(world: World, desk: Browser, books: Browser) -> None:
    """What the ledgers say and what the takings say is the same; a count stays as it was written down."""
    home = world.household("Roy")
    take(desk, world, home.id, amount="120")
    take(desk, world, home.id, amount="30.50", method="cheque")
    taken = take(books, world, home.id, amount="10")
    payment = taken.url.partition("?")[0].rpartition("/")[2]
    given = Refund("once", world.today, 400, "cash", "Too much")
    refunding.give_back_by_hand(world.organisation, home.id, payment, given, world.now)
    found = takings.of_day(world.org, world.today)
    assert {each.method: (each.received_minor, each.given_minor) for each in takings.sums(found.booked)} == {
        "cash": (13000, 400), "cheque": (3050, 0),
    }  # fmt: skip
    assert len({each.user for each in takings.sums(found.booked, by_user=True)}) == 2

    page = desk.get(f"/{world.org}/desk/money/takings")
    assert "$126.00" in page.text
    assert "Kate Murphy" in page.text
    form = page.form("/takings")
    counted = {**form.fields, "counted-cash-CAD": "125", "counted-cheque-CAD": "30.50", "note": "A coin is missing"}
    page = desk.post(form.action, counted, follow=True)
    assert "A coin is missing" in page.text
    assert "-$1.00" in page.text
    take(desk, world, home.id, amount="1")
    (close,) = takings.of_day(world.org, world.today).closes
    assert [tuple(count) for count in close.counts] == [("cash", "CAD", 12600, 12500), ("cheque", "CAD", 3050, 3050)]


def test_a_family_that_pays_for_itself_is_nobody_at_the_desk(world: World, desk: Browser) -> None:
    """Money that was booked while somebody of the family was signed in went through nobody's hands."""
    from chalicelib.households import activity

    home = world.household("Roy")
    user = world.user(home, name="Marie Roy")
    activity.act_for(user.id)
    books_payment(world, home)
    page = desk.get(f"/{world.org}/desk/money/takings")

    assert "Online, nobody at the desk" in page.text
    assert "Marie Roy" not in page.text


def books_payment(world: World, home: Household) -> None:
    """A payment by card, as it is booked when Stripe tells of it."""
    received = Received(5000, "card")
    record(world.organisation, home.id, received, world.now)


def test_what_is_booked_after_the_count_is_said(world: World, desk: Browser, clock: TurnedClock) -> None:
    home = world.household("Roy")
    form = desk.get(f"/{world.org}/desk/money/takings").form("/takings")
    wrong = desk.post(form.action, {**form.fields, "counted-cash-CAD": "some"})
    assert (wrong.status, "Enter an amount such as" in wrong.text) == (400, True)
    page = desk.post(form.action, {**form.fields, "counted-cash-CAD": "0"}, follow=True)
    assert "after the last count" not in page.text
    clock.advance(minutes=1)
    take(desk, world, home.id)

    assert "after the last count" in desk.get(f"/{world.org}/desk/money/takings").text


def test_another_day_is_shown_and_one_that_is_none_is_not_found(world: World, desk: Browser) -> None:
    yesterday = (world.today - timedelta(days=1)).isoformat()
    assert "No money moved on this day." in desk.get(f"/{world.org}/desk/money/takings", day=yesterday).text
    for day in ("soon", (world.today + timedelta(days=1)).isoformat()):
        assert desk.get(f"/{world.org}/desk/money/takings", day=day).status == 404


def test_what_stripe_told_and_nobody_understood_is_shown_tried_again_and_closed(
    world: World, acquirer: Acquirer, books: Browser, desk: Browser
) -> None:
    with_terms(world, online=True, taxes=())
    till = Till(world, acquirer)
    checkout = till.begin(till.invoice(10000))
    acquirer.account.complete(checkout.session)
    (event, *_) = [each for each in till.fresh() if each["type"] == "checkout.session.completed"]
    till.hear(event)
    key = keys.stripe_event(world.org, event["id"])
    item = read.one(StripeEventItem, key)
    assert item
    item.update(actions=[
        StripeEventItem.state.set("parked"), StripeEventItem.outcome.set("no such session"),
        StripeEventItem.queue.set(parking.queue(world.org)), StripeEventItem.due.set("2026-11-22T10:00:00Z"),
    ])  # fmt: skip
    assert desk.get(f"/{world.org}/desk/money/parked").status == 403
    page = books.get(f"/{world.org}/desk/money/parked")
    assert "no such session" in page.text

    form = page.form("/retry")
    assert "tried again within a minute" in books.post(form.action, form.fields, follow=True).text
    assert till.work(event) == "done"
    assert books.post(form.action, form.fields).status == 404
    till.check()


def test_what_was_dealt_with_leaves_the_list_with_a_note(world: World, acquirer: Acquirer, books: Browser) -> None:
    with_terms(world, online=True, taxes=())
    till = Till(world, acquirer)
    invoice = till.invoice(10000)
    checkout = till.begin(invoice)
    take(books, world, till.home)
    acquirer.account.complete(checkout.session)
    till.hear_all()
    page = books.get(f"/{world.org}/desk/money/parked")
    assert "More was paid than the invoices were over." in page.text
    form = page.form("/close")
    assert "Write what was done about it." in books.post(form.action, form.fields, follow=True).text
    page = books.post(form.action, {**form.fields, "note": "Given back"}, follow=True)

    assert "Nothing waits for you." in page.text
    (name,) = [form.fields["name"]]
    item = read.one(parking.ParkedItem, keys.parked(world.org, name))
    assert item
    assert item.note == "Kate Murphy: Given back"


def test_the_accountant_gets_every_entry_and_no_formula(world: World, desk: Browser, books: Browser) -> None:
    """I-04: what families are called can not begin a formula, and money is in columns that add up."""
    home = world.household("=1+1")
    take(desk, world, home.id, amount="120")
    form = books.get(f"/{world.org}/desk/clients/{home.id}/billing/credits/new").form("/credits/new")
    books.post(form.action, {**form.fields, "amount": "15", "reason": "The hall was cold"})
    period = {"from": world.today.isoformat(), "to": world.today.isoformat()}
    table = books.get(f"/{world.org}/desk/money/export/csv?{urlencode(period)}")

    assert table.header("content-type").startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
    assert [(row["Kind"], row["Billed"], row["Paid or credited"], row["Balance after"]) for row in rows] == [
        ("payment", "0.00", "120.00", "-120.00"), ("credit_note", "0.00", "15.00", "-135.00"),
    ]  # fmt: skip
    assert {row["Household"] for row in rows} == {"'=1+1"}
    assert {row["Booked by"] for row in rows} == {"Kate Murphy"}
    assert rows[0]["Way of paying"] == "cash"
    assert desk.get(f"/{world.org}/desk/money/export/csv?{urlencode(period)}").status == 403


def test_the_period_of_the_table_is_asked_for_and_kept_within_a_year(world: World, books: Browser) -> None:
    page = books.get(f"/{world.org}/desk/money/export")
    assert "Download the table" in page.text
    long = books.get(f"/{world.org}/desk/money/export/csv?from=2024-01-01&to=2026-01-01")
    assert (long.status, "at most a year" in long.text) == (400, True)


def test_nothing_of_another_organisation_is_in_the_journal_or_the_list(world: World, books: Browser, org: str) -> None:
    """T-04."""
    from tests.support import world as worlds

    other = worlds.build(f"{org}-b", world.now)
    late(other, "Foreign", 10)
    take(at_the_desk(other), other, other.household("Abroad").id)

    assert "Foreign" not in books.get(f"/{world.org}/desk/money").text
    assert takings.of_day(world.org, world.today).booked == []
