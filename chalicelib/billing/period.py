"""A period as addresses name it: `?from=2026-01-01&to=2026-06-30`."""

from datetime import date
from typing import NamedTuple, Self

from chalicelib.web.http import BadRequest, Request


class Period(NamedTuple):
    """First and last day, both included."""

    first_day: date
    last_day: date

    @classmethod
    def read(cls, request: Request, *, days: int = 0) -> Self:
        """What the address says; where it says nothing, until today from the beginning of the year, or from so many
        `days` before. Raises BadRequest.
        """
        last = _day(request.query.get("to", ""), request.today)
        usual = date.fromordinal(max(1, last.toordinal() - days)) if days else last.replace(month=1, day=1)
        first = _day(request.query.get("from", ""), usual)
        if first > last:
            raise BadRequest
        return cls(first, last)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise BadRequest from error
