"""A school whose families take places and give them back: what tests of money for places need besides a studio."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.billing import store as documents
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import CreditNote, Invoice, Payment, PaymentStatus
from chalicelib.billing.receiving import receive
from chalicelib.data import write
from chalicelib.enrolments import enrolling, leaving, transferring
from chalicelib.enrolments.enrolling import Basket, basket
from chalicelib.enrolments.leaving import BY_FAMILY, Ending
from chalicelib.enrolments.reckoning import Preview
from chalicelib.households.domain import Household, Person
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.shared.ids import dated_id
from tests.enrolments.studio import Studio
from tests.support.terms import TAXES


class School(Studio):
    """A studio that sells places under the rules of the organisation."""

    def rules(self, **terms: object) -> None:
        """Gives the organisation taxes and rules of enrolments."""
        self.world.organisation = replace(
            self.world.organisation, billing=BillingTerms(taxes=TAXES), enrolment_terms=terms
        )
        organisations.update(self.world.organisation)

    def hold(self, home: Household, person: Person, group: ClassGroup, now: datetime | None = None) -> Enrolment:
        """Keeps a place."""
        return enrolling.hold(self.world.organisation, home.id, person.id, group.id, now or self.now)

    def join(self, home: Household, person: Person, group: ClassGroup, now: datetime | None = None) -> Enrolment:
        """Puts somebody on the waiting list."""
        return enrolling.join(self.world.organisation, home.id, person.id, group.id, now or self.now)

    def basket(self, home: Household, now: datetime | None = None) -> Basket:
        """What is kept for a household."""
        return basket(self.places(home, now))

    def confirm(self, home: Household, wanted: Basket | None = None, now: datetime | None = None) -> Invoice | None:
        """Confirms what was shown, by default what is kept now."""
        wanted = wanted or self.basket(home, now)
        ids = [each.enrolment.id for each in wanted.places]
        return enrolling.confirm(self.world.organisation, home.id, ids, wanted.digest, now or self.now)

    def buy(self, home: Household, person: Person, group: ClassGroup, now: datetime | None = None) -> Enrolment:
        """A place, with its invoice."""
        held = self.hold(home, person, group, now)
        self.confirm(home, now=now)
        return self.enrolment(held)

    def preview(self, place: Enrolment, now: datetime | None = None, ending: Ending = BY_FAMILY) -> Preview:
        """What leaving would come to."""
        home = Household(place.household, "")
        places = self.places(home, now)
        return leaving.preview_of(places, places.enrolment(place.person, place.id), ending)

    def leave(self, place: Enrolment, now: datetime | None = None, *, digest: str = "", ending: Ending = BY_FAMILY
              ) -> Enrolment:  # fmt: skip
        """Gives a place back."""
        return leaving.leave(
            self.world.organisation, place.household, place.person, place.id, now or self.now,
            digest=digest, ending=ending,
        )  # fmt: skip

    def exchange(self, place: Enrolment, group: ClassGroup, now: datetime | None = None) -> transferring.Exchange:
        """What changing group would come to."""
        places = self.places(Household(place.household, ""), now)
        return transferring.preview_of(places, places.enrolment(place.person, place.id), group.id)

    def change(self, place: Enrolment, group: ClassGroup, now: datetime | None = None, **how: str) -> Enrolment:
        """Changes group."""
        return transferring.transfer(
            self.world.organisation, place.household, place.person, place.id, group.id, now or self.now, **how
        )

    def pay(self, home: Household, invoice: Invoice, minor: int) -> None:
        """Money for an invoice."""

        def work(books: Books) -> None:
            money = Payment(dated_id(books.today), home.id, books.today, minor, "CAD", "cash", PaymentStatus.PENDING)
            receive(books, money, [invoice.id])

        keep(self.world.organisation, home.id, self.now, work)

    def invoices(self, home: Household) -> Sequence[Invoice]:
        """A household's invoices, newest first."""
        return documents.list_invoices(self.world.org, home.id).rows

    def invoice(self, place: Enrolment) -> Invoice:
        """The invoice that billed a place, as it is stored."""
        assert place.price
        found = documents.get_invoice(self.world.org, place.household, place.price.invoice)
        assert found
        return found

    def notes(self, home: Household) -> Sequence[CreditNote]:
        """A household's credit notes."""
        return documents.list_credit_notes(self.world.org, home.id, consistent=True).rows

    def balance(self, home: Household) -> int:
        """What the household owes by its ledger."""
        return sum(account.balance for account in self.summary(home).accounts)

    def alter(self, group: ClassGroup, **changes: Any) -> None:
        """Changes what is stored of a class, as staff do."""
        stored = store.get_class_groups(self.world.org, [group.id], consistent=True)[group.id]
        write.put(store.class_group_item(self.world.org, replace(stored, **changes)))
