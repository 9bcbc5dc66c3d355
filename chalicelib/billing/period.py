"""A period as addresses name it: `?from=2026-01-01&to=2026-06-30`."""

from datetime import date
from typing import NamedTuple, Self

from chalicelib.web.http import BadRequest, Request


class Period(NamedTuple):
    """First and last day, both included."""

    first_day: date
    last_day: date

    @classmethod
    def read(cls, request: Request) -> Self:
        """What the address says; this year until today where it says nothing. Raises BadRequest."""
        last = _day(request.query.get("to", ""), request.today)
        first = _day(request.query.get("from", ""), last.replace(month=1, day=1))
        if first > last:
            raise BadRequest
        return cls(first, last)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise BadRequest from error
