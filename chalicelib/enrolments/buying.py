"""What a change of a place means for the list of what a family bought and gave back (PUR-1, SCH-12)."""

from chalicelib.billing.books import Books
from chalicelib.billing.bought import Bought, Thing
from chalicelib.schedule.domain import Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.shared.texts import Texts

_OVER = (EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED)


def line_of(books: Books, before: Enrolment | None, after: Enrolment, title: Texts) -> Bought | None:
    """The line of a place that is taken or given back by now; None when neither is so."""
    had, has = before is not None and is_bought(before), is_bought(after)
    is_over = had and is_given_back(after)
    if had == has or not (has or is_over):
        return None
    return bought_line(after, title, _cost(books, after))._replace(at=books.now)


def bought_line(enrolment: Enrolment, title: Texts, minor: int) -> Bought:
    """The line of a place, or of its end, as the enrolment itself tells it."""
    is_over = enrolment.status in _OVER
    paid = enrolment.returned if is_over else enrolment.price
    return Bought(
        thing=Thing.ENROLMENT,
        what=enrolment.id,
        title=title,
        at=(enrolment.ended_at if is_over else None) or enrolment.enrolled_at,
        member=enrolment.person,
        minor=-paid.minor if is_over and paid else minor,
        currency=paid.currency if paid else "",
        invoice=enrolment.price.invoice if enrolment.price else "",
        is_cancelled=is_over,
    )


def is_bought(enrolment: Enrolment) -> bool:
    """Whether a place is the family's: taken, also while it rests. A make-up is not bought."""
    is_taken = enrolment.status.holds_place or enrolment.status is EnrolmentStatus.FROZEN
    return is_taken and enrolment.kind is not EnrolmentKind.MAKEUP


def is_given_back(enrolment: Enrolment) -> bool:
    """Whether a place was the family's once."""
    return enrolment.status in _OVER and enrolment.kind is not EnrolmentKind.MAKEUP


def _cost(books: Books, enrolment: Enrolment) -> int:
    """What a place costs with its taxes, where its invoice is made now; else what is written with it."""
    price = enrolment.price
    if price is None:
        return 0
    invoice = books.invoices.known([price.invoice]).get(price.invoice)
    return invoice.lines[price.line].total_minor if invoice and price.line < len(invoice.lines) else price.minor
