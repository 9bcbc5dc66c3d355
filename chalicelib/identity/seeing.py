"""What a user sees of a household, by what he or she is to it (C5, NEW-7). Whoever shows one to a user asks here."""

from dataclasses import replace

from chalicelib.households.domain import Private
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import HouseholdLink


def seen(summary: Summary, link: HouseholdLink) -> Summary:
    """The household as somebody with this link sees it; what is not theirs to see is not in it."""
    return summary if link.role.sees_account else classes_of(summary, link.members)


def without_private(summary: Summary, person: str = "") -> Summary:
    """The household for a page of classes: members who keep their schedule to themselves go nowhere in it, but for
    the `person` who looks (NEW-14). Whoever reads more of a member than stands here asks `hides_schedule` of it.

    It is for reading alone: whoever writes a summary starts from all of it.
    """
    keepers = {row.id for row in summary.members if row.keeps} | set(summary.parted)
    if not keepers:
        return summary
    hidden = {each for each in keepers if each != person and hides_schedule(summary, each)}
    places = tuple(row for row in summary.enrolments if row.member not in hidden)
    named = {row.id for row in places}
    return replace(
        summary,
        members=tuple(row._replace(keeps=frozenset()) if row.id == person else row for row in summary.members),
        enrolments=places,
        away=tuple(row for row in summary.away if row.enrolment in named),
        rights=tuple(row for row in summary.rights if row.member not in hidden),
    )


def hides_schedule(summary: Summary, member: str) -> bool:
    """Whether a member keeps where he or she goes from whomever the summary is for."""
    return Private.SCHEDULE.value in summary.keeps(member)


def classes_of(summary: Summary, members: tuple[str, ...] = ()) -> Summary:
    """Who goes where, of some members or of all, and nothing about money or dates of birth."""
    shown = [row for row in summary.members if not members or row.id in members]
    ids = {row.id for row in shown}
    places = tuple(row for row in summary.enrolments if row.member in ids)
    named = {row.id for row in places}
    return Summary(
        household=summary.household,
        name=summary.name,
        members=tuple(row._replace(birth_date=None) for row in shown),
        enrolments=places,
        away=tuple(row for row in summary.away if row.enrolment in named),
        version=summary.version,
    )
