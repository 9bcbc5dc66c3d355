"""Takes a batch back: puts back what was there before it, and lets go of what was not (NEW-20).

Rolls of classes and week sheets, which others write as well, are not put back but lose what is taken back. Whatever a
crash leaves is a beginning of it: the next worker finds part of the batch undone, and does the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.admin import kinds
from chalicelib.admin.imports.rolls import laid_over
from chalicelib.admin.imports.staging import batches
from chalicelib.admin.summaries import rebuild
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.models import BookingItem
from chalicelib.bookings.sheets import Sheets
from chalicelib.bookings.store import booking_from
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction, batch, turns
from chalicelib.households.models import HouseholdItem
from chalicelib.households.store import household_from
from chalicelib.identity.store import get_user
from chalicelib.moving.domain import Row
from chalicelib.moving.owning import Owner, Raw
from chalicelib.moving.taking_back import Undo
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import Enrolment
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.schedule.store import enrolment_from
from chalicelib.shared.errors import Conflict

KNOWN = kinds.MODULES
"""Whatever lies in a family's partition is read as its own kind."""
_WRITES = 40


def take_back(organisation: Organisation, undo: Undo, now: datetime, step: Callable[[], None]) -> None:
    """Takes back what is not kept; `step` is called for each owner. Raises Conflict, Unavailable.

    Whether something was changed is looked at right before it is put back, family by family: others go on meanwhile.
    """
    for group in undo.groups():
        if not _has_to_stay(undo, group):
            _take_back_family(organisation, undo, group, now)
        for owner in group:
            undo.finish(owner, "group")
        for _ in group:
            step()
    _take_back_others(organisation.slug, undo, step)
    for owner in undo.owners("HH"):
        if not undo.is_made(owner) and not undo.is_done(owner, "summary"):
            rebuild(organisation, owner.id, now)
            undo.finish(owner, "summary")
            step()


def _take_back_family(organisation: Organisation, undo: Undo, group: list[Owner], now: datetime) -> None:
    for owner in group:
        _free_places(organisation, undo, owner, now)
    for owner in group:
        _put_back(organisation.slug, undo, owner)


def _has_to_stay(undo: Undo, group: list[Owner]) -> bool:
    """Whether anybody of a family was changed since; then all of it stays, with what it needs."""
    reasons = {owner: reason for owner in group if (reason := undo.why_it_stays(owner))}
    if reasons:
        for owner in group:
            undo.keep(owner, reasons.get(owner, "belongs"))
    return bool(reasons)


def _take_back_others(org: str, undo: Undo, step: Callable[[], None]) -> None:
    """Classes in which nobody is, and what is nobody's; but for what those who stay need."""
    undo.keep_what_is_needed()
    for kind in ("CLASS", ""):
        for owner in undo.owners(kind):
            reason = undo.why_it_stays(owner) or ("used" if _is_used(org, undo, owner) else "")
            if reason:
                undo.keep(owner, reason)
        undo.keep_what_is_needed()
        for owner in undo.owners(kind):
            if not undo.is_done(owner, "group"):
                _put_back(org, undo, owner)
                undo.finish(owner, "group")
                step()


def told_of(org: str, undo: Undo) -> Iterator[Row]:
    """Families that stay as they are, and why; then how much else does."""
    for found in batches(undo.kept("HH"), _WRITES):
        homes = read.many(HouseholdItem, [keys.household(org, owner.id) for owner, _ in found])
        for owner, reason in found:
            item = homes.get(keys.household(org, owner.id))
            yield Row("", household_from(item).name if item else "", reason, "", "", owner.id)
    for kind in ("CLASS", "USER"):
        for owner, reason in undo.kept(kind):
            if reason != "belongs":
                yield Row(kind.lower(), _name_of(org, owner), reason, "", "")


def _name_of(org: str, owner: Owner) -> str:
    if owner.kind == "CLASS":
        group = schedule.get_class_groups(org, [owner.id]).get(owner.id)
        return next(iter(group.title.values()), "") if group else ""
    user = get_user(org, owner.id)
    return user.name if user else ""


