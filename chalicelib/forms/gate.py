"""What a household has still to answer, and what a place or a profile waits for (ACC-13, ACC-14). Pure.

`due` and `missing` take the organisation's catalogue, the household's summary and the day. Which programme a class
belongs to is not in the summary, so callers hand it in (`programmes`: by class group, of the classes in the summary
that are not over; classes that are left out belong to none).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.forms.domain import Asked, Audience, Catalogue, Listed, Moment
from chalicelib.households.domain import age
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.schedule.domain import EnrolmentStatus

KIND = "form"
"""Kind of a form's rows in the summary (`GivenRow.kind`)."""
DONE = "done"
DRAFT = "draft"
HOUSEHOLD = "household"
"""Stands in addresses for the household itself."""


class Placed(NamedTuple):
    """A class that somebody has, or is about to have, a place in."""

    class_group: str
    programme: str = ""


def due(catalogue: Catalogue, summary: Summary, today: date, programmes: Mapping[str, str]) -> list[Asked]:
    """What the household is asked on its home page, overdue first, then by day, then what has no day."""
    asked = [
        _asked(form, member)
        for form in _open(catalogue, Moment.SIGN_IN)
        for member in whom(form.rules.audience, summary, today, programmes)
        if not is_answered(form, summary, member, today)
    ]
    return sorted(asked, key=lambda each: (each.due_on or date.max, not each.mandatory))


def missing(
    catalogue: Catalogue, summary: Summary, member: str, programme: str, class_group: str, today: date
) -> list[Asked]:
    """The mandatory forms that must be answered before this member takes a place in a class of a programme."""
    row = summary.member(member)
    if row is None:
        return []
    return [
        _asked(form, about)
        for form in _open(catalogue, Moment.ENROLMENT)
        if form.rules.mandatory
        for about in concerned(form.rules.audience, (row,), Placed(class_group, programme), today)
        if not is_answered(form, summary, about, today)
    ]


def fits_age(audience: Audience, member: MemberRow, today: date) -> bool:
    """Whether a member's age is asked about. Whose age is not known is asked, never passed over (X-7)."""
    return audience.ages.fit(age(member.birth_date, today) if member.birth_date else None)


def fits(audience: Audience, member: MemberRow, places: Iterable[Placed], today: date) -> bool:
    """Whether a member with these places is asked."""
    if not fits_age(audience, member, today):
        return False
    if not audience.is_placed:
        return True
    return any(each.class_group in audience.class_groups or each.programme in audience.programmes for each in places)


def is_answered(form: Listed, summary: Summary, member: str, today: date) -> bool:
    """Whether an answer of the household still holds."""
    return any(
        (row.kind, row.id, row.member, row.state) == (KIND, form.id, member, DONE)
        and form.holds(row.version, row.until, today)
        for row in summary.given
    )


def places_of(summary: Summary, member: str, today: date, programmes: Mapping[str, str]) -> list[Placed]:
    """Classes in which a member has a place that is not over, or keeps one."""
    return [
        Placed(row.class_group, programmes.get(row.class_group, ""))
        for row in summary.enrolments
        if row.member == member and row.ends_on >= today and EnrolmentStatus(row.status).has_seat
    ]


def path_of(form: str, member: str) -> str:
    """The page on which a form is answered, within the portal."""
    return f"forms/{form}/for/{member or HOUSEHOLD}"


def _open(catalogue: Catalogue, moment: Moment) -> Iterator[Listed]:
    return (form for form in catalogue.forms if form.is_open and moment in form.rules.moments)


def whom(audience: Audience, summary: Summary, today: date, programmes: Mapping[str, str]) -> list[str]:
    """Members who are asked; an empty name stands for the household."""
    if audience.household:
        return [""]
    return [
        row.id for row in summary.members if fits(audience, row, places_of(summary, row.id, today, programmes), today)
    ]


def concerned(audience: Audience, members: Iterable[MemberRow], place: Placed, today: date) -> list[str]:
    """Those of the members who are asked once they have a place; an empty name stands for the household."""
    if audience.household:
        return [""]
    return [row.id for row in members if fits(audience, row, (place,), today)]


def _asked(form: Listed, member: str) -> Asked:
    rules = form.rules
    return Asked(
        KIND, form.id, form.version, member, form.title, rules.due_on, rules.mandatory, path_of(form.id, member)
    )
