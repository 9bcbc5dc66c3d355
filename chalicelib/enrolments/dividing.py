"""What each home pays of a place in a class, by what the homes of a child agreed (NEW-2)."""

from collections.abc import Mapping, Sequence

from chalicelib.billing import splits
from chalicelib.billing.domain import InvoiceLine
from chalicelib.billing.sharing_out import Share, divide
from chalicelib.enrolments.places import Places
from chalicelib.schedule.domain import Part, Price


def shares(places: Places, pairs: Sequence[tuple[str, str]]) -> tuple[tuple[Share, ...], ...]:
    """How homes share the cost of each person in each programme; none where whoever enrols pays.

    Most families share nothing, and nothing is read for them; else one round trip, and one for each person.
    """
    if splits.HOLDS not in places.books.summary.holds:
        return ((),) * len(pairs)
    agreed = splits.shares_of(places.books.org, pairs)
    return tuple(_in_force(places, person, agreed[person, programme]) for person, programme in pairs)


def _in_force(places: Places, person: str, agreed: tuple[Share, ...]) -> tuple[Share, ...]:
    """An agreement among homes of which one is the person's no more is none."""
    homes = places.person(person).households if agreed else ()
    return agreed if all(share.household in homes for share in agreed) else ()


def parts(line: InvoiceLine, agreed: Sequence[Share], home: str) -> Mapping[str, InvoiceLine]:
    """What each home pays of a line; a line over nothing is nobody's."""
    if not line.amount_minor:
        return {}
    return divide(line, agreed) if agreed else {home: line}


def with_part(cost: Price, billed: Part, home: str) -> Price:
    """What a place cost once one home's part of it is billed; `home` is the one that enrols."""
    if billed.household == home:
        return cost._replace(minor=billed.minor, invoice=billed.invoice, line=billed.line)
    return cost._replace(parts=(*cost.parts, billed))
