"""Whom on file somebody may be, by what he or she told. That finds a candidate and proves nothing (C6, ACC-5).

The staff's index of clients finds households; what is the same is then looked up in the records themselves.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.clients import store as clients
from chalicelib.data import keys, read
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.households.models import HouseholdItem
from chalicelib.households.summary import Summary
from chalicelib.identity import addresses
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User, UserStatus, email_identifier
from chalicelib.joining.domain import Asked, Likeness, Wish
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.folding import LEAST, fold
from chalicelib.shared.times import local_day

_MOST = 25
"""Households that may have a word in common; a telephone number or address that so many have is nobody's."""


class Home(NamedTuple):
    """A household with what people of it can be known by."""

    household: Household
    summary: Summary
    people: Sequence[Person]
    users: Sequence[User]

    @property
    def phones(self) -> set[str]:
        """Every telephone number on file."""
        numbers = (self.household.phone, *(each.phone for each in self.people), *(each.mobile for each in self.users))
        return set(filter(None, numbers))

    def proving(self, today: date) -> set[str]:
        """Numbers whose owner may let somebody in: the household's own, and those of its holder and guardians.

        What is on file for anybody else, such as a child, a delegate or who was suspended, proves nothing (C5, C6).
        """
        numbers = {user.mobile for user in self.users if _lets_in(user, self.household.id, today)}
        return {self.household.phone, *numbers} - {""}

    @property
    def emails(self) -> set[str]:
        """Every address on file, as addresses are compared."""
        told = (self.household.email, *(each.email for each in self.people), *(each.email for each in self.users))
        return {email_identifier(email) for email in told if email}


def _lets_in(user: User, household: str, today: date) -> bool:
    link = user.link(household)
    return user.status is UserStatus.ACTIVE and link is not None and link.role.may_edit and link.is_open(today)


def likenesses(organisation: Organisation, asked: Asked) -> list[Likeness]:
    """Households that what was told may mean, what fits best first."""
    found = homes_of(organisation.slug, homes_by(organisation.slug, words_of_asked(asked)))
    alike = [Likeness(home.household.id, home.summary.name, home.summary.number, alikes(home, asked)) for home in found]
    return sorted((each for each in alike if each.by), key=lambda each: (-len(each.by), each.name, each.household))


def the_one(organisation: Organisation, asked: Asked, now: datetime) -> Home | None:
    """The one household that all three fit by a number that proves it, or None: of two, the staff say (ACC-5)."""
    org, today = organisation.slug, local_day(now, organisation.zone)
    found = homes_of(org, homes_by(org, [fold(asked.phone)]))
    known = (home for home in found if asked.phone in home.proving(today))
    fitting = [home for home in known if {"born", "last_name"} <= alikes(home, asked)]
    return fitting[0] if len(fitting) == 1 else None


def address_on_file(organisation: Organisation, asked: Asked, now: datetime) -> str:
    """Where a code goes that only who is on file can read: the number, if it can be texted to, or else the household's
    own address; "" where nobody is meant, or more than one.
    """
    home = the_one(organisation, asked, now)
    if home is None:
        return ""
    if addresses.may_be_texted(asked.phone, organisation.text_countries):
        return asked.phone
    return home.household.email


def words_of_asked(asked: Asked) -> list[str]:
    """By what a household is looked for: the number, the address, and the name of who asks."""
    return [fold(asked.phone), fold(asked.email), fold(asked.first_name + asked.last_name)]


def homes_by(org: str, words: Iterable[str]) -> set[str]:
    """Ids of households that one of the words leads to as a whole. One round trip for each word."""
    return {home for word in set(words) if len(word) >= LEAST for home in clients.homes_by(org, word, _MOST)}


def homes_of(org: str, household_ids: Iterable[str]) -> list[Home]:
    """The households that are in use, with their people; strongly read, four round trips and two for each."""
    wanted = sorted(household_ids)
    stored = read.many(HouseholdItem, [keys.household(org, each) for each in wanted]) if wanted else {}
    summaries = households.get_summaries(org, tuple(wanted)) if wanted else {}
    found = []
    for household in map(households.household_from, stored.values()):
        summary = summaries.get(household.id)
        if summary and not summary.archived:
            people = households.get_persons(org, [row.id for row in summary.members]) if summary.members else {}
            users = identity.list_household(org, household.id)
            found.append(Home(household, summary, list(people.values()), users))
    return found


def alikes(home: Home, asked: Asked) -> frozenset[str]:
    """What is as it is on file. Day of birth and last name are those of one person."""
    last_name = asked.member_last_name if asked.wish is Wish.MATCH else asked.last_name
    same = {"phone"} if asked.phone in home.phones else set()
    if asked.email and email_identifier(asked.email) in home.emails:
        same.add("email")
    by_person = [_alikes_of(person, asked, last_name) for person in home.people]
    return frozenset(same | max(by_person, key=len, default=set()))


def _alikes_of(person: Person, asked: Asked, last_name: str) -> set[str]:
    born = {"born"} if asked.born and person.birth_date == asked.born else set()
    return born | ({"last_name"} if last_name and fold(person.last_name) == fold(last_name) else set())
