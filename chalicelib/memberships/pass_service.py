"""What is done with passes: made when bought, used at the door, taken back (SUB-4, X-11).

A use is one transaction over the version that was read: however many are at the door at once, a card with ten uses
lets in ten.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.memberships import cards, pass_store, passes
from chalicelib.memberships.passes import Pass, Use
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import Texts, in_language


class PassTerms(NamedTuple):
    """What a pass lets its owner do, as it is sold."""

    uses: int = 0
    """0: as often as they come."""
    days: int = 0
    """0: for good."""
    from_first_use: bool = False


def make(books: Books, title: Texts, product: str, terms: PassTerms, member: str, invoice: str, after: date) -> Pass:
    """A new pass with its card. One that begins with a day begins after `after`, so that it follows an older one."""
    pass_id = dated_id(books.today)
    fresh = Pass(
        id=pass_id,
        household=books.household,
        title=title,
        product=product,
        bought_at=books.now,
        bought_on=books.today,
        card=cards.issue(books.transaction, books.org, books.household, pass_id),
        uses=terms.uses,
        days=terms.days,
        member=member,
        from_first_use=terms.from_first_use,
        invoice=invoice,
    )
    if not terms.from_first_use:
        fresh = passes.begun(fresh, max(books.today, after + timedelta(days=1)))
    pass_store.save(books.transaction, books.org, fresh)
    books.hold("pass")
    books.hold("card")
    return fresh


def use(organisation: Organisation, household: str, pass_id: str, wanted: Use, who: Who, now: datetime) -> Pass:
    """Counts a visit; the same one again changes nothing. Raises NotFound, Conflict where the pass is not good."""

    def change(before: Pass, today: date) -> Pass:
        return passes.used(before, wanted._replace(at=now, by=who.name), today)

    return _change(organisation, household, pass_id, now, change, "pass_used", who)


def take_back(organisation: Organisation, household: str, pass_id: str, use_id: str, who: Who, now: datetime) -> Pass:
    """Takes a visit back that was counted in error; again it changes nothing. Raises NotFound, Conflict."""

    def change(before: Pass, _today: date) -> Pass:
        return passes.taken_back(before, use_id, who.name)

    return _change(organisation, household, pass_id, now, change, "pass_use_undone", who)


def give_back(books: Books, pass_id: str) -> Pass:
    """Ends a pass that nobody came in on, when what was paid for it is given back. Raises NotFound, Conflict."""
    ended = passes.cancelled(_require(books, pass_id))
    pass_store.save(books.transaction, books.org, ended)
    return ended


def _change(
    organisation: Organisation,
    household: str,
    pass_id: str,
    now: datetime,
    change: Callable[[Pass, date], Pass],
    deed: str,
    who: Who,
) -> Pass:
    def work(books: Books) -> Pass:
        before = _require(books, pass_id)
        after = change(before, books.today)
        if after != before:
            pass_store.save(books.transaction, books.org, after)
            label = in_language(after.title, organisation.language)
            activity.note(books.transaction, books.org, household, Deed(deed, now, who.user, {"label": label}))
        return after

    return keep(organisation, household, now, work)


def _require(books: Books, pass_id: str) -> Pass:
    found = pass_store.get(books.org, books.household, pass_id)
    if found is None:
        raise NotFound
    return found
