"""What a family's copy leaves out for the sake of others, as its pages do: of a child of two homes, the other home's
money and reasons (NEW-2); of a member who grew up, what he or she keeps from the rest of the household (NEW-14).
"""

from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.enrolments.place_pages import ending_reason
from chalicelib.households.activity import DeedItem
from chalicelib.households.domain import Private
from chalicelib.households.models import PersonItem
from chalicelib.households.summary import Summary
from chalicelib.memberships.passes import Pass
from chalicelib.messages.domain import Thread
from chalicelib.organisations.domain import Organisation
from chalicelib.privacy.gathering import Holding
from chalicelib.privacy.plain import plain
from chalicelib.schedule.domain import Enrolment, Mark, as_told_to

_MONEY = ("price", "returned", "wanted_minor", "terms")
"""Fields of an enrolment that are between the organisation and the home that pays."""
_NAMED = ("id", "first_name", "last_name", "birth_date")
"""What the rest of a household knows of a member who keeps the profile."""


class Reader(NamedTuple):
    """For whose eyes a copy is made."""

    organisation: Organisation
    home: Summary
    user: str
    person: str
    """The member whom the user is himself or herself; empty where nobody said so."""

    def may_see(self, member: str, private: Private) -> bool:
        """As `Account.may_see` has it on pages."""
        return member == self.person or private.value not in self.home.keeps(member)


def told(reader: Reader, holding: Holding, item: Item, record: object) -> dict[str, Any] | None:
    """An item as the reader may have it; None for one that is somebody else's to keep. `record` is what it reads as."""
    found = holding.record(item) if record is None else plain(_spared(reader, record))
    plainly: dict[str, Any] = _without_other_home(reader.home.household, found)
    if isinstance(item, DeedItem) and not reader.may_see((item.about or {}).get("of", ""), Private.PROFILE):
        return {name: value for name, value in plainly.items() if name != "about"}
    if holding.private is None or _is_own(reader, plainly):
        return plainly
    if reader.may_see(_about(reader, item, plainly), holding.private):
        return plainly
    return {name: plainly[name] for name in _NAMED} if isinstance(item, PersonItem) else None


def _spared(reader: Reader, record: Any) -> Any:
    """A record without what stands in it of others."""
    match record:
        case Enrolment():
            return _as_told(reader, record)
        case Pass():
            mine = (use for use in record.taken if reader.may_see(use.member or record.member, Private.SCHEDULE))
            return replace(record, taken=tuple(mine))
        case Thread():
            return replace(record, reply="")
    return record


def _as_told(reader: Reader, place: Enrolment) -> Enrolment:
    home = reader.home.household
    seen = as_told_to(place, home, with_reasons=reader.organisation.shares_reasons)
    return replace(
        seen,
        marks={meeting: _marked(mark, home) for meeting, mark in seen.marks.items()},
        reason=ending_reason(place, home),
        price=place.price._replace(parts=()) if place.price else None,
        returned=place.returned._replace(parts=()) if place.returned else None,
    )


def _marked(mark: Mark, home: str) -> Mark:
    """What is written about a meeting, without who of another home wrote it."""
    return mark if mark.home in ("", home) else mark._replace(home="", by="")


def _without_other_home(household: str, record: Any) -> Any:
    """A record without what is another home's: of a child with two homes, each keeps its own money."""
    if not isinstance(record, dict):
        return record
    if record.get("household", household) != household:
        return {name: value for name, value in record.items() if name not in (*_MONEY, "household")}
    if isinstance(record.get("households"), list):
        return record | {"households": [each for each in record["households"] if household in each]}
    return record


def _is_own(reader: Reader, record: dict[str, Any]) -> bool:
    """Whether it is what the reader said himself or herself, about whomever."""
    signer = record.get("signer")
    return isinstance(signer, dict) and signer["user"] == reader.user


def _about(reader: Reader, item: Item, record: dict[str, Any]) -> str:
    """Which member an item is about; empty for the household."""
    people = keys.person_partition(reader.organisation.slug, "")
    if item.pk.startswith(people):
        return str(item.pk.removeprefix(people))
    whom = record.get("whom")
    return str(whom["member"] if isinstance(whom, dict) else record.get("member") or "")
