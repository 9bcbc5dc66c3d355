"""Places that staff keep for a family and leave to it: it answers what is asked, and takes them itself (ACC-14)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice
from chalicelib.enrolments.enrolling import held_places, put_place
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.reckoning import coming
from chalicelib.enrolments.terms_of import terms_now
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from chalicelib.shared.times import to_iso


def leave_to_family(
    organisation: Organisation, household: str, enrolment_ids: Sequence[str], until: datetime, now: datetime
) -> None:
    """Turns places that are kept into offers that stand until a moment, at most until the last lesson begins, and
    tells the family of each. What is kept no more is left out, so doing it again changes nothing.

    Raises Conflict.
    """

    def work(places: Places) -> None:
        for held in held_places(places):
            if held.id in enrolment_ids:
                _offer(places, held, until)

    keep_places(organisation, household, now, work)


def _offer(places: Places, held: Enrolment, until: datetime) -> None:
    group = places.group(held.class_group)
    ahead = coming(group, places.now)
    if not ahead:
        return
    terms = terms_now(places.books.organisation, group)
    offered = replace(held, until=min(until, ahead[-1].starts), terms=terms)
    put_place(places, offered, EnrolmentStatus.OFFERED)
    facts = {
        "title": dict(group.title),
        "member": places.person(held.person).first_name,
        "at": to_iso(offered.until or until),
    }
    places.books.tell(Notice("place_offered", "", facts, household=held.household), message=f"place-left-{held.id}")
