"""View models of booking: what can be booked, the free times of a week, and what one of them comes to."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.bookings import wording
from chalicelib.bookings.availability import Days
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.money import Parting
from chalicelib.bookings.resources import Resource, ResourceKind
from chalicelib.bookings.slots import moment_of
from chalicelib.bookings.wishes import Step
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import to_iso
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted


class ResourceRow(NamedTuple):
    """Something to book, and how much of it is free in the week."""

    title: str
    meta: str
    free: str
    tone: str
    href: str


class TimeView(NamedTuple):
    """A time that is free."""

    words: str
    value: str


class DayView(NamedTuple):
    """A day with its free times."""

    title: str
    number: int
    """Of the day in its month, which is enough within a week."""
    times: list[TimeView]


class WeekView(NamedTuple):
    """Which week is shown, and the ways to its neighbours."""

    title: str
    value: str
    previous: str
    """Empty where there is nothing to book before."""
    next: str


def week_view(local: Local, monday: date, today: date, horizon_days: int, address: str) -> WeekView:
    """The week from a Monday on; `address` is that of the page, to which the week is added."""
    before, after = monday - timedelta(weeks=1), monday + timedelta(weeks=1)
    join = "&" if "?" in address else "?"
    return WeekView(
        title=local.say(say("%(first)s to %(last)s", first=monday, last=monday + timedelta(days=6))),
        value=monday.isoformat(),
        previous=f"{address}{join}week={before}" if after > today + timedelta(weeks=1) else "",
        next=f"{address}{join}week={after}" if after <= today + timedelta(days=horizon_days) else "",
    )


def resource_row(resource: Resource, days: Days, monday: date, organisation: Organisation, local: Local) -> ResourceRow:
    """Something to book, with the days on which it is free."""
    open_days = [local.date(day, "dayname") for day, starts in days.items() if starts]
    count = sum(len(starts) for starts in days.values())
    free = say("%(n)s free time", n=count, plural="%(n)s free times") if count else say("Nothing free")
    return ResourceRow(
        title=local.text(resource.title),
        meta=dotted(wording.price_words(resource, organisation, local), ", ".join(open_days)),
        free=local.say(free),
        tone="success" if count else "neutral",
        href=urls.portal(organisation.slug, "bookings/times", resource=resource.id, week=monday.isoformat()),
    )


def kind_choices(resources: Sequence[Resource]) -> list[tuple[str, Message]]:
    """Kinds of what can be booked, where there are several."""
    kinds = [kind for kind in ResourceKind if any(each.kind is kind for each in resources)]
    if len(kinds) < 2:
        return []
    return [("", say("All", context="resources")), *((kind.value, wording.KIND_WORDS[kind]) for kind in kinds)]


def day_views(days: Days, local: Local) -> list[DayView]:
    """The days of a week that have free times."""
    return [
        DayView(
            title=local.date(day, "weekday"),
            number=day.day,
            times=[TimeView(local.time(moment), to_iso(moment)) for moment in map(moment_of, starts)],
        )
        for day, starts in days.items()
        if starts
    ]


def durations(resource: Resource, local: Local) -> list[tuple[str, str]]:
    """How long a booking may take."""
    return [(str(minutes), wording.length(local, minutes)) for minutes in resource.durations]


def offer_facts(booking: Booking, local: Local) -> list[tuple[str, str]]:
    """What somebody is about to book."""
    return [
        (local.say(say("When")), wording.when(booking, local)),
        (local.say(say("How long")), wording.length(local, booking.minutes)),
        (local.say(say("Price, taxes included")), wording.cost(booking, local)),
    ]


def parting_facts(parted: Parting, local: Local) -> list[tuple[str, str]]:
    """What giving a booking up comes to, to the cent."""
    amounts = [
        (say("Billed"), parted.charged_minor),
        (say("We keep"), parted.kept_minor),
        (say("Taken off your invoice"), parted.back_minor),
        (say("Of it, paid already: stays as credit"), parted.credit_minor),
    ]
    return [(local.say(words), local.money(minor, parted.currency)) for words, minor in amounts]


def step_facts(step: Step, local: Local) -> list[tuple[str, str]]:
    """What moving a booking comes to."""
    assert step.to, "a move leads somewhere"
    facts = [
        (local.say(say("Until now")), wording.when(step.booking, local)),
        (local.say(say("New time")), wording.when(step.to, local)),
        (local.say(say("How long")), wording.length(local, step.to.minutes)),
        (local.say(say("Price, taxes included")), wording.cost(step.to, local)),
    ]
    return facts + (parting_facts(step.parting, local) if step.parting.charged_minor else [])


def step_words(step: Step) -> Message:
    """What happens to the money when a booking is moved, in a sentence."""
    if step.keeps_invoice:
        return say("The price stays the same, and so does your invoice.")
    if step.to and step.to.status is BookingStatus.REQUESTED:
        return say("You give up your present time. We have to agree to the new one before it counts and is billed.")
    if step.to and step.to.total_minor:
        return say("The new time is billed with a new invoice; what you paid already covers it first.")
    return say("Nothing is billed for the new time.")
