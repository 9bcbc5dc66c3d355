"""Releasing slips, amending and cancelling them: what a family was given stays beside what takes its place (X-12).

A slip is made of the ledger as it is at that moment: whoever pays or gives back meanwhile writes the same summary, so
one of the two begins again. Nothing is made while the year still runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from chalicelib.billing.books import Books, keep
from chalicelib.data.outbox import Notice
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.slips import store
from chalicelib.slips.domain import Content, Slip, SlipFile, SlipStatus, Standing, State
from chalicelib.slips.gathering import look
from chalicelib.slips.listing import list_again
from chalicelib.slips.standing import Season, restated

T = TypeVar("T")

MOST_AT_ONCE = 10
"""Children of a household whose slips are made in one transaction; a larger family takes several."""


class Desk(NamedTuple):
    """Who of the staff works on which tax year of which household, and when."""

    organisation: Organisation
    season: Season
    household: str
    user: str
    name: str
    now: datetime


def release(desk: Desk, child: str = "") -> int:
    """Makes the slips of all children that are ready, and tells the family; returns how many.

    Of one `child` they are made also where they were cancelled before, for somebody wants them anew. Raises NotFound,
    Conflict while the year still runs.
    """

    def work(act: _Act) -> int:
        if child:
            act.find(child)
        wanted = (State.READY, State.CANCELLED) if child else (State.READY,)
        ready = [each for each in act.found if each.state in wanted and each.child == (child or each.child)]
        for standing in ready[:MOST_AT_ONCE]:
            for content in standing.contents:
                act.make(content)
        return act.finish("released")

    return _do(desk, work)


def amend(desk: Desk, child: str, reason: str) -> int:
    """Puts new slips in the place of those that tell something else by now; returns how many were made or cancelled.

    A parent who claims nothing any more has the slip cancelled. Raises NotFound, Conflict where nothing changed.
    """

    def work(act: _Act) -> int:
        standing = act.find(child)
        if standing.state is not State.CHANGED:
            raise Conflict(say("The slips of this child tell what is true: there is nothing to amend."))
        current = {slip.content.parent: slip for slip in standing.slips if slip.status is SlipStatus.RELEASED}
        for content in standing.contents:
            old = current.pop(content.parent, None)
            if old is None or old.content != content:
                act.make(content, old, reason)
        for old in current.values():
            act.end(old, SlipStatus.CANCELLED, reason)
        return act.finish("amended")

    return _do(desk, work)


def cancel(desk: Desk, slip_id: str, reason: str) -> None:
    """Takes a slip back; it stays, marked. Doing so again changes nothing. Raises NotFound, Conflict."""

    def work(act: _Act) -> None:
        slip = next((slip for each in act.found for slip in each.slips if slip.id == slip_id), None)
        if slip is None:
            raise NotFound
        if slip.status is SlipStatus.AMENDED:
            raise Conflict(say("This slip was amended. Cancel the one that took its place."))
        if slip.status is SlipStatus.RELEASED:
            act.end(slip, SlipStatus.CANCELLED, reason)
            act.finish("cancelled")

    _do(desk, work)


def relist(desk: Desk) -> None:
    """Brings the household's rows in the staff's list to where its children stand by now. Raises NotFound, Conflict."""
    _do(desk, lambda act: act.list_again(), running=True)


def relist_all(desk: Desk, file: SlipFile) -> None:
    """Does so for every year in which the staff's list has the household, after it told something.

    Where somebody else is at it, the list stays behind until the families are looked through again.
    """
    for year in file.listed:
        try:
            relist(desk._replace(season=desk.season._replace(year=int(year))))
        except Conflict:
            continue


def _do(desk: Desk, work: "Callable[[_Act], T]", *, running: bool = False) -> T:
    if not running and desk.season.year >= local_day(desk.now, desk.organisation.zone).year:
        raise Conflict(say("Slips are made when the year is over."))
    return keep(desk.organisation, desk.household, desk.now, lambda books: work(_Act(desk, books)))


class _Act:
    """One act on the slips of a household: what it makes and ends is written together with the family's books."""

    def __init__(self, desk: Desk, books: Books) -> None:
        self._desk = desk
        self._books = books
        self._file = store.get_file(books.org, books.household)
        self._made: list[tuple[Content, Slip | None, str]] = []
        self._ended: list[Slip] = []
        self.found = look(books.org, desk.season, books.summary, self._file)

    def find(self, child: str) -> Standing:
        """Where a child stands. Raises NotFound for one who has nothing to do with this year."""
        found = next((each for each in self.found if each.child == child), None)
        if found is None:
            raise NotFound
        return found

    def make(self, content: Content, instead_of: Slip | None = None, reason: str = "") -> None:
        """Has a slip made, perhaps in the place of another."""
        self._made.append((content, instead_of, reason))

    def end(self, slip: Slip, status: SlipStatus, reason: str, *, replaced_by: str = "") -> None:
        """Marks a slip that holds no more."""
        self._ended.append(
            replace(slip, status=status, reason=reason, replaced_by=replaced_by, ended_at=self._desk.now)
        )

    def finish(self, act: str) -> int:
        """Writes what was made and ended, and tells the family; returns how many slips were made, or only ended."""
        made = self._numbered()
        for slip in (*made, *self._ended):
            store.save_slip(self._books.transaction, self._books.org, slip)
        self._restate(made)
        if made or self._ended:
            self._tell(act, made or self._ended)
        self.list_again()
        return len(made) + len(self._ended) - sum(bool(old) for _, old, _ in self._made)

    def list_again(self) -> None:
        """Brings the staff's list to where the children stand."""
        books = self._books
        if self.found:
            books.hold("slip")
        list_again(books.transaction, books.org, self._desk.season.year, books.summary, self._file, self.found)

    def _numbered(self) -> list[Slip]:
        desk, books = self._desk, self._books
        if not self._made:
            return []
        year, rules = desk.season.year, desk.season.rules
        household = households.get_household(books.org, books.household)
        to_print = not (household and household.email)
        numbers = store.take_numbers(books.transaction, books.org, year, len(self._made))
        made = []
        for number, (content, old, reason) in zip(numbers, self._made, strict=True):
            if old:
                self.end(old, SlipStatus.AMENDED, reason, replaced_by=number)
            made.append(
                Slip(
                    dated_id(date(year, 12, 31)), books.household, rules.kind, year, number, rules.currency, content,
                    desk.now, desk.name, replaces=old.number if old else "", to_print=to_print,
                )
            )  # fmt: skip
        return made

    def _restate(self, made: Sequence[Slip]) -> None:
        ended = {slip.id: slip for slip in self._ended}
        self.found = [
            restated(
                each,
                [
                    *(slip for slip in made if slip.content.child == each.child),
                    *(ended.get(slip.id, slip) for slip in each.slips),
                ],
            )
            for each in self.found
        ]

    def _tell(self, act: str, slips: Sequence[Slip]) -> None:
        """A message to the family, a line in its log, and for what is new a place among its news."""
        books, year = self._books, self._desk.season.year
        facts = {"act": act, "year": year, "kind": self._desk.season.rules.kind.value, "n": len(slips)}
        books.tell(Notice("slips", "", facts, household=books.household))
        deed = Deed(f"slips_{act}", books.now, self._desk.user, {"label": str(year)})
        note(books.transaction, books.org, books.household, deed)
        if act != "cancelled":
            books.news("slip", slips[0].id, str(year))
