"""Telling families of changes: each once, whatever breaks down, and each gets what its place gives."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.enrolments import changes, waiting
from chalicelib.enrolments.places import keep_places
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.notifications.delivery import deliver
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import changes as noted
from chalicelib.schedule import classes, store
from chalicelib.schedule.changes import Act, ClassChange
from chalicelib.schedule.classes import Done
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.ids import dated_id
from tests.enrolments.teaching import place_of, seated, staff, taught
from tests.notifications.carriers import Van
from tests.support.race import together
from tests.support.world import World

SNOW = {"fr": "Trop de neige", "en": "Too much snow"}
MAKEUPS = EnrolmentTerms(makeups=True, makeup_on_cancel=True)


def _message(world: World, group: ClassGroup, done: Done, home: Household) -> MessageItem | None:
    change = noted.get(world.org, group.id, done.change)
    assert change
    return read.one(MessageItem, keys.outbox(world.org, changes.message_of(change, home.id)))


def _tell(world: World, group: ClassGroup, done: Done) -> ClassChange:
    changes.tell_now(world.organisation, group.id, done.change, world.now)
    change = noted.get(world.org, group.id, done.change)
    assert change
    return change


def _waits(world: World) -> list[ClassChange]:
    return [each for each in noted.due(world.now + timedelta(days=9)) if each.org == world.org]


def _cancel(world: World, group: ClassGroup, *numbers: int) -> Done:
    return classes.cancel_meetings(staff(world), group.id, [group.occurrences[each].id for each in numbers], SNOW)


def _shared(world: World, person: Person, home: Household) -> None:
    """Makes a child a member of another home as well."""
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(person, households=(*person.households, home.id)))
    households.save_member_link(transaction, world.org, home.id, person.id)
    transaction.commit()


def test_a_family_gets_one_message_about_all_its_children_and_meetings(world: World) -> None:
    home = world.household("Roy")
    group = taught(world)
    for name in ("Lea", "Tom"):
        seated(world, group, home, world.member(home, name))
    van = Van()

    done = _cancel(world, group, 0, 1)
    _tell(world, group, done)

    message = _message(world, group, done, home)
    assert message
    assert deliver(van.carriers, message.key, world.now) == "sent"
    mail = van.mails[0]
    assert "Ballet" in mail.subject
    after_preheader = mail.html.partition("</div>")[2]
    for part in (mail.text, after_preheader):
        assert "Trop de neige" in part
        assert part.count("Lea, Tom") == 2
        assert "{{" not in part
    assert mail.text.count("\n- ") == 2
    assert _waits(world) == []


@pytest.mark.parametrize("act", ["cancelled", "moved", "substituted", "ended"])
@pytest.mark.parametrize("language", ["fr", "en", "ru"])
@pytest.mark.parametrize("phone", ["", "+15145550123"])
def test_every_kind_of_message_can_be_read_in_every_language(world: World, act: str, language: str, phone: str) -> None:
    """Those that go by text as well; an ended class is told to the other home of a child."""
    home, other = world.household("Roy"), world.household("Other")
    lea = world.member(home, "Lea")
    _shared(world, lea, other)
    group, van = taught(world), Van()
    seated(world, group, home, lea)
    _speaks(world, other, language, phone)
    first = group.occurrences[0]
    later = first.starts + timedelta(hours=3)
    acts: dict[str, Callable[[], Done]] = {
        "cancelled": lambda: _cancel(world, group, 0),
        "moved": lambda: classes.move_meeting(
            staff(world), group.id, first.id, later, later + timedelta(hours=1), "Hall", SNOW
        ),
        "substituted": lambda: classes.substitute(staff(world), group.id, [first.id], "Bob Ray", SNOW),
        "ended": lambda: classes.end_class(staff(world), group.id, SNOW),
    }

    done = acts[act]()
    _tell(world, group, done)

    message = _message(world, group, done, other)
    assert message
    assert deliver(van.carriers, message.key, world.now) == "sent"
    text = van.texts[0][1] if phone else van.mails[0].text
    assert "Ballet" in text
    assert "{" not in text
    assert "%(" not in text
    if act == "moved" and not phone:
        assert "Hall" in text
    if act == "substituted" and not phone:
        assert "Bob Ray" in text


def _speaks(world: World, home: Household, language: str, phone: str) -> None:
    found = households.get_household(world.org, home.id)
    assert found
    address = {"email": "", "phone": phone} if phone else {"email": "other@example.com"}
    transaction = Transaction()
    households.save_household(transaction, world.org, replace(found, language=language, **address))  # type: ignore[arg-type]
    transaction.commit()


def test_a_cancelled_meeting_gives_a_right_and_is_marked(world: World) -> None:
    home = world.household("Roy")
    group = taught(world)
    place = seated(world, group, home, world.member(home, "Lea"), terms=MAKEUPS)

    _tell(world, group, _cancel(world, group, 0))

    mark = place_of(world, place).marks[group.occurrences[0].id]
    assert mark.attendance is Attendance.ORG_CANCELLED
    summary = households.get_summaries(world.org, (home.id,))[home.id]
    assert [row.id for row in summary.rights] == [mark.right]


def test_both_homes_of_a_child_are_told_and_only_one_gets_the_right(world: World) -> None:
    home, other = world.household("Roy"), world.household("Other")
    lea = world.member(home, "Lea")
    _shared(world, lea, other)
    group = taught(world)
    place = seated(world, group, home, lea, terms=MAKEUPS)

    done = _cancel(world, group, 0)
    _tell(world, group, done)

    assert _message(world, group, done, home)
    assert _message(world, group, done, other)
    assert len(place_of(world, place).marks) == 1


def test_who_is_not_there_that_day_is_not_told(world: World) -> None:
    home, guest = world.household("Roy"), world.household("Guest")
    group = taught(world)
    seated(world, group, home, world.member(home, "Lea"), ends_on=world.today + timedelta(days=9))
    member = world.member(guest, "Tom")
    seated(world, group, guest, member, kind=EnrolmentKind.TRIAL, meeting=group.occurrences[3].id)

    done = _cancel(world, group, 3)
    _tell(world, group, done)

    assert _message(world, group, done, home) is None
    assert _message(world, group, done, guest)


def test_who_took_a_place_afterwards_gets_nothing_for_it(world: World) -> None:
    home = world.household("Roy")
    group = taught(world)
    done = _cancel(world, group, 0)
    later = world.now + timedelta(seconds=1)
    place = seated(world, group, home, world.member(home, "Lea"), terms=MAKEUPS, enrolled_at=later)

    _tell(world, group, done)

    assert place_of(world, place).marks == {}


def test_a_moved_meeting_is_kept_by_those_who_had_it(world: World) -> None:
    """Even beyond the last day of their place, and told with when it was."""
    home = world.household("Roy")
    group = taught(world)
    last = group.occurrences[3]
    seated(world, group, home, world.member(home, "Lea"), ends_on=world.today + timedelta(days=23))
    starts = last.starts + timedelta(days=30)

    done = classes.move_meeting(staff(world), group.id, last.id, starts, starts + timedelta(hours=1), "Hall", {})
    _tell(world, group, done)

    message = _message(world, group, done, home)
    assert message
    told = message.facts["meetings"][0]
    assert (told["was_at"], told["starts_at"], told["room"]) == (
        f"{last.starts:%Y-%m-%dT%H:%M:%SZ}", f"{starts:%Y-%m-%dT%H:%M:%SZ}", "Hall",
    )  # fmt: skip


def test_what_was_cancelled_meanwhile_is_not_told_as_moved(world: World) -> None:
    home = world.household("Roy")
    group = taught(world)
    seated(world, group, home, world.member(home, "Lea"))
    first = group.occurrences[0]
    moved = classes.change_room(staff(world), group.id, [first.id], "Hall", {})
    _cancel(world, group, 0)

    _tell(world, group, moved)

    assert _message(world, group, moved, home) is None


def test_a_class_that_ends_ends_all_its_places(world: World) -> None:
    home, other = world.household("Roy"), world.household("Other")
    lea = world.member(home, "Lea")
    _shared(world, lea, other)
    group = taught(world)
    place = seated(world, group, home, lea)

    done = classes.end_class(staff(world), group.id, SNOW)
    _tell(world, group, done)

    ended = place_of(world, place)
    assert (ended.status, ended.ended_by, ended.reason) == (EnrolmentStatus.CANCELLED, "organisation", "Trop de neige")
    assert store.get_rolls(world.org, [group.id])[group.id].seats == ()
    assert _message(world, group, done, home) is None, "who is told of the money hears of the class with it"
    assert read.one(MessageItem, keys.outbox(world.org, f"left-{place.id}"))
    assert _message(world, group, done, other)


def test_more_places_go_to_whoever_waits(world: World) -> None:
    home = world.household("Roy")
    group = taught(world, capacity=1)
    seated(world, group, home, world.member(home, "Lea"))
    tom = world.member(home, "Tom")
    first, last = world.today, world.today + timedelta(days=100)
    wish = Enrolment(dated_id(first), tom.id, group.id, home.id, EnrolmentStatus.WAITLISTED, first, last, world.now)
    keep_places(world.organisation, home.id, world.now, lambda places: waiting.wait(places, wish))
    assert place_of(world, wish).status is EnrolmentStatus.WAITLISTED

    done = classes.edit(staff(world), group.id, lambda stored: replace(stored, capacity=2))
    change = _tell(world, group, done)

    assert change.act is Act.ROOMIER
    assert place_of(world, wish).status is EnrolmentStatus.OFFERED


def _families(world: World, group: ClassGroup, count: int) -> list[tuple[Household, Enrolment]]:
    found = []
    for number in range(count):
        home = world.household(f"Family {number}")
        found.append((home, seated(world, group, home, world.member(home, "Lea"), terms=MAKEUPS)))
    return found


def _all_told(world: World, group: ClassGroup, done: Done, found: list[tuple[Household, Enrolment]]) -> None:
    for home, place in found:
        assert _message(world, group, done, home)
        assert place_of(world, place).marks[group.occurrences[0].id].attendance is Attendance.ORG_CANCELLED
        summary = households.get_summaries(world.org, (home.id,))[home.id]
        assert len(summary.rights) == 1


@pytest.mark.parametrize("writes", range(8))
def test_a_crash_at_any_step_is_made_good_by_the_next_tick(
    world: World, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """Whatever was written before, everybody ends up told once and with one right."""
    group = taught(world)
    found = _families(world, group, 3)
    done = _cancel(world, group, 0)
    with monkeypatch.context() as crashing:
        _crash_after(crashing, writes)
        with pytest.raises(KeyboardInterrupt):
            changes.tell_now(world.organisation, group.id, done.change, world.now)

    changes.run(world.now + timedelta(minutes=3))

    _all_told(world, group, done, found)
    assert _waits(world) == []


def _crash_after(monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    """Ends the process, as it were, at the commit after so many; also where only progress is noted."""
    left, commit = [writes], Transaction.commit

    def committing(transaction: Transaction) -> None:
        if left[0] <= 0:
            raise KeyboardInterrupt
        left[0] -= 1
        commit(transaction)

    def finishing(_change: ClassChange) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Transaction, "commit", committing)
    monkeypatch.setattr(noted, "finish", finishing)


def test_what_fails_for_one_home_keeps_no_other_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    group = taught(world)
    found = _families(world, group, 3)
    done = _cancel(world, group, 0)
    broken, enqueue = found[1][0].id, outbox.enqueue

    def failing(transaction: Transaction, org: str, notice: outbox.Notice, *rest: Any, **named: Any) -> str:
        if notice.household == broken:
            raise Unavailable
        return enqueue(transaction, org, notice, *rest, **named)

    with monkeypatch.context() as failure:
        failure.setattr(changes, "enqueue", failing)
        changes.tell_now(world.organisation, group.id, done.change, world.now)
    assert [bool(_message(world, group, done, home)) for home, _ in found] == [True, False, True]

    changes.run(world.now + timedelta(hours=1))

    _all_told(world, group, done, found)
    assert _waits(world) == []


def test_workers_at_once_tell_everybody_once(world: World) -> None:
    group = taught(world)
    found = _families(world, group, 4)
    done = _cancel(world, group, 0)

    outcomes = together([lambda: changes.run(world.now + timedelta(minutes=3)) for _ in range(4)])

    assert [each for each in outcomes if isinstance(each, Exception)] == []
    changes.run(world.now + timedelta(hours=5))
    _all_told(world, group, done, found)


def test_who_waits_at_the_desk_waits_for_some_and_the_tick_does_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = taught(world)
    found = _families(world, group, 3)
    done = _cancel(world, group, 0)
    monkeypatch.setattr(changes, "INLINE_STEPS", 2)
    changes.tell_now(world.organisation, group.id, done.change, world.now)
    assert sum(_message(world, group, done, home) is not None for home, _ in found) == 2
    assert len(_waits(world)) == 1

    changes.run(world.now + timedelta(minutes=3))

    _all_told(world, group, done, found)


def test_how_many_homes_will_be_told(world: World) -> None:
    home, other = world.household("Roy"), world.household("Other")
    lea = world.member(home, "Lea")
    _shared(world, lea, other)
    group = taught(world)
    seated(world, group, home, lea)
    seated(world, group, home, world.member(home, "Tom"))

    count = changes.count_homes(world.organisation, group.id, [group.occurrences[0].id])

    assert count == 2
    assert changes.count_homes(world.organisation, group.id, []) == 0


def test_a_class_that_is_gone_has_nobody_to_tell(world: World) -> None:
    change = ClassChange(world.org, "gone", 2, Act.CANCELLED, world.now)
    transaction = Transaction()
    noted.add(transaction, change)
    transaction.commit()

    changes.tell(world.organisation, change, world.now)

    assert _waits(world) == []


def test_a_change_that_always_fails_keeps_no_other_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with one class, families of the others hear of theirs, and the clock goes on."""
    groups = [taught(world), taught(world)]
    found = [_families(world, group, 1) for group in groups]
    done = [_cancel(world, group, 0) for group in groups]
    load = changes._load

    def failing(organisation: Organisation, change: ClassChange) -> object:
        if change.class_group == groups[0].id:
            raise ValueError("broken")
        return load(organisation, change)

    monkeypatch.setattr(changes, "_load", failing)
    changes.run(world.now + timedelta(minutes=3))

    _all_told(world, groups[1], done[1], found[1])
    assert [change.class_group for change in _waits(world)] == [groups[0].id]
    assert not [each for each in noted.due(world.now + timedelta(minutes=4)) if each.org == world.org]
