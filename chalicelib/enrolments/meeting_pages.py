"""View models of one meeting of a place, and of what an absence comes to."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.enrolments.foreseeing import Foreseen, Lack, digest
from chalicelib.schedule.domain import ClassGroup, Enrolment, Occurrence
from chalicelib.schedule.pages import ATTENDED
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

LACKS: dict[Lack, Message] = {
    Lack.NOTICE: say("It gives no right to make up, because it is told too late."),
    Lack.LIMIT: say("It gives no right to make up: this place has given all it may."),
    Lack.TERMS: say("It gives no right to make up: the rules of this place have none."),
}


class Fact(NamedTuple):
    """A row of a summary list."""

    name: str
    words: str


class AbsenceRow(NamedTuple):
    """What comes of staying away from one meeting."""

    when: str
    words: str


class AbsenceView(NamedTuple):
    """What comes of staying away from meetings of one place."""

    enrolment: str
    title: str
    rows: Sequence[AbsenceRow]
    digest: str


def meeting_facts(group: ClassGroup, meeting: Occurrence, local: Local) -> list[Fact]:
    """When, where and with whom."""
    when = f"{local.date(meeting.starts, 'long')}, {hours(meeting, local)}"
    facts = [Fact(local.say(say("When")), when)]
    if meeting.planned and meeting.planned != meeting.starts:
        facts.append(Fact(local.say(say("Planned for")), local.datetime(meeting.planned)))
    if meeting.room:
        facts.append(Fact(local.say(say("Where")), meeting.room))
    teacher = meeting.instructor or group.instructor
    return [*facts, Fact(local.say(say("Teacher")), teacher)] if teacher else facts


def hours(meeting: Occurrence, local: Local) -> str:
    """From when to when."""
    return f"{local.time(meeting.starts)}\u2013{local.time(meeting.ends)}"


def status_words(meeting: Occurrence, enrolment: Enrolment, local: Local) -> tuple[str, str]:
    """Where the meeting stands for this place: words and tone; empty when there is nothing to say."""
    mark = enrolment.marks.get(meeting.id)
    if not meeting.takes_place:
        return local.say(say("Cancelled")), "danger"
    if mark is None:
        return "", ""
    words, tone = ATTENDED[mark.attendance]
    return local.say(words), tone


def online_from(group: ClassGroup, meeting: Occurrence, local: Local) -> str:
    """From when on the address of an online class is shown."""
    return local.datetime(group.opens(meeting))


def absence_view(enrolment: Enrolment, group: ClassGroup, found: Sequence[Foreseen], local: Local) -> AbsenceView:
    """What comes of staying away, meeting by meeting (NEW-1)."""
    return AbsenceView(
        enrolment.id, local.text(group.title), list(_absence_rows(found, local)), digest(found) if found else ""
    )


def _absence_rows(found: Iterable[Foreseen], local: Local) -> Iterable[AbsenceRow]:
    for each in found:
        told = say("The absence is excused.") if each.excused else say("It is too late for an excused absence.")
        right = (
            say("It gives a right to make up, good until %(day)s.", day=each.expires_on)
            if each.lack is None
            else LACKS[each.lack]
        )
        when = f"{local.date(each.meeting.starts, 'long')}, {hours(each.meeting, local)}"
        yield AbsenceRow(when, f"{local.say(told)} {local.say(right)}")
