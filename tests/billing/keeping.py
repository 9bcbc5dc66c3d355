"""Documents as tests of pages need them, written through the books, so that ledger and summary go with them."""

from decimal import Decimal

from chalicelib.billing import issuing, receiving
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import CreditNote, Invoice, Payment, PaymentStatus
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest
from chalicelib.households.domain import Household
from chalicelib.shared.ids import dated_id
from tests.support.world import World


def billed(world: World, home: Household, minor: int = 10000, **changes: object) -> Invoice:
    """An issued invoice with one line, before the organisation's taxes."""
    request = InvoiceRequest([LineRequest("Piano", Decimal(1), minor)], **changes)  # type: ignore[arg-type]
    return keep(
        world.organisation, home.id, world.now, lambda books: issuing.issue(books, issuing.draft(books, request))
    )


def payment(world: World, home: Household, minor: int, method: str = "card", **changes: object) -> Payment:
    """Money that is not received yet."""
    day = world.today
    return Payment(
        dated_id(day),
        home.id,
        day,
        minor,
        "CAD",
        method,
        PaymentStatus.PENDING,
        **changes,  # type: ignore[arg-type]
    )


def paid(world: World, home: Household, minor: int, *invoices: str, method: str = "card", **changes: object) -> Payment:
    """Money that came in and covers `invoices`, else those due first."""
    money = payment(world, home, minor, method, **changes)
    return keep(world.organisation, home.id, world.now, lambda books: receiving.receive(books, money, invoices))


def credited(world: World, home: Household, invoice: str, minor: int, reason: str = "a lesson less") -> CreditNote:
    """A credit note over a part of an invoice."""

    def credit(books: Books) -> CreditNote:
        return issuing.credit(books, books.invoices.get(invoice), reason, minor=minor)

    return keep(world.organisation, home.id, world.now, credit)
