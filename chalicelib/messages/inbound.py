"""Answers by mail: from a mail that came in to a message of its thread (MSG-1).

The address names the thread by a secret that only its readers have. Who writes is taken from the sender, whom the
receiving service must have proven (SPF, DKIM or DMARC): somebody who may write for that household, the household's own
address, or the organisation's desk. Anybody else's mail is put before a person. What programs send, and what comes
twice, says nothing.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.data import keys, read
from chalicelib.files import keeping
from chalicelib.files.domain import FAMILY_KINDS, STAFF_KINDS, FileKind, StoredFile
from chalicelib.households.store import get_household
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User, UserStatus, email_identifier
from chalicelib.identity.staff import DESK
from chalicelib.messages import mail_parsing, service, store
from chalicelib.messages.domain import MAX_FILES, MAX_TEXT, Author, Side, Thread, Words
from chalicelib.messages.mail_parsing import Incoming
from chalicelib.messages.models import InboundMailItem
from chalicelib.organisations.domain import Organisation, Status, is_slug
from chalicelib.organisations.store import get as get_organisation
from chalicelib.payments import parking
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.times import DAY, after, local_day
from chalicelib.web.uploads import Upload

MAX_MAIL_BYTES = 15 * 1024 * 1024
_KEPT = 90 * DAY
"""How long a mail is known, so that a second copy says nothing."""
_MOST_IN_AN_HOUR = 20
"""Mails of one thread; two answering machines that talk to each other reach it soon."""
_PARKED_TEXT = 2000
_MOST_ADDRESSES = 5
"""Of one mail's addresses that are looked up."""
_ADDRESS = re.compile(r"reply\+([a-z0-9-]{1,40})\.([a-z2-7]{16})@", re.IGNORECASE)


class Envelope(NamedTuple):
    """What the receiving service says of a mail."""

    recipients: tuple[str, ...]
    proven: bool
    """Whether the domain of the sender stands for it (DMARC)."""
    domain: str
    """The domain that is proven to have handed it in (SPF), in small letters; empty for none."""
    dangerous: bool
    """Whether it is held to be spam, or to carry a virus, or not to be from whom it says."""

    def proves(self, sender: str) -> bool:
        """Whether the mail is from that address; a domain that handed in the mail of another proves nothing."""
        return self.proven or (bool(self.domain) and sender.rpartition("@")[2] == self.domain)


class _Arrival(NamedTuple):
    """A mail that names one of our threads."""

    organisation: Organisation
    thread: Thread
    mail: Incoming


def receive(envelope: Envelope, raw: bytes, now: datetime) -> str:
    """Takes a mail, and returns what became of it, for the log: `kept`, `known`, `parked`, or why it was dropped.

    Raises Unavailable, and Conflict where others write without end: to be tried again.
    """
    found = _find(envelope.recipients)
    if found is None or envelope.dangerous:
        return "refused" if found else "unknown"
    organisation, thread = found
    if len(raw) > MAX_MAIL_BYTES:
        return "too large"
    arrival = _Arrival(organisation, thread, mail_parsing.parse(raw))
    if arrival.mail.automatic:
        return "automatic"
    if _is_known(arrival):
        return "known"
    author = _author(arrival, now) if envelope.proves(arrival.mail.sender) else None
    reason = _why_park(arrival, author, envelope, now)
    if reason or author is None:
        return _park(arrival, reason, now)
    return _keep(arrival, author, now)


def _find(recipients: Collection[str]) -> tuple[Organisation, Thread] | None:
    """The thread that an address of ours names, and its organisation; None where none does."""
    named = (match for match in map(_ADDRESS.match, recipients) if match)
    found = (_thread_at(match[1].lower(), match[2].lower()) for match in islice(named, _MOST_ADDRESSES))
    return next((each for each in found if each), None)


def _thread_at(slug: str, secret: str) -> tuple[Organisation, Thread] | None:
    organisation = get_organisation(slug) if is_slug(slug) else None
    if organisation is None or organisation.status is Status.SUSPENDED:
        return None
    place = store.find_reply_address(slug, secret)
    thread = store.get_thread(slug, place.household, place.thread) if place else None
    return (organisation, thread) if thread else None


