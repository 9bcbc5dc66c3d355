"""The page of a member's history."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.data import write
from chalicelib.enrolments import certificate_store, certifying
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.schedule.domain import Attendance, EnrolmentKind, EnrolmentStatus, Mark, OccurrenceStatus, Price
from chalicelib.schedule.store import class_group_item, enrolment_item
from chalicelib.shared.ids import dated_id
from tests.support.door import Door
from tests.support.world import World

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


def test_lessons_are_counted_and_told_with_their_days_and_reasons(world: World, door: Door) -> None:
    """SCH-9, SCH-11."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    starts = [world.now + week * WEEK + HOUR for week in (-4, -3, -2, -1, 1)]
    group = world.class_group("Ballet", *starts, programme=world.programme("Dance").id)
    _, late, ill, cancelled, _ = group.occurrences
    off = cancelled._replace(status=OccurrenceStatus.CANCELLED, note="Snow storm")
    write.put(
        class_group_item(world.org, replace(group, occurrences=(*group.occurrences[:3], off, *group.occurrences[4:])))
    )
    marks = {
        late.id: Mark(Attendance.LATE, world.now),
        ill.id: Mark(Attendance.ABSENT_UNEXCUSED, world.now, "Flu", "r1"),
    }
    world.enrol(home, lea, group, marks=marks)
    day = ill.starts.date()
    certifying.record(world.org, lea.id, CertificateKind.MEDICAL, (day - WEEK / 7, day), world.today)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(door.browser.get(f"/{world.org}/members/{lea.id}").links["History"])

    assert "2 lessons had" in page.text
    assert "1 time late" in page.text
    assert "1 lesson missed" in page.text
    assert "1 of them excused" in page.text
    assert "1 lesson not given" in page.text
    assert "1 lesson to come" in page.text
    assert "Snow storm" in page.text
    assert "Dance" in page.text
    assert "excused, Medical certificate, Flu, gave a right to make up" in page.text
    assert "Certificates on file" in page.text


def test_changes_of_group_and_cancellations_say_when_why_and_what_came_back(world: World, door: Door) -> None:
    """SCH-10, SCH-12."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    new, judo = world.class_group("Ballet 2"), world.class_group("Judo")
    after = world.enrol(home, lea, new, id=dated_id(world.today))
    world.enrol(
        home, lea, world.class_group("Ballet 1"), status=EnrolmentStatus.TRANSFERRED, successor=after.id,
        ended_at=world.now, ended_by="family", reason="Too easy",
    )  # fmt: skip
    world.enrol(
        home, lea, world.class_group("Tap"), status=EnrolmentStatus.CANCELLED, ended_at=world.now, ended_by="staff",
        returned=Price(4000, "CAD", "NC2026-0007"),
    )  # fmt: skip
    world.enrol(home, lea, world.class_group("Karate"), wanted=judo.id)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/history")

    assert page.links["To the new group of Ballet 1"].endswith(f"/enrolments/{after.id}")
    assert "by the family" in page.text
    assert "Too easy" in page.text
    assert "by our staff" in page.text
    assert "CA$40.00, credit note NC2026-0007" in page.text or "$40.00, credit note NC2026-0007" in page.text
    assert "Judo" in page.text


def test_a_make_up_stands_in_the_history_with_its_day(world: World, door: Door) -> None:
    """SCH-7."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", world.now - WEEK, world.now - 2 * WEEK)
    world.enrol(home, lea, group, kind=EnrolmentKind.MAKEUP, meeting=group.occurrences[0].id)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/history")

    assert "Make-up class" in page.text
    assert "1 lesson had" in page.text


def test_a_long_history_comes_25_at_a_time_under_its_years(world: World, door: Door) -> None:
    """SCH-8: programmes attended over the years."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet")
    for year in range(1994, 2024):
        first = world.today.replace(year=year, month=9, day=1)
        world.enrol(home, lea, group, id=dated_id(first), starts_on=first, ends_on=first + 30 * WEEK)
    world.user(home)
    door.enter("marie@example.com")

    first_page = door.browser.get(f"/{world.org}/members/{lea.id}/history")
    second = door.browser.get(first_page.links["Next page"])

    years = [page.html.count("<article") for page in (first_page, second)]
    assert years == [25, 5]
    assert "2023" in first_page.text
    assert "1994" not in first_page.text
    assert "1994" in second.text


def test_a_certificate_that_is_taken_back_excuses_nothing(world: World) -> None:
    """SCH-11."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    days = (world.today, world.today)
    first = certifying.record(world.org, lea.id, CertificateKind.OTHER, days, world.today)
    assert certifying.record(world.org, lea.id, CertificateKind.OTHER, days, world.today) == first
    assert list(certificate_store.list_certificates(world.org, lea.id).rows) == [first]
    certifying.remove(world.org, lea.id, first.id)
    assert not certificate_store.list_certificates(world.org, lea.id).rows


def test_what_another_home_got_back_and_why_it_left_is_not_told(world: World, door: Door) -> None:
    """NEW-2, C5: a child of two homes has one history; money and words of a home are its own."""
    home, other = world.household("Tremblay"), world.household("Roy")
    lea = world.member(home, "Léa")
    place = world.enrol(
        home, lea, world.class_group("Tap"), status=EnrolmentStatus.CANCELLED, ended_at=world.now, ended_by="family",
        reason="We move away", returned=Price(4000, "CAD", "NC2026-0007"),
    )  # fmt: skip
    write.put(enrolment_item(world.org, replace(place, household=other.id)))
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/history")

    assert "by the family" in page.text
    assert "NC2026-0007" not in page.text
    assert "We move away" not in page.text
