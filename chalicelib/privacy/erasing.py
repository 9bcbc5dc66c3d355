"""Carries a family's deletion out: sign-in goes first, then what is kept of members and household, and last the note
that it is done (NEW-12).

Every step can be done again, and each looks at what is there: cut short anywhere, the next run goes on. The other home
of a shared child keeps the child and its own; what the law demands stays, and a later run erases it when it may go.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.billing.splits import SplitItem
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.feedback.forgetting import forget
from chalicelib.files import keeping
from chalicelib.households import absorbed
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Status
from chalicelib.households.models import AbsorbedItem, HouseholdItem, MemberLinkItem, SummaryItem
from chalicelib.households.summary import Summary
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User
from chalicelib.identity.models import LoginItem, UserItem
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Vault
from chalicelib.privacy import deletions
from chalicelib.privacy.deletions import Deletion, DeletionItem, DeletionState
from chalicelib.privacy.gathering import files_of, holding_of, owner_of
from chalicelib.privacy.pointers import addresses, asked_and_merged, parked, pointers, seen
from chalicelib.privacy.retention import REASONS, Keep, kept_until, years
from chalicelib.privacy.standing import obstacles
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.shared.ids import ids_in
from chalicelib.shared.times import DAY, after, local_day
from chalicelib.web.language import Local, choose

_DATES = ("issued_on", "received_on", "on", "signed_at", "released_at", "at")
"""Fields that say when a record was made; the first that it has."""


class Eraser(NamedTuple):
    """Whose data goes, by which rules, and when."""

    organisation: Organisation
    household: str
    vault: Vault
    now: datetime

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.organisation.slug

    @property
    def today(self) -> date:
        """The organisation's day."""
        return local_day(self.now, self.organisation.zone)


def run(vault: Vault, key: Key, now: datetime) -> str:
    """Carries out the request at `key`, or erases what may go of one that was; returns what came of it, for the log.

    Raises Conflict when it was changed meanwhile, Unavailable; the next run goes on.
    """
    item = read.one(DeletionItem, key)
    organisation = organisations.get(item.org) if item else None
    if item is None or organisation is None:
        return "nothing"
    deletion = deletions.require(item.org, item.household)
    if deletion.state not in (DeletionState.VERIFIED, DeletionState.PARTLY):
        return "not due"
    if _stands_in_the_way(organisation, deletion, now):
        deletions.put_off(item.org, deletion, after(now, DAY))
        return "put off"
    eraser = Eraser(organisation, deletion.household, vault, now)
    homes = absorbed.homes(item.org, item.household)
    deletion = deletions.mark(item.org, deletion, _whom(item.org, homes))
    kept = _erase_all(eraser, homes)
    deletions.close(organisation, deletion, max(kept.values(), default=None), _words(organisation, deletion, kept), now)
    return "partly" if kept else "done"


def _whom(org: str, homes: Sequence[str]) -> set[str]:
    """Ids of all that is erased as a whole: by these an older copy's records are known to tell of it."""
    asked = (name for key in asked_and_merged(org, homes) for name in ids_in(key.sk))
    return {*homes, *_only_theirs(org, homes), *asked}


def _only_theirs(org: str, homes: Sequence[str]) -> Iterator[str]:
    """Ids of the members and users who go with these households: all but those who are at home elsewhere, or work
    here."""
    for home in homes:
        start = keys.membership_link(org, home, "")
        for link in read.each(MemberLinkItem, start.pk, start.sk):
            person = households.get_person(org, link.person)
            if person is None or {*person.households, *person.archived_in} <= set(homes):
                yield link.person
        for user in identity.list_household(org, home):
            if user.staff_role is None and {link.household for link in user.households} <= set(homes):
                yield user.id


def _erase_all(eraser: Eraser, places: Sequence[str]) -> dict[Keep, date]:
    """Erases the family with what stayed with households that were merged into its own; returns until when the last of
    each kind that stays is kept."""
    homes = [eraser._replace(household=each) for each in places]
    _erase_at(asked_and_merged(eraser.org, [each.household for each in homes]))
    forget(eraser.org, addresses(eraser.org, [each.household for each in homes]), eraser.now)
    for home in homes:
        _close_account(home)
        _free_users(home)
        _erase_members(home)
    kept: dict[Keep, date] = {}
    for home in reversed(homes):
        for keep, until in _erase_household(home, is_last=not kept).items():
            kept[keep] = max(until, kept.get(keep, until))
        _erase_log(home)
    return kept


def _stands_in_the_way(organisation: Organisation, deletion: Deletion, now: datetime) -> bool:
    """Whether something is open again that was settled when the family asked."""
    if deletion.state is DeletionState.PARTLY:
        return False
    summary = households.get_summaries(organisation.slug, (deletion.household,)).get(deletion.household)
    return summary is not None and not summary.archived and bool(obstacles(organisation, summary, now))


def _words(organisation: Organisation, deletion: Deletion, kept: dict[Keep, date]) -> list[str]:
    """What stays and until when, in the language of who asked."""
    language = choose(deletion.language, "", organisation.languages)
    local = Local(language, organisation.country, organisation.zone)
    return [f"{local.say(REASONS[keep].what)} ({local.date(until)})" for keep, until in kept.items()]


def _close_account(eraser: Eraser) -> None:
    """Nobody gets in from now on, and pages of the staff name nobody."""
    found = read.one(SummaryItem, keys.summary(eraser.org, eraser.household))
    if found is None:
        return
    stored = households.summary_from(found)
    bare = Summary(eraser.household, stored.number, stored.number, archived=True, version=stored.version)
    transaction = Transaction()
    households.save_summary(transaction, eraser.org, bare)
    transaction.commit_or_conflict()


