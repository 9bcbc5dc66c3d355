"""Reads and writes slips, what families told for them, and what staff set."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any

from chalicelib.billing.models import ReceivedItem, SeriesItem
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Address
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import from_iso, moment_or_none, to_iso
from chalicelib.slips.domain import (
    Content,
    NumberState,
    Parent,
    Slip,
    SlipFile,
    SlipKind,
    SlipSettings,
    SlipStatus,
)
from chalicelib.slips.models import SlipFileItem, SlipItem, SlipSettingsItem

_MOST_OF_A_YEAR = 100
"""Slips of a household in one year, amended and cancelled ones among them."""


def get_settings(org: str) -> SlipSettings:
    """What staff set; nothing yet where they set nothing. One strong read."""
    item = read.one(SlipSettingsItem, keys.slip_settings(org))
    if item is None:
        return SlipSettings()
    told = item.document
    return SlipSettings(
        programmes=frozenset(told["programmes"]),
        class_groups=frozenset(told["class_groups"]),
        words=tuple(told["words"]),
        issuer=told["issuer"],
        signatory=told["signatory"],
        any_age=told["any_age"],
        version=item.version,
    )


def save_settings(transaction: Transaction, org: str, settings: SlipSettings) -> None:
    """Adds the write of settings; refused when they were changed meanwhile."""
    pk, sk = keys.slip_settings(org)
    document = {
        "programmes": sorted(settings.programmes),
        "class_groups": sorted(settings.class_groups),
        "words": list(settings.words),
        "issuer": settings.issuer,
        "signatory": settings.signatory,
        "any_age": settings.any_age,
    }
    transaction.put("slip settings", SlipSettingsItem(pk, sk, document=document, version=settings.version))


def get_file(org: str, household_id: str) -> SlipFile:
    """What a household told; nothing yet where it told nothing. One strong read."""
    item = read.one(SlipFileItem, keys.slip_file(org, household_id))
    return file_from(item) if item else SlipFile(household_id)


def save_file(transaction: Transaction, org: str, file: SlipFile) -> None:
    """Adds the write of what a household told; refused when it was changed meanwhile."""
    pk, sk = keys.slip_file(org, file.household)
    document = {
        "parents": [_parent_row(parent) for parent in file.parents],
        "claims": {child: list(parents) for child, parents in file.claims.items()},
        "listed": {year: dict(children) for year, children in file.listed.items()},
    }
    item = SlipFileItem(pk, sk, household=file.household, document=document, version=file.version)
    transaction.put("slip file", item)


def file_from(item: SlipFileItem) -> SlipFile:
    """What a household told, as `item` stores it."""
    told = item.document
    return SlipFile(
        household=item.household,
        parents=tuple(_parent_from(row) for row in told["parents"]),
        claims={child: tuple(parents) for child, parents in told["claims"].items()},
        listed=told["listed"],
        version=item.version,
    )


def _parent_row(parent: Parent) -> dict[str, Any]:
    return {
        "id": parent.id,
        "first_name": parent.first_name,
        "last_name": parent.last_name,
        "address": asdict(parent.address),
        "number": parent.number.value,
        "number_at": to_iso(parent.number_at) if parent.number_at else "",
    }


def _parent_from(row: Mapping[str, Any]) -> Parent:
    return Parent(
        row["id"], row["first_name"], row["last_name"], Address(**row["address"]), NumberState(row["number"]),
        moment_or_none(row["number_at"]),
    )  # fmt: skip


def get_slip(org: str, household_id: str, slip_id: str) -> Slip | None:
    """The household's slip, or None. One strong read."""
    if not is_dated_id(slip_id):
        return None
    item = read.one(SlipItem, keys.slip(org, household_id, slip_id))
    return slip_from(item) if item else None


def get_slips(org: str, wanted: Iterable[tuple[str, str]]) -> dict[str, Slip]:
    """Slips that exist, by id, of pairs of household and slip. One round trip a hundred."""
    found = read.many(SlipItem, [keys.slip(org, *pair) for pair in wanted])
    return {item.slip: slip_from(item) for item in found.values()}


def list_slips(org: str, household_id: str, after: str = "") -> read.Page[Slip]:
    """A household's slips, the latest year first, a page at a time. One round trip."""
    found = read.listed(SlipItem, partial(keys.slip, org, household_id), after=after)
    return read.Page([slip_from(item) for item in found.rows], found.next)


