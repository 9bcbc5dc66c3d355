"""Classes, rolls, attendance, certificates and skills as an import brings them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.admin.imports import rolls
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.summaries import rebuild
from chalicelib.data import write
from chalicelib.enrolments import certificate_store
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.households import store as households
from chalicelib.households.summary import AwayRow
from chalicelib.schedule import store
from chalicelib.schedule.domain import Ages, Attendance, ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.schedule.roll import MAX_SEATS, Roll
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.skills import store as skills
from tests.support.imports import FAMILY, Importer, with_rows
from tests.support.stored import stored_items

_TANGO = "tango;Tango;;danse;\n"


def inner(load: Importer, kind: str, name: str) -> str:
    return internal_id(load.organisation, kind, name)


def group_and_roll(load: Importer, name: str = "ballet") -> tuple[ClassGroup, Roll]:
    place = inner(load, "class", name)
    groups, found = store.get_classes_and_rolls(load.organisation.slug, [place])
    return groups[place], found[place]


def enrolment(load: Importer, member: str = "P1") -> Enrolment:
    return store.list_enrolments(load.organisation.slug, inner(load, "member", member)).rows[0]


def save(load: Importer, changed: Enrolment) -> None:
    transaction = write.Transaction()
    store.save_enrolment(transaction, load.organisation.slug, changed)
    transaction.commit()


def test_who_has_a_place_is_on_the_roll_and_who_waits_is_in_the_list(load: Importer) -> None:
    load(FAMILY)
    _, roll = group_and_roll(load)
    assert [(seat.enrolment, seat.until) for seat in roll.seats] == [(enrolment(load).id, None)]
    assert [(wish.person, wish.since) for wish in roll.waiting] == [
        (inner(load, "member", "P2"), enrolment(load, "P2").enrolled_at)
    ]


def test_who_asked_first_waits_first_and_keeps_the_place_in_the_list(load: Importer) -> None:
    later = "E3;P1;ballet;H1;2026-09-01;2027-06-01;waitlisted;2026-11-01\n"
    load({**FAMILY, "enrolments": FAMILY["enrolments"].replace(";;2026-11-01 10:00", ";cancelled;")})
    load(with_rows(FAMILY, enrolments=later))
    assert [wish.person for wish in group_and_roll(load)[1].waiting] == [
        inner(load, "member", "P2"),
        inner(load, "member", "P1"),
    ]


def test_a_class_full_beyond_its_capacity_keeps_all_who_were_sold_a_place(load: Importer) -> None:
    files = {
        **FAMILY,
        "classes": "id;title_fr;programme;capacity\nballet;Ballet 1;danse;1\n",
        "enrolments": FAMILY["enrolments"].replace("waitlisted", "active"),
    }
    load(files)
    group, roll = group_and_roll(load)
    first = group.occurrences[0]
    assert roll.free(group, first, "America/Toronto", load.now) == -1 + len(roll.away.get(first.id, ()))
    assert len(roll.seats) == 2


def test_a_place_that_is_cancelled_or_moved_leaves_the_roll_of_its_class(load: Importer) -> None:
    files = with_rows(FAMILY, classes=_TANGO)
    load(files)
    load({**files, "enrolments": FAMILY["enrolments"].replace("E1;P1;ballet", "E1;P1;tango").replace(
        "waitlisted", "cancelled"), "attendance": "enrolment;meeting;status\n"})  # fmt: skip
    assert (group_and_roll(load)[1].seats, group_and_roll(load)[1].waiting) == ((), ())
    assert [seat.enrolment for seat in group_and_roll(load, "tango")[1].seats] == [enrolment(load).id]
    assert not group_and_roll(load)[1].away


def test_two_members_who_leave_one_class_in_one_import_leave_its_roll(load: Importer) -> None:
    third = "E3;P2;ballet;H1;2026-09-01;2027-06-01;;\n"
    files = with_rows(FAMILY, classes=_TANGO, enrolments=third)
    load(files)
    moved = files["enrolments"].replace("P1;ballet", "P1;tango").replace("P2;ballet;H1", "P2;tango;H1")
    load({**files, "enrolments": moved, "attendance": "enrolment;meeting;status\n"})
    assert group_and_roll(load)[1].seats == ()
    assert len(group_and_roll(load, "tango")[1].seats) == 2


def test_an_import_cut_off_before_the_rolls_is_finished_by_the_next(
    load: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("chalicelib.admin.imports.service.write_rolls", _fail)
        with pytest.raises(KeyboardInterrupt):
            load(FAMILY)
    assert group_and_roll(load)[1].seats == ()
    load(FAMILY)
    assert len(group_and_roll(load)[1].seats) == 1


def _fail(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_roll_that_is_written_meanwhile_is_decided_on_anew(load: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The family cancels between the import's reading and its writing: the seat stays free."""
    load(FAMILY)
    files = {**FAMILY, "enrolments": FAMILY["enrolments"].replace("waitlisted", "active")}
    laid_over, meddled = rolls.laid_over, list[bool]()

    def meddle(roll: Roll, group: ClassGroup, enrolled: list[Enrolment], now: object) -> Roll:
        found = laid_over(roll, group, enrolled, now)  # type: ignore[arg-type]
        if not meddled:
            meddled.append(True)
            mine = enrolment(load)
            transaction = write.Transaction()
            gone = replace(mine, status=EnrolmentStatus.CANCELLED)
            store.save_enrolment(transaction, load.organisation.slug, gone)
            store.save_roll(transaction, load.organisation.slug, roll.without(mine.id))
            transaction.commit()
        return found

    monkeypatch.setattr(rolls, "laid_over", meddle)
    load(files)
    assert [seat.person for seat in group_and_roll(load)[1].seats] == [inner(load, "member", "P2")]


