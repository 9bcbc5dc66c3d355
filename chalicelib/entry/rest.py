"""The rest function: the API for programs, apart from all pages: it knows no session and no cookie."""

from collections.abc import Iterator

from chalicelib.api import serving
from chalicelib.api.operations import Operation
from chalicelib.entry import loaded
from chalicelib.web.app import App


def operations() -> Iterator[Operation]:
    """All operations, in the order of their description."""
    from chalicelib.api import booking_calls, household_calls, invoice_calls, payment_calls

    for calls in (household_calls, invoice_calls, payment_calls, booking_calls):
        yield from calls.operations


app = App("portal-rest")
serving.install(app, operations())
loaded()
