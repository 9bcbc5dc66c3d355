"""The family of a demonstration, and its last four months: it did with the real use cases what families do (NEW-17).

Nothing of it is written by hand: it subscribed, took places, was billed and paid at moments that are past now, and the
clocks ran in between. So all that the portal says of it is what it would say of a family that lived so.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.clients.opening import Opening, open_account
from chalicelib.data import keys
from chalicelib.enrolments import enrolling
from chalicelib.enrolments.places import keep_places
from chalicelib.growing.domain import next_look
from chalicelib.households import service as households
from chalicelib.households.domain import Person
from chalicelib.identity import store as identity
from chalicelib.memberships import service as memberships
from chalicelib.memberships.domain import Allowed, Plan, PlanKind
from chalicelib.memberships.service import SubscriptionRequest
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.recurring.domain import Frequency
from chalicelib.schedule import classes
from chalicelib.schedule.classes import Staff
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import local_day
from chalicelib.viewing import clockwork

LIVED = timedelta(days=120)
"""How long the family has been a client when it is made."""
_AHEAD_WEEKS = 30
_MONTH = timedelta(days=30)
_PLAN = "demo-plan"
_PRICE, _CLASS_PRICE = 4500, 24000
"""Minor units."""
_YOUNGER, _ELDER = ("Camille", 40), ("Léo", 320)
"""First name, and days since the last birthday."""
_AGE_OF_YOUNGER = 9
_TITLES = {"en": "Dance", "fr": "Danse", "ru": "Танцы"}
_PLAN_TITLES = {"en": "Plan", "fr": "Forfait", "ru": "Абонемент"}


@frozen
class Family(Frozen):
    """Who and what was made."""

    household: str
    user: str
    people: tuple[str, ...]
    classes: tuple[str, ...]

    def partitions(self, org: str) -> Iterable[str]:
        """Where all work about the family waits."""
        yield keys.household_partition(org, self.household)
        yield from (keys.person_partition(org, person) for person in self.people)
        yield from (keys.class_group(org, group).pk for group in self.classes)
        yield keys.meetings_partition(org, "")


def make(organisation: Organisation, now: datetime) -> Family:
    """A family that has been a client for four months. Raises Conflict, Unavailable."""
    org, then = organisation.slug, now - LIVED
    opening = Opening("Alex", "Martin", f"alex.martin+{new_id()[:8]}@example.com", language=organisation.language)
    household = open_account(organisation, opening, then)
    [user] = identity.list_household(org, household)
    grows_up = organisation.growing.own_sign_in - 1  # with the next birthday, which the clock can be moved to
    children = ((*_YOUNGER, _AGE_OF_YOUNGER), (*_ELDER, grows_up))
    people = tuple(_add(organisation, household, child, now, then) for child in children)
    group = _class(organisation, then) if organisation.uses(Module.CLASSES) else ""
    family = Family(household, user.id, people, (group,) if group else ())
    if group:
        _enrol(organisation, family, then + timedelta(days=1))
    if organisation.uses(Module.INVOICES):
        _subscribe(organisation, family, then + timedelta(days=2))
    _live(organisation, family, then, now)
    return family


def _add(organisation: Organisation, household: str, child: tuple[str, int, int], now: datetime, then: datetime) -> str:
    first_name, days, years = child
    birthday = local_day(now, organisation.zone) - timedelta(days=days)
    born = birthday.replace(year=birthday.year - years, day=min(birthday.day, 28))
    looked_on = next_look(born, organisation.growing, local_day(then, organisation.zone))
    person = Person(new_id(), first_name, "Martin", born, households=(household,), looked_on=looked_on)
    summary = households.require_summary(organisation.slug, household)
    return households.add_member(organisation.slug, summary, person, then)


def _class(organisation: Organisation, then: datetime) -> str:
    """A class that meets once a week from before the family came until long after."""
    begins = then.replace(hour=16, minute=0, second=0) + timedelta(days=3)
    weeks = (begins + timedelta(weeks=week) for week in range(LIVED.days // 7 + _AHEAD_WEEKS))
    meetings = tuple(Occurrence(new_id(), at, at + timedelta(hours=1)) for at in weeks)
    titles = {language: _TITLES[language] for language in organisation.languages if language in _TITLES}
    group = ClassGroup(
        new_id(), titles or _TITLES, instructor="Ann Lee", occurrences=meetings, price_minor=_CLASS_PRICE, open=True
    )
    return classes.create(Staff(organisation.slug, then), group).group.id


def _enrol(organisation: Organisation, family: Family, now: datetime) -> None:
    """The younger child takes a place, as the family would do it on the page."""
    [group] = family.classes
    place = enrolling.hold(organisation, family.household, family.people[0], group, now)
    wanted = keep_places(organisation, family.household, now, enrolling.basket)
    enrolling.confirm(organisation, family.household, [place.id], wanted.digest, now)


def _subscribe(organisation: Organisation, family: Family, now: datetime) -> None:
    plan = Plan(
        _PLAN, _PLAN_TITLES, PlanKind.PLAN, _PRICE, organisation.currency, Frequency.MONTHLY,
        allowed=Allowed(cancel=True), has_card=True,
    )  # fmt: skip
    memberships.save_plan(organisation.slug, plan)
    since = local_day(now, organisation.zone)
    request = SubscriptionRequest(_PLAN, since, family.people[1])
    memberships.create(organisation, family.household, request, now)


def _live(organisation: Organisation, family: Family, then: datetime, now: datetime) -> None:
    """Month by month the clocks run, and the family pays what is open; the last month's is not paid yet."""
    while then < now:
        until = min(then + _MONTH, now)
        clockwork.run(lambda: family.partitions(organisation.slug), then, until)
        if until < now:
            _pay(organisation, family, until)
        then = until


def _pay(organisation: Organisation, family: Family, now: datetime) -> None:
    summary = households.require_summary(organisation.slug, family.household)
    received = Received(0, "transfer", local_day(now, organisation.zone))
    for row in summary.unpaid:
        desk.mark_paid(organisation, family.household, row.id, received, now)
