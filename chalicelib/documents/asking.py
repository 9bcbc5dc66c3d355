"""Papers that the organisation asks a household for: asking, sending, looking at what came, giving up (DOC-1).

Each is one transaction with the household's summary, which names what is waited for.
"""

from datetime import date, datetime
from typing import NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.data.outbox import Notice
from chalicelib.documents import domain, store
from chalicelib.documents.domain import Sent, Wanted
from chalicelib.documents.service import HOLDS, keeps_alone
from chalicelib.files import keeping
from chalicelib.households.summary import WantedRow
from chalicelib.households.summing import with_wanted, without_news
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import day_begins, to_iso
from chalicelib.web.uploads import Upload

NEWS = "wanted"


class Asking(NamedTuple):
    """What is asked for."""

    title: str
    note: str = ""
    member: str = ""
    due_on: date | None = None


def ask(organisation: Organisation, household: str, asking: Asking, by: str, now: datetime) -> str:
    """Asks a household for a paper; it is told. Returns the request's id. Raises NotFound, Conflict."""

    def work(books: Books) -> Wanted:
        wanted = Wanted(
            dated_id(books.today), household, asking.title, now, by, asking.note, asking.member, asking.due_on
        )
        books.note("paper_wanted", wanted.title, of=wanted.member)
        return _written(books, None, wanted)

    return keep(organisation, household, now, work).id


def answer(
    organisation: Organisation, household: str, wanted_id: str, upload: Upload | None, by: str, now: datetime
) -> None:
    """Sends a file for a request. Raises NotFound, Conflict when it is not asked for any more, Invalid."""
    org = organisation.slug
    keeping.check(upload)
    domain.require_taking(_found(org, household, wanted_id))
    file = keeping.keep(org, household, upload)

    def work(books: Books) -> Wanted:
        before = _found(books.org, household, wanted_id)
        books.note("paper_sent", before.title, of=before.member)
        return _written(books, before, domain.answered(before, Sent(file, now, by)))

    keep(organisation, household, now, work)


def decide(organisation: Organisation, household: str, wanted_id: str, reason: str, by: str, now: datetime) -> None:
    """Accepts what was sent, or with a `reason` asks anew; the household is told. Raises NotFound, Conflict."""

    def work(books: Books) -> Wanted:
        before = _found(books.org, household, wanted_id)
        books.note("paper_rejected" if reason else "paper_accepted", before.title, of=before.member)
        return _written(books, before, domain.decided(before, reason, by, now))

    keep(organisation, household, now, work)


def give_up(organisation: Organisation, household: str, wanted_id: str, by: str, now: datetime) -> None:
    """Says that a paper is not needed any more. Raises NotFound, Conflict."""

    def work(books: Books) -> Wanted:
        before = _found(books.org, household, wanted_id)
        books.note("paper_withdrawn", before.title, of=before.member)
        return _written(books, before, domain.given_up(before, by, now))

    keep(organisation, household, now, work)


def _written(books: Books, before: Wanted | None, after: Wanted) -> Wanted:
    """Writes a request as it stands now, and has summary, news and mails say so."""
    store.save_wanted(books.transaction, books.org, before, after, books.summary.name)
    books.hold(HOLDS)
    books.amend(with_wanted(books.summary, after.id, row_of(after)))
    if not after.state.waits_for_family:
        books.amend(without_news(books.summary, NEWS, after.id))
        return after
    told = not keeps_alone(books.summary, after.member)
    if told:
        books.news(NEWS, after.id, after.title)
    facts = {
        "wanted": after.id,
        "title": after.title if told else "",
        "reason": after.reason if told else "",
        "is_again": bool(after.reason),
    }
    if after.due_on:
        facts["due_at"] = to_iso(day_begins(after.due_on, books.organisation.zone))
    books.tell(Notice("document_wanted", "", facts, household=books.household))
    return after


def row_of(wanted: Wanted) -> WantedRow | None:
    """The row of the summary; None when nothing is waited for."""
    if not wanted.state.waits_for_family:
        return None
    return WantedRow(wanted.id, wanted.title, wanted.member, wanted.due_on)


def _found(org: str, household: str, wanted_id: str) -> Wanted:
    wanted = store.get_wanted(org, household, wanted_id)
    if wanted is None:
        raise NotFound
    return wanted