def _author(arrival: _Arrival, now: datetime) -> Author | None:
    """Who writes: a user who may write for the household by now, or at the desk; None for anybody else."""
    organisation, thread, sender = arrival.organisation, arrival.thread, arrival.mail.sender
    login = identity.find_login(organisation.slug, email_identifier(sender)) if "@" in sender else None
    user = identity.get_user(organisation.slug, login[0]) if login else None
    if user and user.status is UserStatus.ACTIVE:
        link, today = user.link(thread.household), local_day(now, organisation.zone)
        if link and link.role.may_edit and link.is_open(today):
            return Author(Side.FAMILY, user.id, user.name)
        if user.staff_role and user.staff_role.value in DESK:
            return Author(Side.STAFF, user.id, user.name)
    return _known_address(organisation, thread, sender, user)


def _known_address(organisation: Organisation, thread: Thread, sender: str, user: User | None) -> Author | None:
    """The household's own address, or the organisation's, which nobody has to sign in with."""
    if user is not None or not sender:
        return None
    if sender == organisation.contact.email.lower():
        return Author(Side.STAFF, "", organisation.name.get(organisation.language, organisation.slug))
    home = get_household(organisation.slug, thread.household)
    is_home = home is not None and home.email.lower() == sender
    return Author(Side.FAMILY, "", thread.household_name) if is_home else None


def _why_park(arrival: _Arrival, author: Author | None, envelope: Envelope, now: datetime) -> str:
    """Why a person has to look at a mail; empty where nobody has to."""
    if not envelope.proves(arrival.mail.sender):
        return "sender not proven"
    if author is None:
        return "sender not known"
    hour = now - timedelta(hours=1)
    posts = store.list_posts(arrival.organisation.slug, arrival.thread)
    lately = sum(post.words.by_mail and post.at > hour for post in posts)
    return "too many mails" if lately >= _MOST_IN_AN_HOUR else ""


def _park(arrival: _Arrival, reason: str, now: datetime) -> str:
    """Puts a mail before the desk, once."""
    mail = arrival.mail
    facts: dict[str, Any] = {
        "thread": arrival.thread.id,
        "sender": mail.sender[:320],
        "subject": mail.subject[:200],
        "text": mail.text[:_PARKED_TEXT],
    }

    def work(books: Books) -> None:
        parking.add(books, reason, f"mail-{mail.name}", facts)
        books.transaction.put("inbound", _marker(arrival, "parked", now))

    keep(arrival.organisation, arrival.thread.household, now, work)
    return "parked"


def _keep(arrival: _Arrival, author: Author, now: datetime) -> str:
    mail, org, home = arrival.mail, arrival.organisation.slug, arrival.thread.household
    kinds = STAFF_KINDS if author.side is Side.STAFF else FAMILY_KINDS
    taken = (file for upload in mail.files if (file := _kept_file(org, home, upload, kinds)))
    files = list(islice(taken, MAX_FILES))
    shortened = len(files) < len(mail.files) or len(mail.text) > MAX_TEXT
    words = Words(mail.text[:MAX_TEXT], tuple(files), by_mail=True, shortened=shortened)
    if not words.text and not words.files:
        return "empty"
    once = partial(_marker, arrival, "kept", now)  # made anew for each try
    try:
        service.answer(arrival.organisation, home, arrival.thread.id, words, author, now, once=once)
    except Conflict:
        if _is_known(arrival):
            return "known"
        raise
    return "kept"


def _kept_file(org: str, household: str, upload: Upload, kinds: Collection[FileKind]) -> StoredFile | None:
    """A file of the mail in the vault; None for one that is not taken."""
    try:
        return keeping.keep(org, household, upload, kinds=kinds)
    except Invalid:
        return None


def _is_known(arrival: _Arrival) -> bool:
    return read.one(InboundMailItem, keys.inbound_mail(arrival.organisation.slug, arrival.mail.name)) is not None


def _marker(arrival: _Arrival, outcome: str, now: datetime) -> InboundMailItem:
    pk, sk = keys.inbound_mail(arrival.organisation.slug, arrival.mail.name)
    return InboundMailItem(pk, sk, outcome=outcome, expires=after(now, _KEPT))