def test_a_changed_row_keeps_what_the_portal_knows_of_a_place(load: Importer) -> None:
    load(FAMILY)
    terms = EnrolmentTerms(makeup_limit=3)
    save(load, replace(enrolment(load), terms=terms))
    load({**FAMILY, "enrolments": FAMILY["enrolments"].replace("E1;P1;ballet;H1;2026-09-01;2027-06-01",
                                                               "E1;P1;ballet;H1;2026-09-01;2027-06-15")})  # fmt: skip
    assert (enrolment(load).terms, enrolment(load).ends_on) == (terms, date(2027, 6, 15))
    assert group_and_roll(load)[1].seats[0].ends_on == date(2027, 6, 15)


def test_a_class_has_all_that_its_row_tells(load: Importer) -> None:
    header = "id;title_fr;programme;capacity;level;age_min;age_max;price;online;open\n"
    load({**FAMILY, "classes": f"{header}ballet;Ballet;danse;12;Débutant;7;9;390,00;https://zoom.example/j/1;oui\n"})
    group, _ = group_and_roll(load)
    assert (group.capacity, group.level, group.ages) == (12, "Débutant", Ages(7, 9))
    assert (group.price_minor, group.online, group.open) == (39000, "https://zoom.example/j/1", True)
    found = store.list_meetings(
        load.organisation.slug, group.programme, load.now - timedelta(days=9), load.now + timedelta(days=99)
    )
    assert [(place.class_group, place.level, place.ages) for place in found.rows] == [
        (group.id, "Débutant", Ages(7, 9))
    ]


def test_a_meeting_that_the_organisation_changed_stays_as_families_were_told(load: Importer) -> None:
    load(FAMILY)
    group, _ = group_and_roll(load)
    first, second = group.occurrences
    moved = first._replace(room="Studio C", sequence=1, note="Dégât d’eau")
    item, puts, deletes = store.class_changes(
        load.organisation.slug, group, replace(group, occurrences=(moved, second))
    )
    for each in (item, *puts):
        write.put(each)
    assert not deletes
    load({**FAMILY, "occurrences": FAMILY["occurrences"].replace("Studio A", "Studio Z")})
    assert [meeting.room for meeting in group_and_roll(load)[0].occurrences] == ["Studio C", "Studio Z"]


def test_a_make_up_is_a_place_for_one_meeting(load: Importer) -> None:
    rows = "id;member;class;household;starts_on;ends_on;kind;meeting\nE9;P1;ballet;H1;2026-11-24;2026-11-24;makeup;o1\n"
    load({**FAMILY, "enrolments": rows, "attendance": "enrolment;meeting;status\n"})
    found = enrolment(load)
    assert (found.kind, found.meeting) == (EnrolmentKind.MAKEUP, inner(load, "occurrence", "o1"))
    assert [seat.meeting for seat in group_and_roll(load)[1].seats] == [found.meeting]


def test_a_place_that_was_changed_for_another_names_it(load: Importer) -> None:
    rows = (
        "id;member;class;household;starts_on;ends_on;status;ended_at;reason;successor\n"
        "E1;P1;ballet;H1;2026-09-01;2026-10-31;transferred;2026-10-30;Trop facile;E5\n"
        "E5;P1;tango;H1;2026-11-01;2027-06-01;active;;;\n"
    )
    load(with_rows({**FAMILY, "enrolments": rows, "attendance": "enrolment;meeting;status\n"}, classes=_TANGO))
    new, old = store.list_enrolments(load.organisation.slug, inner(load, "member", "P1")).rows
    assert (old.status, old.successor, old.reason) == (EnrolmentStatus.TRANSFERRED, new.id, "Trop facile")


