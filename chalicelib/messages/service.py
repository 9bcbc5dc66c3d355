"""What is done with threads: beginning one, answering, opening, assigning, closing (MSG-1, NEW-16).

Each use case is one transaction with the household's summary, which counts what is unread. The other side is told by
mail through the outbox; the mail says as little of what was written as the organisation wants.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.data import read
from chalicelib.data.items import Item
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.identity.domain import User
from chalicelib.messages import domain, store
from chalicelib.messages.domain import About, Author, Side, Thread, ThreadState, Words
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.ids import dated_id

HOLDS = "thread"
"""How the summary calls that a household has threads."""
NEWS = "message"
_REPLY_BYTES = 10
"""80 random bits: sixteen letters, so that the longest slug and the secret fit before the @ of an address."""


class Beginning(NamedTuple):
    """A thread that is to begin."""

    subject: str
    words: Words
    about: About | None = None


def begin(organisation: Organisation, household_id: str, beginning: Beginning, author: Author, now: datetime) -> Thread:
    """A new thread with its first message; the other side is told. Raises NotFound, Conflict."""
    reply = base64.b32encode(secrets.token_bytes(_REPLY_BYTES)).decode().lower()

    def work(books: Books) -> Thread:
        blank = Thread(
            id=dated_id(books.today),
            household=household_id,
            household_name=books.summary.name,
            subject=beginning.subject,
            state=ThreadState.OPEN,
            created_at=now,
            updated_at=now,
            about=beginning.about,
            reply=reply,
        )
        books.hold(HOLDS)
        return _say(books, None, blank, author, beginning.words)

    return keep(organisation, household_id, now, work)


def answer(
    organisation: Organisation,
    household_id: str,
    thread_id: str,
    words: Words,
    author: Author,
    now: datetime,
    *,
    once: Callable[[], Item] | None = None,
) -> Thread:
    """A further message; one of the family opens the thread again. The other side is told.

    `once` makes an item that is written with it and may not be there yet: a mail that comes twice says nothing twice.
    Raises NotFound, Conflict.
    """

    def work(books: Books) -> Thread:
        thread = _required(books, thread_id)
        if once:
            _only_once(books, once())
        return _say(books, thread, thread, author, words)

    return keep(organisation, household_id, now, work)


def _only_once(books: Books, item: Item) -> None:
    """Writes what may be there only once. Raises Conflict where it is there already."""
    if read.one(type(item), item.key):
        raise Conflict
    books.transaction.create("once", item)


def _say(books: Books, before: Thread | None, thread: Thread, author: Author, words: Words) -> Thread:
    said, post = domain.with_post(thread, author, words, books.now, books.summary.name)
    store.save(books.transaction, books.org, before, said)
    store.save_post(books.transaction, books.org, said, post)
    kind = "message_sent" if author.side is Side.FAMILY else "message_received"
    deed = Deed(kind, books.now, author.user, {"label": said.subject})
    activity.note(books.transaction, books.org, books.household, deed)
    _count(books, said.unread_family - thread.unread_family)
    if author.side is Side.STAFF:
        books.news(NEWS, said.id, said.subject)
    notice = _notice(books, said, author, words) if domain.is_told(before, author, books.now) else None
    if notice:
        books.tell(notice, message=f"thread-{said.id}-{post.number}")
    return said


def _count(books: Books, more: int) -> None:
    """Keeps count of what nobody of the household has opened."""
    books.amend(replace(books.summary, unread=max(0, books.summary.unread + more)))


def _notice(books: Books, thread: Thread, author: Author, words: Words) -> Notice | None:
    """What the other side is told; None where an organisation has no address and nobody took the thread."""
    organisation = books.organisation
    shown = organisation.mail_excerpt
    facts = {
        "thread": thread.id,
        "reply": thread.reply,
        "writer": author.name,
        "subject": thread.subject if shown else "",
        "excerpt": domain.excerpt(words.text, shown),
    }
    if author.side is Side.STAFF:
        return Notice("message", "", facts, household=thread.household)
    told = {**facts, "home": thread.household, "household_name": thread.household_name}
    if thread.assigned:
        return Notice("message_to_desk", thread.assigned, told)
    if not organisation.contact.email:
        return None
    told |= {"name": "", "language": organisation.language}
    return Notice("message_to_desk", "", told, organisation.contact.email)


def opened(organisation: Organisation, thread: Thread, side: Side, now: datetime) -> None:
    """Notes that somebody on one side saw what the other wrote. Never a reason for the page to fail.

    What came since the thread was read stays unread.
    """
    if not thread.unread(side):
        return

    def work(books: Books) -> None:
        stored = _required(books, thread.id)
        if stored.count != thread.count:
            return
        store.save(books.transaction, books.org, stored, domain.read_by(stored, side))
        if side is Side.FAMILY:
            _count(books, -stored.unread_family)

    try:
        keep(organisation, thread.household, now, work)
    except (ConditionFailed, Conflict, NotFound, Unavailable):
        return


def assign(organisation: Organisation, household_id: str, thread_id: str, staff: User | None, now: datetime) -> Thread:
    """Gives a thread to somebody among the staff, or to nobody. Raises NotFound, Conflict."""

    def work(books: Books) -> Thread:
        thread = _required(books, thread_id)
        given = replace(thread, assigned=staff.id if staff else "", assigned_name=staff.name if staff else "")
        store.save(books.transaction, books.org, thread, given)
        return given

    return keep(organisation, household_id, now, work)


def set_state(
    organisation: Organisation, household_id: str, thread_id: str, state: ThreadState, now: datetime
) -> Thread:
    """Closes a thread, or opens it again; said twice it changes nothing. Raises NotFound, Conflict."""

    def work(books: Books) -> Thread:
        thread = _required(books, thread_id)
        changed = replace(thread, state=state)
        if changed != thread:
            store.save(books.transaction, books.org, thread, changed)
        return changed

    return keep(organisation, household_id, now, work)


def require(org: str, household_id: str, thread_id: str) -> Thread:
    """The household's thread. One strong read. Raises NotFound."""
    thread = store.get_thread(org, household_id, thread_id)
    if thread is None:
        raise NotFound
    return thread


def _required(books: Books, thread_id: str) -> Thread:
    return require(books.org, books.household, thread_id)
