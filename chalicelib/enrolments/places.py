"""Places in classes while a use case works on them, together with the books of the household it is for.

Classes, rolls and enrolments are read once and strongly, changed any number of times, and written in the
transaction of the books, each under its version. Two use cases that meet over one class or one household take
turns; the later one starts again and decides on what is true then. So the last seat goes to exactly one, and
what is given back is given back once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial, reduce
from typing import TypeVar

from chalicelib.billing import bought
from chalicelib.billing.books import Books, keep
from chalicelib.data.write import ConditionFailed
from chalicelib.enrolments import right_store
from chalicelib.enrolments.buying import line_of
from chalicelib.enrolments.rights import Right, right_row
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.households.summary import Summary
from chalicelib.households.summing import with_enrolment, with_news, with_right, without_enrolment, without_news
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, Occurrence
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.summing import away_rows, enrolment_news, enrolment_row
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import in_language

T = TypeVar("T")


class Places:
    """What a use case knows and changes of classes, rolls and enrolments."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._groups: dict[str, ClassGroup] = {}
        self._rolls: dict[str, Roll] = {}
        self._stored_rolls: dict[str, Roll] = {}
        self._enrolments: dict[str, Enrolment] = {}
        self._stored: dict[str, Enrolment] = {}
        self._rights: dict[str, Right | None] = {}
        self._stored_rights: dict[str, Right] = {}
        self._dropped: dict[str, Enrolment] = {}
        self._persons: dict[str, Person] = {}

    @property
    def now(self) -> datetime:
        """The moment of the use case."""
        return self.books.now

    @property
    def zone(self) -> str:
        """The organisation's zone."""
        return self.books.organisation.zone

    def load(self, class_ids: Iterable[str]) -> None:
        """Reads several classes with their rolls in one round trip."""
        missing = [one for one in class_ids if one not in self._groups]
        if missing:
            groups, rolls = store.get_classes_and_rolls(self.books.org, missing)
            self._groups |= groups
            self._rolls |= rolls
            self._stored_rolls |= rolls

    def group(self, class_id: str) -> ClassGroup:
        """A class group. Raises NotFound."""
        self.load([class_id])
        return _found(self._groups.get(class_id))

    def meeting(self, class_id: str, meeting_id: str) -> Occurrence:
        """A meeting of a class. Raises NotFound."""
        return _found(self.group(class_id).meeting(meeting_id))

    def roll(self, class_id: str) -> Roll:
        """The roll of a class as it stands by now. Raises NotFound when there is no such class."""
        self.group(class_id)
        return self._rolls[class_id]

    def put_roll(self, roll: Roll) -> None:
        """Sets how a roll shall be."""
        self._rolls[roll.class_group] = roll

    def enrolment(self, person: str, enrolment_id: str) -> Enrolment:
        """An enrolment as it stands by now. Raises NotFound."""
        if enrolment_id not in self._enrolments:
            found = _found(store.get_enrolment(self.books.org, person, enrolment_id))
            self._stored[enrolment_id] = self._enrolments[enrolment_id] = found
        return self._enrolments[enrolment_id]

    def put(self, enrolment: Enrolment) -> None:
        """Sets how an enrolment shall be: one that was read, or a new one."""
        self._enrolments[enrolment.id] = enrolment

    def drop(self, enrolment: Enrolment) -> None:
        """Has an enrolment vanish that was never taken: a hold that is over."""
        self._enrolments.pop(enrolment.id, None)
        self._dropped[enrolment.id] = enrolment

    def right(self, person: str, right_id: str) -> Right:
        """A right to make up as it stands by now. Raises NotFound."""
        if right_id not in self._rights:
            found = _found(right_store.get_right(self.books.org, person, right_id))
            self._rights[right_id] = self._stored_rights[right_id] = found
        return _found(self._rights[right_id])

    def put_right(self, right: Right) -> None:
        """Sets how a right shall be: one that was read, or a new one."""
        self._rights[right.id] = right

    def drop_right(self, right: Right) -> None:
        """Has a right vanish: what it was given for did not come to pass."""
        self._rights[right.id] = None

    def note(self, kind: str, enrolment: Enrolment) -> None:
        """Writes into the family's log what is done about a place: whose, and in which class (NEW-11)."""
        title = in_language(self.group(enrolment.class_group).title, self.books.organisation.language)
        self.books.note(kind, title, member=self.person(enrolment.person).first_name)

    def is_overtaken(self) -> bool:
        """Whether the household was changed since the books were opened: what was read may not belong together."""
        stored = households.get_summaries(self.books.org, (self.books.household,)).get(self.books.household)
        return stored is None or stored.version != self.books.summary.version

    def write(self) -> None:
        """Adds all changes to the books' transaction; the books write them. A roll is decided on with its class."""
        transaction, org = self.books.transaction, self.books.org
        for class_id, roll in self._rolls.items():
            if roll != self._stored_rolls[class_id]:
                store.save_roll(transaction, org, roll)
                store.check_class(transaction, org, self._groups[class_id])
        changed = [each for each in self._enrolments.values() if each != self._stored.get(each.id)]
        for enrolment in changed:
            store.save_enrolment(transaction, org, enrolment)
        for enrolment in self._gone():
            store.delete_enrolment(transaction, org, enrolment)
        self._write_rights()
        self._note_bought(changed)
        self._tell_homes(changed)

    def _note_bought(self, changed: Iterable[Enrolment]) -> None:
        """Keeps the list of what the household bought and gave back (PUR-1, SCH-12)."""
        for enrolment in changed:
            if enrolment.household == self.books.household:
                title = self.group(enrolment.class_group).title
                line = line_of(self.books, self._stored.get(enrolment.id), enrolment, title)
                bought.note(self.books, *([line] if line else ()))

    def _gone(self) -> list[Enrolment]:
        """Enrolments that were stored and shall not be any more."""
        return [self._stored[each] for each in self._dropped if each in self._stored]

    def _write_rights(self) -> None:
        for right_id, right in self._rights.items():
            stored = self._stored_rights.get(right_id)
            if right is None and stored:
                right_store.delete_right(self.books.transaction, self.books.org, stored, self.zone)
            elif right and right != stored:
                right_store.save_right(self.books.transaction, self.books.org, right, self.zone)

    def _tell_homes(self, changed: Iterable[Enrolment]) -> None:
        """Keeps the summary of each home that a member belongs to."""
        homes: dict[str, list[_Change]] = {}
        for person, change in self._changes(changed):
            for home in self.person(person).households:
                homes.setdefault(home, []).append(change)
        open_books = {self.books.household: self.books, **self.books.others}
        others = tuple(home for home in homes if home not in open_books)
        stored: Mapping[str, Summary] = households.get_summaries(self.books.org, others) if others else {}
        for home, changes in homes.items():
            if home in open_books:
                open_books[home].amend(_summed(open_books[home].summary, changes))
            elif home in stored:
                summary = _summed(stored[home], changes)
                households.save_summary(self.books.transaction, self.books.org, summary, name=f"summary {home}")

    def person(self, person_id: str) -> Person:
        """A person. One strong read the first time. Raises NotFound."""
        if person_id not in self._persons:
            self._persons[person_id] = _found(households.get_person(self.books.org, person_id))
        return self._persons[person_id]

    def _changes(self, changed: Iterable[Enrolment]) -> Iterable["tuple[str, _Change]"]:
        """What the summaries of a person's homes take from this use case."""
        for enrolment in changed:
            yield enrolment.person, partial(self._with_enrolment, enrolment)
        for enrolment in self._gone():
            yield enrolment.person, partial(without_enrolment, enrolment=enrolment.id)
        for right_id, right in self._rights.items():
            stored = self._stored_rights.get(right_id)
            if right != stored and (known := right or stored):
                yield known.person, partial(with_right, right=right_id, row=right_row(right) if right else None)

    def _with_enrolment(self, enrolment: Enrolment, summary: Summary) -> Summary:
        away = away_rows(enrolment, self.group(enrolment.class_group), self.zone, self.now)
        summary = with_enrolment(summary, enrolment_row(enrolment), away)
        news = enrolment_news(enrolment)
        summary = without_news(summary, "enrolment", enrolment.id)
        return with_news(summary, news, self.now) if news else summary


def keep_places(organisation: Organisation, household: str, now: datetime, work: Callable[[Places], T]) -> T:
    """Does `work` on places and books of a household and commits it, from the start when somebody was quicker.

    `work` reads all that it goes by through the places. Raises Conflict, NotFound, Unavailable, and what `work` does.
    """

    def all_of_it(books: Books) -> T:
        places = Places(books)
        try:
            result = work(places)
        except Conflict as refused:
            if places.is_overtaken():
                raise ConditionFailed(frozenset({"summary"})) from refused
            raise
        places.write()
        return result

    return keep(organisation, household, now, all_of_it)


_Change = Callable[[Summary], Summary]
"""What a use case changes in the summary of a home."""


def _summed(summary: Summary, changes: Iterable[_Change]) -> Summary:
    return reduce(lambda so_far, change: change(so_far), changes, summary)


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound
    return thing
