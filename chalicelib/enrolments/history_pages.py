"""View models of a member's history: what became of each place and its lessons, in words (SCH-7 to SCH-12)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from chalicelib.enrolments.certificates import Certificate, CertificateKind
from chalicelib.enrolments.lessons import Count, Lesson, Outcome, count, lessons
from chalicelib.enrolments.place_pages import ending_reason
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus, Programme
from chalicelib.schedule.pages import KIND_WORDS, STATUS_WORDS
from chalicelib.shared.money import Money
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

Facts = list[tuple[str, str]]

CERTIFICATE_WORDS: dict[CertificateKind, Message] = {
    CertificateKind.MEDICAL: say("Medical certificate"),
    CertificateKind.OTHER: say("Other certificate"),
}
_ENDED_BY: dict[str, Message] = {
    "family": say("by the family", context="cancelled place"),
    "staff": say("by our staff", context="cancelled place"),
    "organisation": say("by us", context="cancelled place"),
}


class EntryView(NamedTuple):
    """One place of the history."""

    title: str
    href: str
    status: str
    tone: str
    meta: str
    counts: str
    """How many lessons of each kind, in one line; empty where there are none."""
    facts: Facts
    """The days behind the counts, and how the place ended."""
    successor: str
    """Where the place is that it was changed for."""


class YearView(NamedTuple):
    """Places that began in a year."""

    name: str
    entries: list[EntryView]


class CertificateView(NamedTuple):
    """A certificate on file."""

    title: str
    days: str
    meta: str
    href: str
    """Where its paper is; empty where none was handed in as a file."""


class Known(NamedTuple):
    """What is known beside the places themselves."""

    groups: Mapping[str, ClassGroup]
    programmes: Mapping[str, Programme]
    certificates: Sequence[Certificate]
    home: str
    """Who looks: what another home of the member pays, and why it left, is not theirs to see."""
    zone: str
    now: datetime


def year_views(places: Iterable[Enrolment], known: Known, local: Local, org: str) -> list[YearView]:
    """Places under the years in which they began, in the order they have."""
    years = groupby(places, key=lambda place: place.starts_on.year)
    return [YearView(str(year), [_entry(place, known, local, org) for place in found]) for year, found in years]


def _entry(place: Enrolment, known: Known, local: Local, org: str) -> EntryView:
    group = known.groups.get(place.class_group)
    found = lessons(place, group, known.certificates, known.zone, known.now) if group else []
    programme = known.programmes.get(group.programme) if group else None
    words, tone = STATUS_WORDS[place.status]
    taught = local.text(programme.title) if programme else ""
    path = f"members/{place.person}/enrolments/"
    return EntryView(
        title=local.text(group.title) if group else place.class_group,
        href=urls.portal(org, path + place.id),
        status=local.say(words),
        tone=tone,
        meta=dotted(_kind(place, local), taught, _period(place, found, local)),
        counts=count_words(count(found), local),
        facts=[*_days(found, local), *_ending(place, known, local)],
        successor=urls.portal(org, path + place.successor) if place.successor else "",
    )


def _kind(place: Enrolment, local: Local) -> str:
    return local.say(KIND_WORDS[place.kind]) if place.kind is not EnrolmentKind.COURSE else ""


def _period(place: Enrolment, found: Sequence[Lesson], local: Local) -> str:
    if place.meeting and found:
        return local.date(found[0].meeting.starts)
    return f"{local.date(place.starts_on)}\u2013{local.date(place.ends_on)}"


def count_words(found: Count, local: Local) -> str:
    """How many lessons of each kind, those that there are."""
    told = (
        (found.had, say("%(n)s lesson had", plural="%(n)s lessons had", n=found.had)),
        (found.late, say("%(n)s time late", plural="%(n)s times late", n=found.late)),
        (found.missed, say("%(n)s lesson missed", plural="%(n)s lessons missed", n=found.missed)),
        (found.excused, say("%(n)s of them excused", plural="%(n)s of them excused", n=found.excused)),
        (found.cancelled, say("%(n)s lesson not given", plural="%(n)s lessons not given", n=found.cancelled)),
        (found.left, say("%(n)s lesson to come", plural="%(n)s lessons to come", n=found.left)),
    )
    return dotted(*(local.say(words) for number, words in told if number))


def _days(found: Sequence[Lesson], local: Local) -> Facts:
    """The days of each kind of lesson; what was missed or not given with its reason."""
    plain = (
        (say("Had"), (Outcome.HAD,)),
        (say("Came late"), (Outcome.LATE,)),
        (say("To come", context="lessons"), (Outcome.LEFT,)),
    )
    told = (
        (say("Missed", context="lessons"), (Outcome.MISSED, Outcome.EXCUSED)),
        (say("Not given by us", context="lessons"), (Outcome.CANCELLED,)),
    )
    rows = [(label, dotted(*(_day(each, local) for each in _of(found, kinds)))) for label, kinds in plain]
    rows[2:2] = [(label, "\n".join(_reason(each, local) for each in _of(found, kinds))) for label, kinds in told]
    return [(local.say(label), days) for label, days in rows if days]


def _of(found: Iterable[Lesson], kinds: tuple[Outcome, ...]) -> Iterable[Lesson]:
    return (lesson for lesson in found if lesson.outcome in kinds)


def _day(lesson: Lesson, local: Local) -> str:
    return local.date(lesson.meeting.starts)


def _reason(lesson: Lesson, local: Local) -> str:
    excused = local.say(say("excused", context="absence")) if lesson.outcome is Outcome.EXCUSED else ""
    certificate = local.say(CERTIFICATE_WORDS[lesson.certificate.kind]) if lesson.certificate else ""
    right = local.say(say("gave a right to make up")) if lesson.right else ""
    rest = ", ".join(part for part in (excused, certificate, lesson.reason, right) if part)
    day = _day(lesson, local)
    return local.say(say("%(day)s: %(what)s", day=day, what=rest)) if rest else day


def _ending(place: Enrolment, known: Known, local: Local) -> Facts:
    """How a place ended, what came back, and what was asked for."""
    facts: Facts = []
    if place.status in (EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED) and place.ended_at:
        label = say("Cancelled on") if place.status is EnrolmentStatus.CANCELLED else say("Changed on")
        by = local.say(_ENDED_BY[place.ended_by]) if place.ended_by in _ENDED_BY else ""
        facts.append((local.say(label), dotted(local.date(place.ended_at), by, ending_reason(place, known.home))))
    if place.returned and place.household == known.home:
        money = Money(place.returned.minor, place.returned.currency)
        back = say("%(amount)s, credit note %(number)s", amount=money, number=place.returned.invoice)
        facts.append((local.say(say("Given back")), local.say(back)))
    if place.wanted and place.wanted in known.groups:
        facts.append((local.say(say("Other group asked for")), local.text(known.groups[place.wanted].title)))
    return facts


def certificate_views(
    certificates: Iterable[Certificate], local: Local, org: str, place: str = ""
) -> list[CertificateView]:
    """Certificates with the days that they cover; `place` is where their papers are, if they may be opened."""
    return [
        CertificateView(
            local.say(CERTIFICATE_WORDS[each.kind]),
            f"{local.date(each.covers_from)}\u2013{local.date(each.covers_to)}",
            dotted(local.say(say("Received on %(day)s", day=local.date(each.received_on))), each.note),
            urls.portal(org, f"{place}/certificates/{each.id}/open") if each.paper and place else "",
        )
        for each in certificates
    ]
