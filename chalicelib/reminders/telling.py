"""What reminders say: one message about all classes of a day, one for each booking, one for each thing that is asked.

Each says among its facts which occasions it is about, so that these can be looked at once more right before it goes out
(`reminders.checking`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from chalicelib.bookings import store as bookings
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.store import Waiting
from chalicelib.data.outbox import Notice
from chalicelib.enrolments import right_store
from chalicelib.households.domain import Private
from chalicelib.reminders.domain import Kind, Occasion
from chalicelib.reminders.reading import Home
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.shared.times import day_begins, local_day, to_iso

OCCASIONS = "occasions"
"""Name among the facts of what a message is about: name and form of each occasion."""


def notices(home: Home, occasions: Sequence[Occasion]) -> list[Notice]:
    """The messages about these occasions; what is not there any more is left out.

    Reads bookings and rights, if there are any among them: one round trip each.
    """
    by_kind: dict[Kind, list[Occasion]] = defaultdict(list)
    for each in occasions:
        by_kind[each.kind].append(each)
    return [
        *_of_classes(home, by_kind[Kind.CLASS]),
        *_of_bookings(home, by_kind[Kind.BOOKING]),
        *_of_rights(home, by_kind[Kind.RIGHT]),
        *_of_forms(home, by_kind[Kind.FORM]),
        *_of_papers(home, by_kind[Kind.PAPER]),
        *_of_consents(home, by_kind[Kind.CONSENT]),
    ]


def _notice(home: Home, template: str, about: Sequence[Occasion], facts: dict[str, Any], thread: str = "") -> Notice:
    told = {**facts, OCCASIONS: [[each.name, each.form] for each in about]}
    until = max(each.ends for each in about)
    return Notice(template, "", told, household=home.summary.household, until=until, thread=thread)


def _of_classes(home: Home, about: Iterable[Occasion]) -> Iterator[Notice]:
    """One message for each day, however many classes and members it has."""
    days: dict[date, list[Occasion]] = defaultdict(list)
    for each in about:
        days[local_day(each.ends, home.organisation.zone)].append(each)
    for day in sorted(days):
        classes = [told for told in _meetings(home, days[day]) if told]
        if classes:
            yield _notice(home, "class_reminder", days[day], {"classes": classes})


def _meetings(home: Home, about: Iterable[Occasion]) -> Iterator[dict[str, Any]]:
    """Each meeting once, by time, with all who go to it."""
    going: dict[tuple[str, str], list[str]] = {}
    for each in sorted(about, key=lambda one: (one.ends, one.name)):
        class_group, meeting_id, _, member = each.parts
        going.setdefault((class_group, meeting_id), []).append(_name(home, member))
    for (class_group, meeting_id), names in going.items():
        group = home.groups.get(class_group)
        meeting = group.meeting(meeting_id) if group else None
        if group and meeting:
            yield _meeting(group, meeting, names)


def _meeting(group: ClassGroup, meeting: Occurrence, names: Iterable[str]) -> dict[str, Any]:
    return {
        "title": dict(group.title),
        "starts_at": to_iso(meeting.starts),
        "ends_at": to_iso(meeting.ends),
        "place": meeting.room,
        "who": sorted({name for name in names if name}),
        "is_online": group.is_online,
    }


def _of_bookings(home: Home, about: Sequence[Occasion]) -> Iterator[Notice]:
    org, household = home.organisation.slug, home.summary.household
    stored = bookings.get_bookings([Waiting(org, household, each.parts[0]) for each in about])
    found = {booking.id: booking for booking in stored}
    for each in about:
        booking = found.get(each.parts[0])
        if booking:
            yield _notice(home, "booking_reminder", [each], _booking(home, booking), f"booking-{booking.tail}")


def _booking(home: Home, booking: Booking) -> dict[str, Any]:
    until = booking.free_until if booking.may_cancel(home.now) else None
    return {
        "booking": booking.id,
        "place": booking.resource,
        "starts_at": to_iso(booking.starts),
        "ends_at": to_iso(booking.ends),
        **({"cancel_until_at": to_iso(until)} if until and until > home.now else {}),
    }


def _of_rights(home: Home, about: Sequence[Occasion]) -> Iterator[Notice]:
    if not about:
        return
    org = home.organisation.slug
    found = right_store.get_rights(org, [(each.parts[1], each.parts[0]) for each in about])
    groups = schedule.get_class_groups(org, {right.class_group for right in found.values()})
    rights = [
        {
            "right": right.id,
            "member": _name(home, right.person),
            "title": dict(groups[right.class_group].title) if right.class_group in groups else {},
            "last_on": right.expires_on.isoformat(),
        }
        for right in sorted(found.values(), key=lambda each: (each.expires_on, each.id))
    ]
    if rights:
        yield _notice(home, "makeup_expiring", about, {"rights": rights})


def _of_forms(home: Home, about: Sequence[Occasion]) -> Iterator[Notice]:
    for form_id in dict.fromkeys(each.parts[0] for each in about):
        own = [each for each in about if each.parts[0] == form_id]
        form = home.forms.find(form_id)
        if form:
            due_on = form.rules.due_on
            facts = {
                "form": form_id,
                "title": dict(form.title),
                "due_on": due_on.isoformat() if due_on else "",
                "members": _names(home, own),
            }
            notice = _notice(home, "form_due", own, facts, f"form-{form_id}")
            yield notice if due_on else notice._replace(until=None)


def _of_papers(home: Home, about: Sequence[Occasion]) -> Iterator[Notice]:
    """Those who are to send a paper are asked for it once more, as they were the first time."""
    wanted = {row.id: row for row in home.summary.wanted}
    for each in about:
        row = wanted.get(each.parts[0])
        if row and row.due_on:
            told = not row.member or Private.PROFILE.value not in home.summary.keeps(row.member)
            facts = {
                "wanted": row.id,
                "title": row.title if told else "",
                "reason": "",
                "is_again": False,
                "due_at": to_iso(day_begins(row.due_on, home.organisation.zone)),
            }
            yield _notice(home, "document_wanted", [each], facts)


def _of_consents(home: Home, about: Sequence[Occasion]) -> Iterator[Notice]:
    for consent_id in dict.fromkeys(each.parts[0] for each in about):
        own = [each for each in about if each.parts[0] == consent_id]
        consent = home.consents.find(consent_id)
        if consent:
            facts = {
                "title": dict(consent.title),
                "mandatory": consent.rules.mandatory,
                "members": _names(home, own),
            }
            notice = _notice(home, "consent_changed", own, facts, f"consent-{consent_id}")
            yield notice._replace(until=None)


def _names(home: Home, about: Iterable[Occasion]) -> list[str]:
    return [name for each in about if (name := _name(home, each.parts[1]))]


def _name(home: Home, member: str) -> str:
    row = home.summary.member(member) if member else None
    return row.first_name if row else ""
