"""What staff find a household by, and what they see of it in a list."""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User, email_identifier
from chalicelib.shared.contacts import digits_of
from chalicelib.shared.folding import LEAST, fold, number_words, words_of
from chalicelib.shared.frozen import Frozen, frozen


@frozen
class Client(Frozen):
    """A household as the list of all clients has it."""

    household: str
    name: str
    number: str
    members: tuple[str, ...]
    """Names of its members."""
    users: tuple[str, ...]
    """Names of those who sign in."""
    archived: bool
    words: frozenset[str]
    """Folded words that lead to it."""
    marks: frozenset[str] = frozenset()
    """What hardly any two families have in common: telephone numbers, addresses, names with a day of birth."""

    def shares(self, other: "Client") -> frozenset[str]:
        """What both have in common: of `phone`, `email` and `person`. Two homes of one member share nothing (NEW-2)."""
        kinds = frozenset(mark.partition(":")[0] for mark in self.marks & other.marks)
        return frozenset() if _MEMBER in kinds else kinds


_MEMBER = "member"
_PERSON = "person"
_NAME_COUNTS = 30
"""Characters of a name before a day of birth, so that both fit into a word."""


def client_of(household: Household, summary: Summary, people: Sequence[Person], users: Sequence[User]) -> Client:
    """What the list of all clients says of a household with its members, former ones too, and its users."""
    return Client(
        household.id,
        summary.name,
        summary.number,
        tuple(row.name for row in summary.members),
        tuple(user.name for user in users),
        summary.archived,
        frozenset(_words(household, summary, people, users)),
        frozenset() if summary.archived else frozenset(_marks(household, people, users)),
    )


def _marks(household: Household, people: Sequence[Person], users: Sequence[User]) -> Iterator[str]:
    phones = (household.phone, *(each.phone for each in people), *(each.mobile for each in users))
    emails = (household.email, *(each.email for each in people), *(each.email for each in users))
    yield from (f"phone:{phone}" for phone in phones if phone)
    yield from (email_identifier(email) for email in emails if email)
    for person in people:
        if person.birth_date:
            yield f"{_PERSON}:{_born_word(person)}"
        if len({*person.households, *person.archived_in}) > 1:
            yield f"{_MEMBER}:{person.id}"


def _born_word(person: Person) -> str:
    """Name and day of birth as one word; "" for whoever has no day on file."""
    name = fold(person.first_name + person.last_name)[:_NAME_COUNTS]
    return f"{name}{person.birth_date:%Y%m%d}" if person.birth_date else ""


def word_of(mark: str) -> str:
    """The word that leads to the households with a mark; "" where none does."""
    kind, _, told = mark.partition(":")
    return "" if kind == _MEMBER else told if kind == _PERSON else fold(told)


def _words(household: Household, summary: Summary, people: Sequence[Person], users: Sequence[User]) -> set[str]:
    found = words_of(summary.name) | number_words(summary.number)
    if is_erased(summary):
        return found
    address = household.address
    found |= words_of(f"{address.street} {address.city}") | number_words(address.postcode)
    found |= _reached_by([household.email], [household.phone])
    for person in people:
        found |= _name_words(person.first_name, person.last_name) | _reached_by([person.email], [person.phone])
        found |= {_born_word(person)} - {""}
    for user in users:
        first, _, last = user.name.partition(" ")
        found |= _name_words(first, last) | _reached_by([user.email], [user.mobile])
    return found


def is_erased(summary: Summary) -> bool:
    """Whether the family was deleted and only what the law keeps is left: it is found by its number alone (NEW-12)."""
    return summary.archived and summary.name == summary.number


def _name_words(first: str, last: str) -> set[str]:
    """A name's words, and both together in either order: of two frequent names, few people have both."""
    together = {fold(first + last), fold(last + first)} if first and last else set()
    return words_of(f"{first} {last}") | together


def _reached_by(emails: Iterable[str], phones: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for email in filter(None, emails):
        local = email.rpartition("@")[0]
        found |= {fold(email)} | words_of(local)
    for phone in filter(None, phones):
        found |= digits_of(phone)
    return {word for word in found if len(word) >= LEAST}
