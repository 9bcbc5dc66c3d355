"""What staff answer to a family that asks for another group (SCH-10)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice
from chalicelib.enrolments import leaving, transferring
from chalicelib.enrolments.leaving import STAFF
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import epoch


def approve(
    organisation: Organisation, household: str, person: str, enrolment_id: str, class_id: str, now: datetime
) -> Enrolment:
    """Changes the place for one in the group that was asked for; again gives the same one.

    Raises NotFound, and Conflict when there is no place, when something else is asked for by now, or when it came to
    cost more than the family was told.
    """

    def work(places: Places) -> Enrolment:
        asking = leaving.owned(places, person, enrolment_id)
        if asking.status is EnrolmentStatus.TRANSFERRED:
            return places.enrolment(person, asking.successor)
        if asking.wanted != class_id:
            raise Conflict(say("The family asks for another group by now."))
        return transferring.change(places, asking, class_id, by=STAFF, most_minor=asking.wanted_minor)

    return keep_places(organisation, household, now, work)


def decline(organisation: Organisation, household: str, person: str, enrolment_id: str, now: datetime) -> Enrolment:
    """Tells the family that the group can not be changed; said again, it changes nothing. Raises NotFound."""

    def work(places: Places) -> Enrolment:
        asking = leaving.owned(places, person, enrolment_id)
        if not asking.wanted or asking.wanted_at is None:
            return asking
        answered = replace(asking, wanted="", wanted_at=None, wanted_minor=0)
        places.put(answered)
        facts = {
            "member": leaving.member_of(places, asking).first_name,
            "old": dict(places.group(asking.class_group).title),
            "new": dict(places.group(asking.wanted).title),
            "path": f"members/{person}/enrolments/{enrolment_id}",
        }
        message = f"declined-{enrolment_id}-{epoch(asking.wanted_at)}"
        places.books.tell(Notice("transfer_declined", "", facts, household=household), message=message)
        return answered

    return keep_places(organisation, household, now, work)
