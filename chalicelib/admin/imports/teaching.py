"""Rows of programmes, classes, places, certificates and skills as records of the portal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.admin.imports.laying import Laying, status_of, text_of, titles, told
from chalicelib.admin.imports.staging import Record
from chalicelib.enrolments.certificates import Certificate, CertificateKind
from chalicelib.schedule.domain import (
    Ages,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Occurrence,
    OccurrenceStatus,
    Programme,
)
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import LANGUAGES
from chalicelib.shared.times import day_begins, from_iso, moment_or_none
from chalicelib.skills.domain import Reached, Skill

_AGES = ("age_min", "age_max")


class TeachingBuilder(Laying):
    """Makes records of one organisation: what it teaches, and who takes part."""

    def programme(self, record: Record, stored: Programme | None) -> Programme:
        """The programme of a row."""
        base = stored or Programme(self.id_of("programme", record.id), {})
        return base._replace(title=titles(record, base.title), source=record.source)

    def class_group(
        self, class_id: str, record: Record | None, meetings: Sequence[Record], stored: ClassGroup | None, source: str
    ) -> ClassGroup:
        """The class of a row, or the stored one, with its dated meetings laid over those it had."""
        base = stored or ClassGroup(self.id_of("class", class_id), {})
        if record:
            base = self._class(record, base)
        known = {meeting.id: meeting for meeting in base.occurrences}
        told = [self._meeting(meeting, known.get(self.id_of("occurrence", meeting.id))) for meeting in meetings]
        merged = {**known, **{meeting.id: meeting for meeting in told}}
        in_order = sorted(merged.values(), key=lambda meeting: (meeting.starts, meeting.id))
        return replace(base, occurrences=tuple(in_order), source=source)

    def _class(self, record: Record, base: ClassGroup) -> ClassGroup:
        """The class with what its row tells of it."""
        youngest, oldest = (record.data.get(name, before) for name, before in zip(_AGES, base.ages, strict=True))
        return replace(
            base,
            title=titles(record, base.title),
            programme=self.named(record, "programme", "programme") if "programme" in record.data else base.programme,
            **told(record, ("instructor", "level", "online")),  # type: ignore[arg-type]
            capacity=record.data.get("capacity", base.capacity),
            ages=Ages(youngest, oldest),
            price_minor=record.get("price", 0) if "price" in record.data else base.price_minor,
            open=bool(record.get("open")) if "open" in record.data else base.open,
        )

    def _meeting(self, record: Record, stored: Occurrence | None) -> Occurrence:
        """The meeting of a row. One that was changed in the portal stays as families were told."""
        if stored and stored.sequence:
            return stored
        planned = record.get("planned")
        return Occurrence(
            id=self.id_of("occurrence", record.id),
            starts=from_iso(record.get("starts")),
            ends=from_iso(record.get("ends")),
            room=record.get("room"),
            status=OccurrenceStatus(record.get("status", "planned")),
            instructor=record.get("instructor"),
            planned=moment_or_none(planned),
            note=record.get("note"),
        )

    def enrolment(self, record: Record, stored: Enrolment | None, successor: str) -> Enrolment:
        """The enrolment of a row, or the stored one with what the row says laid over it; `successor` is the whole id
        of the place that it was changed for."""
        first = date.fromisoformat(record.get("starts_on"))
        told = Enrolment(
            id=self.dated(record, first, stored.id if stored else ""),
            person=self.named(record, "member", "member"),
            class_group=self.named(record, "class", "class"),
            household=self.named(record, "household", "household"),
            status=status_of(record, EnrolmentStatus, stored.status if stored else None, EnrolmentStatus.ACTIVE),
            starts_on=first,
            ends_on=date.fromisoformat(record.get("ends_on")),
            enrolled_at=self._taken(record, first, stored),
            source=record.source,
        )
        return replace(self._with_rest(record, told, stored or told), successor=successor)

    def _with_rest(self, record: Record, told: Enrolment, base: Enrolment) -> Enrolment:
        """What the row tells beyond the columns that each enrolment has; `base` has what no column tells."""
        ended = record.get("ended_at")
        return replace(
            base,
            class_group=told.class_group,
            household=told.household,
            status=told.status,
            starts_on=told.starts_on,
            ends_on=told.ends_on,
            enrolled_at=told.enrolled_at,
            source=told.source,
            kind=EnrolmentKind(record.get("kind") or "course") if "kind" in record.data else base.kind,
            meeting=self.named(record, "meeting", "occurrence") if "meeting" in record.data else base.meeting,
            ended_at=(moment_or_none(ended)) if "ended_at" in record.data else base.ended_at,
            reason=text_of(record, "reason", base.reason),
        )

    def _taken(self, record: Record, first: date, stored: Enrolment | None) -> datetime:
        if stored and "enrolled_at" not in record.data:
            return stored.enrolled_at
        cell = record.get("enrolled_at")
        return from_iso(cell) if cell else day_begins(first, self.organisation.zone)

    def certificate(self, record: Record, place: str) -> Certificate:
        """The certificate of a row; `place` is the whole id that it has, if it is stored."""
        first = date.fromisoformat(record.get("covers_from"))
        received = record.get("received_on")
        return Certificate(
            id=place or dated_id(first, self.id_of("certificate", record.id)),
            person=self.named(record, "member", "member"),
            kind=CertificateKind(record.get("kind") or "medical"),
            covers_from=first,
            covers_to=date.fromisoformat(record.get("covers_to")),
            received_on=date.fromisoformat(received) if received else first,
            note=record.get("note"),
            source=record.source,
        )

    def skill(self, record: Record, stored: Skill | None) -> Skill:
        """The skill of a row."""
        base = stored or Skill(self.id_of("skill", record.id), {})
        levels = {language: record.get(f"levels_{language}", []) for language in LANGUAGES}
        names = [
            {language: told[at] for language, told in levels.items() if told}
            for at in range(max(map(len, levels.values())))
        ]
        is_told = any(f"levels_{language}" in record.data for language in LANGUAGES)
        return base._replace(
            title=titles(record, base.title), levels=tuple(names) if is_told else base.levels, source=record.source
        )

    def reached(self, record: Record, stored: Reached | None) -> Reached:
        """What a row says that a member reached."""
        return Reached(
            skill=self.named(record, "skill", "skill"),
            person=self.named(record, "member", "member"),
            level=record.get("level", 0),
            on=date.fromisoformat(record.get("reached_on")),
            note=record.get("note"),
            source=record.source,
            version=stored.version if stored else None,
        )
