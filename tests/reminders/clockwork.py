"""The clock and the outbox of one organisation, turned by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.households.domain import Household
from chalicelib.households.models import AgendaItem
from chalicelib.notifications import preferences
from chalicelib.notifications.delivery import deliver
from chalicelib.notifications.purposes import Preferences
from chalicelib.organisations.word import Lead
from chalicelib.reminders import jobs
from chalicelib.shared.times import from_iso, from_local, to_iso
from tests.notifications.carriers import Van
from tests.support.stored import messages_of
from tests.support.world import ZONE, World

REMINDERS = (
    "booking_reminder", "class_reminder", "consent_changed", "document_wanted", "form_due", "makeup_expiring",
    "membership_expiring",
)  # fmt: skip


def at(world: World, days: int, hour: int = 16, minute: int = 0) -> datetime:
    """A time of day, so many days from the world's own."""
    day = world.today + timedelta(days=days)
    return from_local(datetime(day.year, day.month, day.day, hour, minute), ZONE)


def tick(now: datetime) -> jobs.Done:
    """The clock, once."""
    return jobs.run(now)


def reminders(world: World, template: str = "") -> list[MessageItem]:
    """What was made of one kind, or of all, oldest first."""
    return [each for each in messages_of(world.org) if each.template in ((template,) if template else REMINDERS)]


def starts(message: MessageItem) -> list[datetime]:
    """When the classes begin of which a message reminds."""
    return [from_iso(each["starts_at"]) for each in message.facts["classes"]]


def sweep(world: World, van: Van, now: datetime) -> list[str]:
    """The outbox: takes out all that waits and is due; what became of each."""
    waiting = [
        each
        for each in messages_of(world.org)
        if each.state == MessageState.WAITING.value and each.due and each.due <= to_iso(now)
    ]
    return [deliver(van.carriers, each.key, now) for each in waiting]


def state(message: MessageItem) -> tuple[str, str]:
    """What became of a message, and why."""
    found = read.one(MessageItem, message.key)
    assert found
    return found.state, found.outcome or ""


def agenda(world: World, home: Household) -> AgendaItem | None:
    """A household's agenda."""
    return read.one(AgendaItem, keys.agenda(world.org, home.id))


def wants(world: World, home: Household, *, class_lead: Lead | None = None, booking_lead: Lead | None = None) -> None:
    """The family chooses how long before."""

    def changed(before: Preferences) -> Preferences:
        return replace(before, class_lead=class_lead, booking_lead=booking_lead)

    preferences.change(world.org, home.id, changed, "", world.now)
