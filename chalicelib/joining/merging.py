"""Merging two households of one family: what moves is shown before, money adds up after, and it can be undone.

The record that is folded is put away with what stays. Everything else is moved in packs, each one transaction with the
note of where it lies then. Cut short anywhere, the merge goes on with what has not moved yet. Ledgers only grow: the
balance goes over as a correction in both. Undone, the same packs go back, as long as neither household was changed
since; the version of their summaries tells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.admin.summaries import rebuild
from chalicelib.billing.books import Books, keep
from chalicelib.billing.ledger import EntryKind
from chalicelib.data import read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import absorbed
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import MAX_MEMBERS, Role, Status
from chalicelib.households.service import require_household, require_summary
from chalicelib.households.summary import Summary
from chalicelib.identity import store as identity
from chalicelib.identity.domain import MAX_HOUSEHOLD_USERS, User
from chalicelib.joining import loading, merges
from chalicelib.joining.loading import Load
from chalicelib.joining.merges import Access, Carried, Merge, MergeState, What
from chalicelib.joining.rewriting import Rename, Unit, packed, rename
from chalicelib.organisations.domain import Organisation
from chalicelib.privacy import deletions
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.store import get_rolls, save_roll
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day

_OVER = frozenset({"cancelled", "completed", "declined", "expired", "no_show"})
CHANGED = say("The account was changed since: it can not be undone any more.")


@frozen
class Preview(Frozen):
    """What a merge would do."""

    kept: Summary
    folded: Summary
    load: Load
    stops: tuple[Message, ...]
    """Why there is none in this direction; empty: there may be."""
    users: tuple[User, ...] = ()
    """Who gets access to what is kept, and has none yet."""

    def balances(self) -> list[tuple[str, int, int]]:
        """By currency, what both households owe now, in minor units; after it the first owes the sum."""
        kept, folded = balances_of(self.kept), balances_of(self.folded)
        return [(currency, kept.get(currency, 0), folded.get(currency, 0)) for currency in sorted({*kept, *folded})]


def balances_of(summary: Summary) -> dict[str, int]:
    """What a household owes by its ledgers, by currency; below zero it has credit."""
    totals: dict[str, int] = {}
    for account in summary.accounts:
        totals[account.currency] = totals.get(account.currency, 0) + account.balance
    return totals


def preview(organisation: Organisation, kept_id: str, folded_id: str, now: datetime) -> Preview:
    """What merging one household into another would do. Raises NotFound."""
    if kept_id == folded_id:
        raise NotFound
    kept, folded = (require_summary(organisation.slug, each) for each in (kept_id, folded_id))
    load = loading.of_household(organisation, folded_id)
    users, others = (identity.list_household(organisation.slug, each) for each in (kept_id, folded_id))
    found = [*load.stops.values(), *_obstacles(organisation, kept, folded, now)]
    members, people = len(kept.members) + len(folded.members), {user.id for user in (*users, *others)}
    if len(people) > MAX_HOUSEHOLD_USERS or members > MAX_MEMBERS:
        found.append(say("Together they are too many for one account"))
    if load.tells_of(kept_id):
        found.append(say("They have a member in common, or bill each other: they are two homes, not one twice"))
    stops = tuple({message.key: message for message in found}.values())
    return Preview(kept, folded, load, stops, tuple(each for each in others if each.link(kept_id) is None))


def _obstacles(organisation: Organisation, kept: Summary, folded: Summary, now: datetime) -> Iterator[Message]:
    if kept.archived or folded.archived:
        yield say("One of them is put away")
    if any(row.ends > now and row.status not in _OVER for row in folded.bookings):
        yield say("It has bookings ahead: keep this one, and merge the other into it")
    asked = [deletions.get(organisation.slug, each.household) for each in (kept, folded)]
    if any(each and each.state.is_open for each in asked):
        yield say("Deletion of its data was asked for")


def merge(organisation: Organisation, seen: Preview, by: str, now: datetime) -> Merge:
    """Merges what a preview showed. Raises Invalid for what stops it, Conflict when something was changed since."""
    if seen.stops:
        raise Invalid({"": seen.stops[0]})
    org, kept, folded = organisation.slug, seen.kept, seen.folded
    had = {user.id for user in identity.list_household(org, kept.household)}
    users = tuple(
        Access(user.id, user.id in had, link.role.value, link.until.isoformat() if link.until else "", link.members)
        for user in identity.list_household(org, folded.household)
        if (link := user.link(folded.household))
    )
    begun = Merge(
        dated_id(local_day(now, organisation.zone)), What.HOUSEHOLDS, kept.household, kept.household, folded.household,
        kept.name, folded.name, by, now, number=folded.number, users=users,
    )  # fmt: skip
    transaction = Transaction()
    merges.save(transaction, org, begun)
    _put_away(transaction, org, folded, Status.ARCHIVED)
    absorbed.note(transaction, org, kept.household, folded.household)
    households.save_summary(transaction, org, kept, name="kept")
    transaction.commit_or_conflict()
    return carry_on(organisation, begun.id, now)


def _put_away(transaction: Transaction, org: str, summary: Summary, status: Status) -> None:
    household = require_household(org, summary.household)
    households.save_household(transaction, org, replace(household, status=status))
    households.save_summary(transaction, org, replace(summary, archived=status is Status.ARCHIVED))


def carry_on(organisation: Organisation, merge_id: str, now: datetime) -> Merge:
    """Does what is left of a merge that was begun; of one that is done, nothing. Raises NotFound, Conflict."""
    begun = merges.require(organisation.slug, merge_id)
    if begun.state is not MergeState.MOVING or begun.what is not What.HOUSEHOLDS:
        return begun
    load = loading.of_household(organisation, begun.folded)
    move(organisation.slug, begun, load, Rename(begun.folded, begun.kept))
    _move_users(organisation.slug, begun)
    _carry(organisation, begun, _carried(organisation, begun), now)
    told = _words(organisation.slug, begun)
    return finish(organisation, begun, MergeState.DONE, "household_merged", now, told)


def move(org: str, begun: Merge, load: Load, name: Rename) -> None:
    """Moves a load, pack by pack, and has the rolls follow. Raises Conflict when something was changed meanwhile."""
    noted = len(merges.parts(org, begun.id))
    for number, pack in enumerate(packed(loading.fitting(load.units, name)), noted):
        transaction = Transaction()
        places = [place for unit in pack for place in rename(transaction, unit, name)]
        merges.note_part(transaction, org, begun, number, places)
        transaction.commit_or_conflict()
    _reseat(org, begun, load.places, name)


def _reseat(org: str, merge: Merge, places: Iterable[EnrolmentItem], name: Rename) -> None:
    """Puts the new id on the seats of the places that moved, and on no other seat of their classes."""
    moved = {item.enrolment for item in places}
    for roll in get_rolls(org, {item.class_group for item in places}).values():
        after = _reseated(roll, moved, name)
        if after != roll:
            transaction = Transaction()
            merges.check_state(transaction, org, merge)
            save_roll(transaction, org, after)
            transaction.commit_or_conflict()


def _reseated(roll: Roll, moved: set[str], name: Rename) -> Roll:
    def renamed(value: str) -> str:
        return name.new if value == name.old else value

    seats = tuple(
        each._replace(person=renamed(each.person), household=renamed(each.household))
        if each.enrolment in moved
        else each
        for each in roll.seats
    )
    waiting = tuple(
        each._replace(person=renamed(each.person), household=renamed(each.household)) if each.id in moved else each
        for each in roll.waiting
    )
    return replace(roll, seats=seats, waiting=waiting)


def _move_users(org: str, begun: Merge) -> None:
    """Gives whoever had access to the folded household the same to the kept one; who had some there keeps that."""
    for access in begun.users:
        user = identity.get_user(org, access.user)
        if user and user.link(begun.folded):
            changed = user.unlinked(begun.folded)
            _relink(org, begun, user, changed if access.had else changed.linked(access.link(begun.kept)))


def _relink(org: str, merge: Merge, before: User, after: User) -> None:
    transaction = Transaction()
    merges.check_state(transaction, org, merge)
    identity.save_user(transaction, org, after)
    homes = [{link.household for link in user.households} for user in (before, after)]
    for household in homes[0] - homes[1]:
        identity.forget_link(transaction, org, household, after.id)
    for household in homes[1] - homes[0]:
        identity.note_link(transaction, org, household, after.id)
    transaction.commit_or_conflict()


def _words(org: str, merge: Merge) -> list[Notice]:
    """Word to the holders on either side of who came to see theirs: nobody comes to an account without the family
    knowing (C5, S-05).
    """
    people = identity.list_household(org, merge.kept)
    came = {access.user for access in merge.users if not access.had}
    found = []
    for user in people:
        others = ", ".join(each.name for each in people if (each.id in came) != (user.id in came))
        if others and (link := user.link(merge.kept)) and link.role is Role.HOLDER:
            found.append(Notice("joined", user.id, {"who": others, "merged": True}, household=merge.kept))
    return found


def _carried(organisation: Organisation, begun: Merge) -> tuple[Carried, ...]:
    accounts = require_summary(organisation.slug, begun.folded).accounts
    return tuple(Carried(begun.id, each.payer, each.currency, each.balance) for each in accounts if each.balance)


def _carry(organisation: Organisation, begun: Merge, carried: tuple[Carried, ...], now: datetime) -> None:
    """Takes balances from the folded household's ledgers to the kept one's; with none, those back that went there.

    One transaction with the note of it, so that it happens once.
    """

    def work(books: Books) -> None:
        before, folded = merges.require(books.org, begun.id), books.of(begun.folded)
        if before.state is not begun.state:
            raise Conflict
        going = before.carried if before.carried and not carried else ()
        coming = carried if not before.carried else ()
        for each in coming:
            _post(folded, each, -each.minor, begun.kept_name)
            _post(books, each, each.minor, begun.number or begun.folded_name)
        for each in going:
            _post(folded, each, each.minor, begun.kept_name)
            _post(books, each, -each.minor, begun.number or begun.folded_name)
        if coming or going:
            merges.save(books.transaction, books.org, replace(before, carried=coming))

    keep(organisation, begun.kept, now, work)


def _post(books: Books, carried: Carried, minor: int, number: str) -> None:
    books.post(EntryKind.CORRECTION, minor, carried, books.today, number=number)


def finish(
    organisation: Organisation,
    begun: Merge,
    state: MergeState,
    deed: str,
    now: datetime,
    notices: Iterable[Notice] = (),
) -> Merge:
    """Brings the summaries up to what is stored, tells both logs and whoever is to have word, and notes how they stand
    then.

    Raises Conflict when another was quicker.
    """
    org, homes = organisation.slug, tuple(dict.fromkeys((begun.household, *_households_of(begun))))
    for home in homes:
        rebuild(organisation, home, now)
    found, current = households.get_summaries(org, homes), merges.require(org, begun.id)
    if current.state is not begun.state:
        raise Conflict
    transaction = Transaction()
    versions = tuple((home, summary.version or 0) for home, summary in found.items())
    after = replace(current, state=state, versions=versions)
    merges.save(transaction, org, after)
    for home in homes:
        other = begun.kept_name if home == begun.folded else begun.folded_name
        note(transaction, org, home, Deed(deed, now, about={"label": other}))
    for notice in notices:
        enqueue(transaction, org, notice, now)
    transaction.commit_or_conflict()
    return after


def _households_of(begun: Merge) -> tuple[str, ...]:
    return (begun.folded,) if begun.what is What.HOUSEHOLDS else ()


def require_unchanged(org: str, done: Merge, now: datetime) -> None:
    """Raises Conflict unless the households are as the merge left them, and it was done lately."""
    found = households.get_summaries(org, tuple(home for home, _ in done.versions))
    same = all(home in found and found[home].version == version for home, version in done.versions)
    if done.state is not MergeState.DONE or not same or not done.is_kept(now):
        raise Conflict(CHANGED)


def undo(organisation: Organisation, merge_id: str, now: datetime) -> Merge:
    """Takes a merge of households back. Raises NotFound, Conflict when something was changed since."""
    org, done = organisation.slug, merges.require(organisation.slug, merge_id)
    if done.state is not MergeState.GOING_BACK:
        require_unchanged(org, done, now)
        done = _begin_undo(org, done)
    _carry(organisation, done, (), now)
    move_back(org, done, Rename(done.folded, done.kept))
    _users_back(org, done)
    return finish(organisation, done, MergeState.UNDONE, "household_merge_undone", now)


def _begin_undo(org: str, done: Merge) -> Merge:
    """The folded household is in use again, and neither was changed since: one transaction says both."""
    found = households.get_summaries(org, tuple(home for home, _ in done.versions))
    transaction = Transaction()
    merges.save(transaction, org, replace(done, state=MergeState.GOING_BACK))
    _put_away(transaction, org, found[done.folded], Status.ACTIVE)
    absorbed.forget(transaction, org, done.kept, done.folded)
    households.save_summary(transaction, org, found[done.kept], name="kept")
    transaction.commit_or_conflict()
    return merges.require(org, done.id)


def move_back(org: str, done: Merge, name: Rename) -> None:
    """Moves everything back from where it was noted, the last pack first."""
    for part in reversed(merges.parts(org, done.id)):
        items = [item for place in part.places if (item := read.one(Item, Key(*place)))]
        transaction = Transaction()
        rename(transaction, Unit(items), name.back)
        merges.check_state(transaction, org, done)
        transaction.delete("part", part, Item.pk.exists())
        transaction.commit_or_conflict()
        _reseat(org, done, [item for item in items if isinstance(item, EnrolmentItem)], name.back)


def _users_back(org: str, done: Merge) -> None:
    for access in done.users:
        user = identity.get_user(org, access.user)
        if user and user.link(done.kept) and user.link(done.folded) is None:
            back = user.linked(access.link(done.folded))
            _relink(org, done, user, back if access.had else back.unlinked(done.kept))