def _is_used(org: str, undo: Undo, owner: Owner) -> bool:
    """Whether anybody still has a place, a hold or a wish in a class that the batch brought."""
    if owner.kind != "CLASS" or not undo.is_made(owner):
        return False
    roll = schedule.get_rolls(org, [owner.id])[owner.id]
    return bool(roll.seats or roll.waiting)


def _free_places(organisation: Organisation, undo: Undo, owner: Owner, now: datetime) -> None:
    """Rolls and week sheets say what enrolments and bookings will be once they are put back."""
    org = organisation.slug
    for key, before in undo.entries(owner):
        if key.sk.startswith(keys.ENROLMENTS):
            item = read.one(EnrolmentItem, key)
            former = enrolment_from(EnrolmentItem.from_raw_data(_bare(before))) if before else None
            if item:
                _free_seat(organisation, enrolment_from(item), former, now)
        if key.sk.startswith(keys.BOOKINGS):
            found = read.one(BookingItem, key)
            was = booking_from(BookingItem.from_raw_data(_bare(before))) if before else None
            if found:
                _free_time(org, booking_from(found), was)


def _free_seat(organisation: Organisation, now_is: Enrolment, was: Enrolment | None, now: datetime) -> None:
    org = organisation.slug
    places = {now_is.class_group, *([was.class_group] if was else [])}
    for place in sorted(places):
        for _ in turns():
            groups, rolls = schedule.get_classes_and_rolls(org, [place])
            roll = rolls[place].without(now_is.id)
            if was and place in groups:
                roll = laid_over(roll, groups[place], [was], now)
            if roll == rolls[place]:
                break
            transaction = Transaction()
            schedule.save_roll(transaction, org, roll)
            if _done(transaction):
                break
        else:
            raise Conflict


def _free_time(org: str, now_is: Booking, was: Booking | None) -> None:
    for _ in turns():
        sheets, transaction = Sheets(org), Transaction()
        sheets.replace(now_is, was)
        sheets.write(transaction)
        if not len(transaction) or _done(transaction):
            return
    raise Conflict


def _done(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except ConditionFailed:
        return False
    return True


def _put_back(org: str, undo: Undo, owner: Owner) -> None:
    """Puts an owner's items back, last first, so that what is left of it after a crash is a beginning of it."""
    for part in batches(undo.entries(owner), _WRITES):
        stored = read.raw([key for key, _ in part])
        transaction = Transaction()
        for key, before in part:
            _add(transaction, key, before, stored.get(key))
        if len(transaction):
            transaction.commit_or_conflict()
    if undo.is_made(owner):
        batch([], _left_behind(org, owner))


def _add(transaction: Transaction, key: Key, before: Raw | None, stored: Raw | None) -> None:
    """The one write that makes an item what it was; over the version that is stored."""
    name = f"{key.pk} {key.sk}"
    if before is None:
        if stored is not None:
            transaction.delete(name, Item.from_raw_data(_bare(stored)))
        return
    version = (stored or {}).get("version")
    item = Item.from_raw_data({**_bare(before), **({"version": dict(version)} if version else {})})
    if not version:
        item.attribute_values.pop("version", None)
    transaction.put(name, item)


def _bare(raw: Raw) -> dict[str, dict[str, object]]:
    return {name: dict(value) for name, value in raw.items()}


def _left_behind(org: str, owner: Owner) -> Iterable[Item]:
    """What came to a made owner by itself, such as the copy of a mail, or the log of who looked at it."""
    partition = keys.partition(org, owner.name)
    found: Sequence[str] = [partition, f"{partition}#ACTIVITY"] if owner.kind == "HH" else [partition]
    return (item for each in found for item in read.whole(each)) if owner.kind in _WITH_PARTITION else ()


_WITH_PARTITION = frozenset({"HH", "PERSON", "USER", "CLASS"})