def _free_users(eraser: Eraser) -> None:
    """Takes the household from whoever had a role in it; who has nothing else here goes with it."""
    for user in identity.list_household(eraser.org, eraser.household):
        left = user.unlinked(eraser.household)
        transaction = Transaction()
        identity.forget_link(transaction, eraser.org, eraser.household, user.id)
        if left.households or left.staff_role:
            identity.save_user(transaction, eraser.org, left)
            transaction.commit_or_conflict()
        else:
            _erase_user(eraser, user, transaction)


def _erase_user(eraser: Eraser, user: User, transaction: Transaction) -> None:
    """First the ways in, so that a run which is cut short finds the user again by the household's list."""
    for identifier in user.identifiers:
        pk, sk = keys.login(eraser.org, identifier)
        login = read.one(LoginItem, Key(pk, sk))
        if login and login.user == user.id:
            write.delete(login)
    for item in read.whole(keys.user_partition(eraser.org, user.id)):
        if not isinstance(item, UserItem):
            write.delete(item)
    transaction.delete("user", identity.user_item(eraser.org, user))
    transaction.commit_or_conflict()


def _erase_members(eraser: Eraser) -> None:
    start = keys.membership_link(eraser.org, eraser.household, "")
    for link in list(read.each(MemberLinkItem, start.pk, start.sk)):
        person = households.get_person(eraser.org, link.person)
        homes = {*person.households, *person.archived_in} if person else set()
        if homes - {eraser.household}:
            _leave_to_others(eraser, link)
        else:
            for item in read.whole(keys.person_partition(eraser.org, link.person)):
                _erase(eraser, item)
            write.delete(link)


def _leave_to_others(eraser: Eraser, link: MemberLinkItem) -> None:
    """A child of two homes stays the other's, with all that the other home may see, also where it is archived there
    (X-6); costs are shared no more.
    """
    for item in read.whole(keys.person_partition(eraser.org, link.person)):
        if isinstance(item, SplitItem):
            write.delete(item)
        elif isinstance(item, EnrolmentItem):
            _erase_at(seen(eraser.org, eraser.household, item))
    person = households.get_person(eraser.org, link.person)
    transaction = Transaction()
    transaction.delete("member", link)
    if person:
        homes, archived = (_others(eraser, each) for each in (person.households, person.archived_in))
        left = replace(person, households=homes, archived_in=archived)
        households.save_person(transaction, eraser.org, left)
    transaction.commit_or_conflict()


def _others(eraser: Eraser, homes: Iterable[str]) -> tuple[str, ...]:
    return tuple(home for home in homes if home != eraser.household)


def _erase_household(eraser: Eraser, *, is_last: bool) -> dict[Keep, date]:
    """Erases what need not stay; returns until when the last of each kind that stays is kept.

    `is_last` says that nothing stays in what was merged into it: only then may be forgotten where that is.
    """
    _erase_at(parked(eraser.org, eraser.household))
    kept: dict[Keep, date] = {}
    last: list[Item] = []
    for item in read.whole(keys.household_partition(eraser.org, eraser.household)):
        if isinstance(item, (HouseholdItem, SummaryItem, AbsorbedItem)):
            last.append(item)
            continue
        keep, until = _fate(eraser, item)
        if until and until >= eraser.today:
            kept[keep] = max(until, kept.get(keep, until))
        else:
            _erase(eraser, item)
    for item in last:
        _lay_bare(eraser, item, keeps=bool(kept) or (isinstance(item, AbsorbedItem) and not is_last))
    return kept


def _fate(eraser: Eraser, item: Item) -> tuple[Keep, date | None]:
    """Why an item is kept, and until when; None for what goes."""
    holding = holding_of(item)
    if holding is None or holding.keep is Keep.NOT:
        return Keep.NOT, None
    record = holding.read(item) if holding.read else item
    if holding.hides(record):
        return Keep.NOT, None
    made = next((found for name in _DATES if (found := getattr(record, name, None))), None)
    day = made if isinstance(made, date) else eraser.today
    table = years(eraser.organisation.country, dict(eraser.organisation.privacy.keep_years))
    return holding.keep, kept_until(holding.keep, day, table)


def _erase(eraser: Eraser, item: Item) -> None:
    """Erases an item with the files that it names and what points at it from elsewhere."""
    for file in _files(item):
        keeping.drop(eraser.org, owner_of(item, eraser.household), file)
    _erase_at(pointers(eraser.organisation, eraser.household, item))
    write.delete(item)


def _erase_at(found: Iterable[Key]) -> None:
    for key in list(found):
        write.delete(Item(*key))


def _files(item: Item) -> Iterator[Any]:
    holding = holding_of(item)
    return files_of(holding.record(item)) if holding and holding.name else iter(())


def _lay_bare(eraser: Eraser, item: Item, *, keeps: bool) -> None:
    """Of the household itself stays what its invoices were made out to, while there are any; else nothing."""
    if not keeps:
        write.delete(item)
    elif isinstance(item, HouseholdItem):
        full = households.household_from(item)
        bare = Household(
            full.id, full.name, full.number, full.language, address=full.address, status=Status.ARCHIVED,
            version=full.version,
        )  # fmt: skip
        if bare != full:
            transaction = Transaction()
            households.save_household(transaction, eraser.org, bare)
            transaction.commit_or_conflict()


def _erase_log(eraser: Eraser) -> None:
    for item in read.whole(keys.deed(eraser.org, eraser.household, "").pk):
        _erase(eraser, item)