def test_attendance_is_written_on_the_place_and_an_absence_to_come_frees_it(load: Importer) -> None:
    load(FAMILY)
    mine, (group, roll) = enrolment(load), group_and_roll(load)
    meeting = group.occurrences[0]
    assert (mine.marks[meeting.id].attendance, mine.marks[meeting.id].reason) == (Attendance.ABSENT_EXCUSED, "Voyage")
    assert roll.away == {meeting.id: frozenset({mine.id})}
    home = inner(load, "household", "H1")
    summary = households.get_summaries(load.organisation.slug, (home,))[home]
    assert summary.away == (AwayRow(mine.id, meeting.id, date(2026, 11, 24)),)


def test_attendance_of_places_that_came_before_arrives_alone(load: Importer) -> None:
    load({name: text for name, text in FAMILY.items() if name != "attendance"})
    done = load({"attendance": FAMILY["attendance"]})
    assert done.counts[("attendance", "new")] == 1
    assert len(enrolment(load).marks) == 1


def test_a_mark_that_somebody_made_in_the_portal_stays(load: Importer) -> None:
    load(FAMILY)
    mine = enrolment(load)
    (meeting, mark), *_ = mine.marks.items()
    save(load, replace(mine, marks={meeting: mark._replace(attendance=Attendance.PRESENT, by="u1")}))
    load({**FAMILY, "attendance": FAMILY["attendance"].replace("Voyage", "Malade")})
    assert enrolment(load).marks[meeting].attendance is Attendance.PRESENT


def test_a_mark_of_an_earlier_import_is_corrected(load: Importer) -> None:
    load(FAMILY)
    load({"attendance": "enrolment;meeting;status\nE1;o1;late\n"})
    assert [mark.attendance for mark in enrolment(load).marks.values()] == [Attendance.LATE]
    assert group_and_roll(load)[1].away == {}


def test_certificates_and_skills_arrive_whole(load: Importer) -> None:
    load(FAMILY)
    org = load.organisation.slug
    (certificate,) = certificate_store.list_certificates(org, inner(load, "member", "P1")).rows
    assert (certificate.kind, certificate.note) == (CertificateKind.MEDICAL, "Grippe")
    assert (certificate.covers_from, certificate.covers_to, certificate.received_on) == (
        date(2026, 11, 1), date(2026, 11, 5), date(2026, 11, 1),
    )  # fmt: skip
    (reached,) = skills.list_reached(org, inner(load, "member", "P2"))
    skill = skills.list_skills(org)[reached.skill]
    assert (skill.title, skill.level_name(reached.level)) == ({"fr": "Grand écart"}, {"fr": "Essaie", "en": "Tries"})
    assert (reached.on, reached.note) == (date(2026, 11, 10), "Bravo")


def test_corrected_rows_of_certificates_and_skills_stay_one_record(load: Importer) -> None:
    load(FAMILY)
    load(
        {
            "certificates": FAMILY["certificates"].replace("2026-11-01;", "2026-10-30;"),
            "skills": FAMILY["skills"].replace("Réussit", "Maîtrise"),
            "member_skills": FAMILY["member_skills"].replace(";1;", ";2;"),
        }
    )
    org = load.organisation.slug
    (certificate,) = certificate_store.list_certificates(org, inner(load, "member", "P1")).rows
    assert certificate.covers_from == date(2026, 10, 30)
    (reached,) = skills.list_reached(org, inner(load, "member", "P2"))
    assert skills.list_skills(org)[reached.skill].level_name(reached.level)["fr"] == "Maîtrise"


def test_a_second_import_of_everything_writes_nothing(load: Importer) -> None:
    load(FAMILY)
    before = stored_items(load.organisation.slug)
    assert load(FAMILY).written == 0
    assert stored_items(load.organisation.slug) == before


def test_more_enrolments_than_a_roll_holds_are_told_before_anything_is_written(load: Importer) -> None:
    rows = "".join(f"X{n};P1;ballet;H1;2026-09-01;2027-06-01;;\n" for n in range(MAX_SEATS + 1))
    assert ("enrolments.csv", MAX_SEATS + 4, "class") in load.places(with_rows(FAMILY, enrolments=rows))


def test_a_summary_that_is_built_anew_tells_the_absences_to_come(load: Importer) -> None:
    load(FAMILY)
    home = inner(load, "household", "H1")
    before = households.get_summaries(load.organisation.slug, (home,))[home]
    assert before.away
    assert rebuild(load.organisation, home, load.now) == before
