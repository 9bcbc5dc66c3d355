"""Looking for places to make up: a window of each programme's meetings, then the best of it with their rolls.

The work does not grow with the organisation: one query a programme, and one read of at most `BEST` classes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.enrolments.commitments import commitments
from chalicelib.enrolments.finding import Candidate, Seeker, candidate, fits, ranked, suits
from chalicelib.enrolments.rights import Right
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.store import Place
from chalicelib.shared.times import day_begins, to_iso

BEST = 20
"""Meetings of a window that are looked at closely."""
_WINDOW = 100
"""Meetings of one programme in a window."""


class Found(NamedTuple):
    """A meeting at which the right may be used."""

    group: ClassGroup
    meeting: Occurrence
    is_free: bool
    """Whether there is a place; where there is none one may wait."""


class Window(NamedTuple):
    """The best of a stretch of time, and where the next begins; empty at the end."""

    found: Sequence[Found]
    next: str


def search(organisation: Organisation, home: Summary, right: Right, after: str, now: datetime) -> Window:
    """Meetings that suit, the best first, from beyond the place `after` in the order of time."""
    rows, following = _rows(organisation, right, after, now)
    missed = store.get_class_groups(organisation.slug, [right.class_group]).get(right.class_group)
    member = home.member(right.person)
    seeker = Seeker(
        right,
        member.birth_date if member else None,
        commitments(organisation, home, right, now),
        missed.meeting(right.meeting) if missed else None,
        missed.instructor if missed else "",
    )
    hints = [each for each in map(_hint, rows) if suits(seeker, each, organisation.zone, now)]
    best = ranked(seeker, hints, organisation.zone)[:BEST]
    return Window(_looked_at(organisation, seeker, best, now), following)


def _rows(organisation: Organisation, right: Right, after: str, now: datetime) -> tuple[list[Place], str]:
    """Meetings of the right's programmes in the order of time, up to where the first of them has to be read on."""
    until = day_begins(right.expires_on + timedelta(days=1), organisation.zone)
    since = max(after, to_iso(now))
    pages = [
        store.list_meetings(organisation.slug, programme, now, until, since, size=_WINDOW)
        for programme in right.programmes
    ]
    end = min((page.next for page in pages if page.next), default="")
    rows = [row for page in pages for row in page.rows if not end or row.key <= end]
    return rows, end


def _hint(row: Place) -> Candidate:
    return Candidate(row.class_group, row.meeting, row.starts, row.ends, row.level, row.ages)


def _looked_at(organisation: Organisation, seeker: Seeker, best: Sequence[Candidate], now: datetime) -> list[Found]:
    """The classes as they truly are, in the order of what is now known of them."""
    groups, rolls = store.get_classes_and_rolls(organisation.slug, [each.class_group for each in best])
    known: dict[Candidate, Found] = {}
    for each in best:
        group = groups.get(each.class_group)
        meeting = group.meeting(each.meeting) if group else None
        if group and meeting and fits(seeker, group, meeting, organisation.zone, now):
            known[candidate(group, meeting)] = _found(group, meeting, rolls[group.id], organisation.zone, now)
    return [known[each] for each in ranked(seeker, known, organisation.zone)]


def _found(group: ClassGroup, meeting: Occurrence, roll: Roll, zone: str, now: datetime) -> Found:
    return Found(group, meeting, roll.has_room(group, [meeting], zone, now))