def slips_of_year(org: str, household_id: str, year: int) -> list[Slip]:
    """A household's slips of a tax year, what was released last first, strongly read. One round trip."""
    pk, sk = keys.slip(org, household_id, str(year))
    found = read.page(SlipItem, pk, sk, size=_MOST_OF_A_YEAR, consistent=True).rows
    return sorted(map(slip_from, found), key=lambda slip: (slip.released_at, slip.number), reverse=True)


def save_slip(transaction: Transaction, org: str, slip: Slip) -> None:
    """Adds the write of a new or changed slip; refused when it was changed meanwhile."""
    transaction.put(f"slip {slip.id}", slip_item(org, slip))


def mark_viewed(org: str, slip: Slip, now: datetime) -> None:
    """Notes when the family first opened it. One write. Raises ConditionFailed when it was changed meanwhile."""
    pk, sk = keys.slip(org, slip.household, slip.id)
    write.update(SlipItem(pk, sk, version=slip.version), [SlipItem.viewed_at.set(to_iso(now))])


def slip_item(org: str, slip: Slip) -> SlipItem:
    """The item that stores `slip`."""
    pk, sk = keys.slip(org, slip.household, slip.id)
    document = {
        "kind": slip.kind.value,
        "year": slip.year,
        "number": slip.number,
        "currency": slip.currency,
        "content": _content_row(slip.content),
        "released_at": to_iso(slip.released_at),
        "released_by": slip.released_by,
        "replaces": slip.replaces,
        "replaced_by": slip.replaced_by,
        "reason": slip.reason,
        "ended_at": to_iso(slip.ended_at) if slip.ended_at else "",
        "to_print": slip.to_print,
    }
    return SlipItem(
        pk,
        sk,
        slip=slip.id,
        household=slip.household,
        document=document,
        status=slip.status.value,
        viewed_at=to_iso(slip.viewed_at) if slip.viewed_at else None,
        version=slip.version,
    )


def slip_from(item: SlipItem) -> Slip:
    """The slip that `item` stores."""
    told = dict(item.document)
    return Slip(
        **{
            **told,
            "id": item.slip,
            "household": item.household,
            "kind": SlipKind(told["kind"]),
            "content": _content_from(told["content"]),
            "released_at": from_iso(told["released_at"]),
            "ended_at": moment_or_none(told["ended_at"]),
            "status": SlipStatus(item.status),
            "viewed_at": moment_or_none(item.viewed_at or ""),
            "version": item.version,
        }
    )


def _content_row(content: Content) -> dict[str, Any]:
    told = content._asdict()
    payments = [[number, on.isoformat(), minor] for number, on, minor in content.payments]
    return {**told, "born": content.born.isoformat(), "address": list(content.address), "payments": payments}


def _content_from(row: Mapping[str, Any]) -> Content:
    payments = tuple((number, date.fromisoformat(on), minor) for number, on, minor in row["payments"])
    return Content(
        **{**row, "born": date.fromisoformat(row["born"]), "address": tuple(row["address"]), "payments": payments}
    )


def families_that_paid(org: str, year: int, after: str = "", *, size: int = 100) -> read.Page[str]:
    """Households that something came from in a year, in the order of their ids, beyond where the page before ended.

    One household may end a page and begin the next. One round trip.
    """
    start = keys.received(org, year, "", "")
    found = read.page(ReceivedItem, start.pk, keys.RECEIVED, after=after, newest_first=False, size=size)
    return read.Page(list(dict.fromkeys(item.household for item in found.rows)), found.next)


def take_numbers(transaction: Transaction, org: str, year: int, count: int) -> list[str]:
    """The next numbers of the year's slips, without gaps, taken when `transaction` is committed."""
    key = keys.series(org, f"slip {year}")
    stored = read.one(SeriesItem, key)
    before = int(stored.last) if stored else 0
    same = SeriesItem.last == before if stored else SeriesItem.pk.does_not_exist()
    transaction.put("number", SeriesItem(key.pk, key.sk, last=before + count), same)
    return [f"{year}-{before + number:05}" for number in range(1, count + 1)]
