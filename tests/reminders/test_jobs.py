"""The clock reminds of classes and bookings: once, in time, of what is so (MSG-3, M-08, M-09)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.models import BookingItem
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageState
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Private
from chalicelib.households.summary import AwayRow
from chalicelib.notifications import preferences
from chalicelib.notifications.purposes import Purpose, Way
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.reminders.finding import occasions
from chalicelib.schedule import classes, store
from chalicelib.schedule.classes import Staff
from chalicelib.schedule.domain import EnrolmentKind, EnrolmentStatus, Occurrence
from chalicelib.schedule.models import StirredClassItem
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import to_iso
from tests.notifications.carriers import Van
from tests.reminders.clockwork import agenda, at, reminders, starts, state, sweep, tick, wants
from tests.support.race import together
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


@pytest.fixture
def van() -> Van:
    return Van()


def _resummed(world: World, home: Household, **changes: object) -> None:
    """Writes something of the summary, as a use case does."""
    [stored] = households.get_summaries(world.org, (home.id,)).values()
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(stored, **changes))  # type: ignore[arg-type]
    transaction.commit()


def _longago(world: World) -> dict[str, object]:
    return {"enrolled_at": world.now - timedelta(days=60)}


def test_a_family_is_reminded_a_day_before_and_once(world: World, home: Household, van: Van) -> None:
    """MSG-3: not before, and however often the clock ticks."""
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", at(world, 3), at(world, 10))
    world.enrol(home, lea, group, **_longago(world))

    tick(at(world, 2, 15, 59))
    assert reminders(world) == []
    for minute in range(3):
        tick(at(world, 2, 16, minute))
    [told] = reminders(world)
    assert (told.template, starts(told)) == ("class_reminder", [at(world, 3)])
    assert told.facts["classes"][0]["who"] == ["Léa"]
    assert told.facts["classes"][0]["place"] == "Room 4"
    assert told.until == to_iso(at(world, 3))
    assert sweep(world, van, at(world, 2, 16, 5)) == ["sent"]
    assert "Léa" in van.mails[0].text
    assert van.mails[0].unsubscribe

    tick(at(world, 9, 16))
    assert [starts(each) for each in reminders(world)] == [[at(world, 3)], [at(world, 10)]]


@pytest.mark.parametrize(
    ("lead", "moment"),
    [
        (Lead.HOUR, (3, 15)), (Lead.THREE_HOURS, (3, 13)), (Lead.EVENING, (2, 18)), (Lead.DAY, (2, 16)),
        (Lead.TWO_DAYS, (1, 16)),
    ],
)  # fmt: skip
def test_each_family_chooses_how_long_before(
    world: World, home: Household, lead: Lead, moment: tuple[int, int]
) -> None:
    """To the minute; another family of the same class as the organisation usually does."""
    other = world.household("Roy")
    group = world.class_group("Ballet", at(world, 3))
    for each in (home, other):
        world.enrol(each, world.member(each, "Léa"), group, **_longago(world))
    wants(world, home, class_lead=lead)
    due = at(world, *moment)

    tick(due - timedelta(minutes=1))
    assert [each.household for each in reminders(world) if each.household == home.id] == []
    tick(due)
    assert [starts(each) for each in reminders(world) if each.household == home.id] == [[at(world, 3)]]
    tick(at(world, 3, 15, 59))
    assert sorted(str(each.household) for each in reminders(world)) == sorted([home.id, other.id])


def test_who_wants_none_gets_none(world: World, home: Household) -> None:
    """Neither who says no to reminders nor who switched them off, for classes or for bookings apart."""
    other = world.household("Roy")
    group = world.class_group("Ballet", at(world, 3))
    for each in (home, other):
        world.enrol(each, world.member(each, "Léa"), group, **_longago(world))
        _book(world, each, at(world, 3))
    wants(world, home, class_lead=Lead.NONE)
    preferences.change(world.org, other.id, lambda told: told.having(Purpose.REMINDERS, Way.NONE), "", world.now)

    tick(at(world, 3, 15))
    assert [(each.template, each.household) for each in reminders(world)] == [("booking_reminder", home.id)]


def test_the_organisation_says_what_is_usual(world: World, home: Household) -> None:
    """A change of it concerns all families that chose nothing, from the next tick on."""
    from chalicelib.admin import organisations as admin
    from chalicelib.organisations.audit import OPERATOR

    world.enrol(home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)), **_longago(world))
    tick(world.now)
    word = WordTerms(class_lead=Lead.TWO_DAYS.value)
    admin.change(world.org, lambda stored: replace(stored, word=word), OPERATOR, world.now)

    tick(at(world, 1, 15, 59))
    assert reminders(world) == []
    tick(at(world, 1, 16))
    assert len(reminders(world)) == 1


def test_all_classes_of_a_day_are_one_message(world: World, home: Household) -> None:
    """Two children, three classes, one evening before; the next day is another message."""
    lea, tom = world.member(home, "Léa"), world.member(home, "Tom")
    ballet, chess = (
        world.class_group("Ballet", at(world, 3)),
        world.class_group("Chess", at(world, 3, 10), at(world, 4)),
    )
    for child in (lea, tom):
        world.enrol(home, child, ballet, **_longago(world))
    world.enrol(home, tom, chess, **_longago(world))
    wants(world, home, class_lead=Lead.EVENING)

    tick(at(world, 2, 18))
    [told] = reminders(world)
    assert starts(told) == [at(world, 3, 10), at(world, 3)]
    assert [each["who"] for each in told.facts["classes"]] == [["Tom"], ["Léa", "Tom"]]
    tick(at(world, 3, 18))
    assert [starts(each) for each in reminders(world)][1:] == [[at(world, 4)]]


def test_both_homes_of_a_child_are_reminded(world: World, home: Household) -> None:
    """NEW-2: each at its own time."""
    other = world.household("Roy")
    lea = replace(world.member(home, "Léa"), households=(home.id, other.id))
    world.builders[other.id].members += world.builders[home.id].members
    transaction = Transaction()
    households.save_person(transaction, world.org, lea)
    transaction.commit()
    world.enrol(home, lea, world.class_group("Ballet", at(world, 3)), **_longago(world))
    wants(world, other, class_lead=Lead.HOUR)

    tick(at(world, 2, 16))
    assert [each.household for each in reminders(world)] == [home.id]
    tick(at(world, 3, 15))
    assert [each.household for each in reminders(world)] == [home.id, other.id]


@pytest.mark.parametrize("kind", [EnrolmentKind.MAKEUP, EnrolmentKind.TRIAL, EnrolmentKind.DROP_IN])
def test_a_place_in_one_meeting_is_reminded_of(world: World, home: Household, kind: EnrolmentKind) -> None:
    """Of that meeting alone."""
    group = world.class_group("Ballet", at(world, 3), at(world, 10), online="https://meet.example/1")
    place = {"kind": kind, "meeting": group.occurrences[1].id, **_longago(world)}
    world.enrol(home, world.member(home, "Léa"), group, **place)

    tick(at(world, 2, 16))
    assert reminders(world) == []
    tick(at(world, 9, 16))
    [told] = reminders(world)
    assert told.facts["classes"][0]["is_online"] is True


@pytest.mark.parametrize(
    "status",
    [EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED, EnrolmentStatus.HELD, EnrolmentStatus.FROZEN,
     EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED],
)  # fmt: skip
def test_who_has_no_place_is_not_reminded(world: World, home: Household, status: EnrolmentStatus) -> None:
    """Waiting, resting and over are no places."""
    group = world.class_group("Ballet", at(world, 3))
    world.enrol(home, world.member(home, "Léa"), group, status=status, **_longago(world))

    tick(at(world, 3, 15))
    assert reminders(world) == []


def test_who_grew_up_and_keeps_the_days_to_himself_is_not_told_of_at_home(world: World, home: Household) -> None:
    """NEW-14."""
    world.enrol(home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)), **_longago(world))
    [stored] = households.get_summaries(world.org, (home.id,)).values()
    rows = tuple(row._replace(keeps=frozenset({Private.SCHEDULE.value})) for row in stored.members)
    _resummed(world, home, members=rows)

    tick(at(world, 3, 15))
    assert reminders(world) == []


def test_a_class_that_moves_is_another_reminder(world: World, home: Household, van: Van) -> None:
    """M-09: the old one does not go out, whether or not it was written; moved back it is told again."""
    world.enrol(home, world.member(home, "Léa"), group := world.class_group("Ballet", at(world, 3)), **_longago(world))
    meeting, staff = group.occurrences[0].id, Staff(world.org, world.now)

    def move(to: datetime) -> None:
        classes.move_meeting(staff, group.id, meeting, to, to + timedelta(hours=1), "", {"en": "ill"})

    tick(at(world, 2, 16))
    move(at(world, 5))
    assert sweep(world, van, at(world, 2, 16, 1)) == ["skipped"]
    [first] = reminders(world)
    assert state(first) == (MessageState.SKIPPED.value, "not so any more")
    tick(at(world, 2, 16, 1))
    assert len(reminders(world)) == 1

    tick(at(world, 4, 16))
    assert starts(reminders(world)[-1]) == [at(world, 5)]
    assert "sent" in sweep(world, van, at(world, 4, 16, 1))
    move(at(world, 6))
    tick(at(world, 4, 17))
    move(at(world, 5, 17))
    tick(at(world, 4, 17, 1))
    assert [starts(each)[0] for each in reminders(world)] == [at(world, 3), at(world, 5), at(world, 5, 17)]


def test_a_class_that_is_moved_nearer_is_reminded_of_all_the_same(world: World, home: Household) -> None:
    """M-09: the agenda knew of a later day; what moves it comes from the class alone."""
    world.enrol(home, world.member(home, "Léa"), group := world.class_group("Ballet", at(world, 30)), **_longago(world))
    tick(world.now)
    classes.move_meeting(
        Staff(world.org, world.now), group.id, group.occurrences[0].id, at(world, 2), at(world, 2, 17), "", {}
    )

    tick(at(world, 1, 15, 59))
    assert reminders(world) == []
    tick(at(world, 1, 16))
    assert starts(reminders(world)[0]) == [at(world, 2)]


def test_meetings_that_are_added_are_reminded_of(world: World, home: Household) -> None:
    """Nobody is told that a class got further meetings, and the agenda knows all the same."""
    world.enrol(home, world.member(home, "Léa"), group := world.class_group("Ballet", at(world, -7)), **_longago(world))
    tick(world.now)
    new = Occurrence(new_id(), at(world, 2), at(world, 2, 17))
    classes.add_meetings(Staff(world.org, world.now), group.id, [new])
    assert read.one(StirredClassItem, keys.stirred_class(world.org, group.id))

    tick(at(world, 1, 16))
    assert starts(reminders(world)[0]) == [at(world, 2)]
    assert read.one(StirredClassItem, keys.stirred_class(world.org, group.id)) is None


def test_of_a_cancelled_class_nobody_is_reminded(world: World, home: Household, van: Van) -> None:
    """M-09: not even where the message was on its way."""
    lea, tom = world.member(home, "Léa"), world.member(home, "Tom")
    ballet, chess = world.class_group("Ballet", at(world, 3)), world.class_group("Chess", at(world, 3))
    world.enrol(home, lea, ballet, **_longago(world))
    world.enrol(home, tom, chess, **_longago(world))
    tick(at(world, 2, 16))
    classes.cancel_meetings(Staff(world.org, world.now), ballet.id, [ballet.occurrences[0].id], {"en": "ill"})

    assert sweep(world, van, at(world, 2, 16, 1)) == ["skipped"]
    [first, anew] = sorted(reminders(world), key=lambda each: each.state != MessageState.SKIPPED.value)
    assert state(first) == (MessageState.SKIPPED.value, "told anew without what has changed")
    assert [each["who"] for each in anew.facts["classes"]] == [["Tom"]]
    assert sweep(world, van, at(world, 2, 16, 2)) == ["sent"]
    tick(at(world, 2, 16, 3))
    assert len(reminders(world)) == 2


def test_who_said_to_stay_away_is_not_reminded(world: World, home: Household, van: Van) -> None:
    """M-09: before the moment, and between the moment and the sending."""
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", at(world, 3), at(world, 10))
    place = world.enrol(home, lea, group, **_longago(world))
    away = [AwayRow(place.id, meeting.id, meeting.starts.date()) for meeting in group.occurrences]
    _resummed(world, home, away=(away[0],))
    tick(at(world, 2, 16))
    assert reminders(world) == []

    _resummed(world, home, away=())
    tick(at(world, 9, 16))
    _resummed(world, home, away=(away[1],))
    assert sweep(world, van, at(world, 9, 16, 1)) == ["skipped"]
    assert van.mails == []


def test_what_is_switched_off_meanwhile_does_not_go_out(world: World, home: Household, van: Van) -> None:
    """M-11."""
    world.enrol(home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)), **_longago(world))
    tick(at(world, 2, 16))
    wants(world, home, class_lead=Lead.NONE)

    assert sweep(world, van, at(world, 2, 16, 1)) == ["skipped"]


def test_a_late_tick_reminds_while_there_is_time(world: World, home: Household, van: Van) -> None:
    """M-08: and says why it does not when there is none."""
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", at(world, 3), at(world, 5), at(world, 7))
    world.enrol(home, lea, group, **_longago(world))
    tick(world.now)

    tick(at(world, 3, 15, 30))
    assert sweep(world, van, at(world, 3, 15, 31)) == ["sent"]
    tick(at(world, 6, 15, 59))
    assert sweep(world, van, at(world, 6, 15, 59)) == ["skipped"]
    [_, missed] = reminders(world)
    assert (starts(missed), state(missed)) == ([at(world, 5)], (MessageState.SKIPPED.value, "past its use"))
    tick(at(world, 6, 16))
    assert starts(reminders(world)[-1]) == [at(world, 7)]


def test_who_took_a_place_after_its_time_came_is_not_reminded(world: World, home: Household) -> None:
    """Whoever has just taken a place for today knows of it; of the next meeting they are reminded."""
    tick(at(world, 2, 17))
    group = world.class_group("Ballet", at(world, 3), at(world, 10))
    world.enrol(home, world.member(home, "Léa"), group, enrolled_at=at(world, 2, 23))

    tick(at(world, 2, 23))
    tick(at(world, 3, 15))
    assert reminders(world) == []
    tick(at(world, 9, 16))
    assert len(reminders(world)) == 1


def test_what_began_before_anybody_looked_was_not_missed(world: World, home: Household) -> None:
    """The first look at a household that has long been there tells nothing of the past."""
    world.enrol(
        home, world.member(home, "Léa"), world.class_group("Ballet", at(world, -2), at(world, 9)), **_longago(world)
    )
    tick(world.now)
    assert reminders(world) == []
    found = agenda(world, home)
    assert found
    assert found.due == to_iso(at(world, 8))


def test_a_choice_that_changes_never_reminds_twice(world: World, home: Household) -> None:
    """M-09: who was reminded a day before is not reminded again an hour before."""
    world.enrol(home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)), **_longago(world))
    tick(at(world, 2, 16))
    wants(world, home, class_lead=Lead.HOUR)

    tick(at(world, 3, 15))
    assert len(reminders(world)) == 1


def test_many_clocks_at_once_remind_once(world: World, home: Household) -> None:
    """M-03: thirty-two ticks of one moment."""
    other = world.household("Roy")
    group = world.class_group("Ballet", at(world, 3))
    for each in (home, other):
        world.enrol(each, world.member(each, "Léa"), group, **_longago(world))

    done = together([lambda: tick(at(world, 2, 16))] * 32)
    assert not [each for each in done if isinstance(each, Exception)]
    assert sorted(str(each.household) for each in reminders(world)) == sorted([home.id, other.id])


def test_a_suspended_organisation_reminds_nobody(world: World, home: Household) -> None:
    """And does when it is open again, of what is still to come."""
    world.enrol(home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)), **_longago(world))
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))
    tick(at(world, 2, 16))
    assert reminders(world) == []
    organisations.update(world.organisation)

    tick(at(world, 2, 17, 1))
    assert len(reminders(world)) == 1


def _book(world: World, home: Household, begins: datetime, **changes: object) -> Booking:
    booking = Booking(
        dated_id(begins.date()), home.id, "Court 2", begins, begins + timedelta(hours=1), BookingStatus.CONFIRMED,
        requested_at=world.now - timedelta(days=1),
    )  # fmt: skip
    return world.booking(replace(booking, **changes))  # type: ignore[arg-type]


def test_a_booking_is_reminded_of(world: World, home: Household, van: Van) -> None:
    """MSG-3: by its own lead, once."""
    booking = _book(world, home, at(world, 3))
    wants(world, home, booking_lead=Lead.THREE_HOURS)

    tick(at(world, 3, 12, 59))
    assert reminders(world) == []
    tick(at(world, 3, 13))
    tick(at(world, 3, 13, 1))
    [told] = reminders(world)
    assert (told.facts["booking"], told.facts["place"]) == (booking.id, "Court 2")
    assert sweep(world, van, at(world, 3, 13, 2)) == ["sent"]


def test_a_request_is_no_booking(world: World, home: Household) -> None:
    """What waits for an answer is not reminded of."""
    _book(world, home, at(world, 3), status=BookingStatus.REQUESTED)

    tick(at(world, 3, 15))
    assert reminders(world) == []


def test_a_booking_that_is_given_up_is_not_reminded_of(world: World, home: Household, van: Van) -> None:
    """M-09: not even when the message waits already."""
    booking = _book(world, home, at(world, 3))
    tick(at(world, 2, 16))
    item = read.one(BookingItem, keys.booking(world.org, home.id, booking.id))
    assert item
    _resummed(world, home, bookings=())

    assert sweep(world, van, at(world, 2, 16, 1)) == ["skipped"]
    assert van.mails == []


def test_a_household_that_is_gone_leaves_no_agenda(world: World, home: Household) -> None:
    """What is left over takes itself away."""
    from chalicelib.data import write
    from chalicelib.households.models import SummaryItem

    write.delete(SummaryItem(*keys.summary(world.org, home.id)))
    tick(world.now)
    assert agenda(world, home) is None


def test_one_that_fails_keeps_nobody_waiting(world: World, home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at again an hour later."""
    other = world.household("Roy")
    group = world.class_group("Ballet", at(world, 3))
    for each in (home, other):
        world.enrol(each, world.member(each, "Léa"), group, **_longago(world))

    def broken(of: object, since: datetime, **more: object) -> object:
        if of.summary.household == home.id:  # type: ignore[attr-defined]
            raise ValueError
        return occasions(of, since, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.reminders.looking.occasions", broken)
        tick(at(world, 2, 16))
    assert [each.household for each in reminders(world)] == [other.id]
    tick(at(world, 2, 16, 59))
    assert len(reminders(world)) == 1
    tick(at(world, 2, 17))
    assert len(reminders(world)) == 2


def test_a_roll_without_homes_stirs_nobody(world: World) -> None:
    """A class that was just arranged."""
    group = world.class_group("Ballet", at(world, 3))
    tick(world.now)
    assert read.one(StirredClassItem, keys.stirred_class(world.org, group.id)) is None
    assert store.get_rolls(world.org, [group.id])[group.id].seats == ()
