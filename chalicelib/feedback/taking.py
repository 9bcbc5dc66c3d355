"""Takes what was reported: writes it down at the address, in the logs of whoever it concerns, and once (M-13).

Reports come late, twice, in any order and many at once. One that was taken is remembered in the transaction of what it
changed; what it says moves moments forward only; so each counts once, and all count alike in any order.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem, Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.feedback import store
from chalicelib.feedback.domain import ANSWER, Refusal, Told
from chalicelib.feedback.events import MailTold, TextCame, Wish
from chalicelib.feedback.models import KnownAddressItem
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User
from chalicelib.identity.noting import note_user
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.contacts import masked
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import DAY, from_iso, to_iso

MOST_ANSWERS = 3
"""Answers to one number within a day: machines answer, too."""

_TOLD = {Wish.STOP: Told.STOP, Wish.START: Told.START}

Returned = Callable[[MessageItem, str], None]
"""Writes down with a message that was kept, what became of it."""


class _Report(NamedTuple):
    """What is to be written down at an address."""

    notice: str
    address: str
    told: Told | None
    """None: somebody only asked."""
    at: datetime
    why: str = ""
    household: str = ""
    """Whom the mail was about."""
    came: TextCame | None = None
    """The text that wants an answer."""


def take_mail(notice: str, told: MailTold, returned: Returned, now: datetime) -> str:
    """Takes what became of a mail, and returns what that was, for the log. Raises Conflict or Unavailable: again."""
    organisation = organisations.get(told.org)
    if organisation is None:
        return "unknown"
    message = read.one(MessageItem, keys.outbox(told.org, told.message)) if told.message else None
    outcome = told.returned or "nothing"
    if told.told:
        household = (message.household if message else None) or ""
        report = _Report(notice, told.address, told.told, told.at, told.why, household)
        outcome = told.told.value if _write_down(organisation, report, now) else "repeat"
    if message and told.returned:
        returned(message, told.returned)
    return outcome


def take_text(notice: str, came: TextCame, at: datetime, now: datetime) -> str:
    """Takes a text that somebody sent us, with each organisation that texted the number: they all do from one number
    (decision 0077). Returns what it was, for the log. Raises Conflict or Unavailable: again.
    """
    if came.wish is None:
        return "other"
    report = _Report(notice, came.number, _TOLD.get(came.wish), at, came=came)
    known = _texted(came.number, now)
    taken = [_write_down(organisation, report, now) for organisation in known]
    return came.wish.value if any(taken) else "repeat" if known else "unknown"


def _texted(number: str, now: datetime) -> list[Organisation]:
    """The organisations that texted a number, by what each notes; the index only says where to look (D-03)."""
    found = read.many(KnownAddressItem, store.texted(number, now))
    slugs = sorted(item.org for item in found.values())
    return [organisation for slug in slugs if (organisation := organisations.get(slug))]


def _write_down(organisation: Organisation, report: _Report, now: datetime) -> bool:
    """Writes down what is reported of an address; False when that was done before."""
    org = organisation.slug
    user = owner_of(org, report.address)
    for _ in write.turns():
        done, item = _stored(org, report, now)
        if done:
            return False
        transaction = Transaction()
        store.report(transaction, org, report.notice, report.told.value if report.told else "asked", now)
        _add(transaction, organisation, item, report, user, now)
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return True
    raise Conflict


def _stored(org: str, report: _Report, now: datetime) -> tuple[bool, KnownAddressItem]:
    """Whether a notice was taken, and what is known of the address. One strong round trip."""
    taken, place = store.report_key(org, report.notice), store.key_of(org, report.address)
    found = read.raw([taken, place])
    known = KnownAddressItem.from_raw_data(found[place]) if place in found else store.blank(org, report.address, now)
    return taken in found, known


def _add(
    transaction: Transaction, organisation: Organisation, item: KnownAddressItem, report: _Report,
    user: User | None, now: datetime,
) -> None:  # fmt: skip
    """Adds what a report changes: what is known, the list of the refused, the families' logs, and an answer."""
    before = store.known_from(item)
    after = before.having(report.told, report.at, report.why) if report.told else before
    own = user.households[0].household if user and user.households else ""
    item.household, item.masked = report.household or own or item.household, masked(report.address)
    if report.came:
        _answer(transaction, organisation, item, report, user, now)
    store.put(transaction, item, after, now)
    was, is_now = before.standing(now).refusal, after.standing(now).refusal
    if was is not is_now:
        tell(transaction, organisation.slug, item, user, is_now, now)


def owner_of(org: str, address: str) -> User | None:
    """The user who signs in with an address."""
    login = identity.find_login(org, store.identifier_of(address))
    return identity.get_user(org, login[0]) if login else None


def tell(
    transaction: Transaction, org: str, item: KnownAddressItem, user: User | None, refusal: Refusal, now: datetime
) -> None:
    """Adds to the logs of the households that an address belongs to, that it is refused from now on, or no more."""
    kind = f"address_{refusal.value or 'works'}"
    homes = {link.household for link in user.households} if user else set()
    if user:
        note_user(transaction, org, user, kind, now, item.masked)
    if item.household and item.household not in homes and households.get_household(org, item.household):
        note(transaction, org, item.household, Deed(kind, now, about={"label": item.masked}))


def _answer(
    transaction: Transaction, organisation: Organisation, item: KnownAddressItem, report: _Report,
    user: User | None, now: datetime,
) -> None:  # fmt: skip
    """Adds the answer to a text, unless the number got enough of them today."""
    lately = [each for each in item.answered_at or [] if (now - from_iso(each)).total_seconds() < DAY]
    if report.came is None or report.came.wish is None or len(lately) >= MOST_ANSWERS:
        return
    item.answered_at = [*lately, to_iso(now)]
    language = report.came.language or (user.language if user else "") or organisation.language
    facts = {"name": user.name if user else "", "language": language, "wish": report.came.wish.value}
    answer = Notice(ANSWER, "", facts, report.address)
    enqueue(transaction, organisation.slug, answer, now, message=f"answer-{named_id(report.notice)}")
