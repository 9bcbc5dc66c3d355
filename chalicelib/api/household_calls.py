"""Households and their members, for programs: the same rules as on the family's own pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.api.domain import Scope
from chalicelib.api.operations import Answer, Call, Operations, page, versioned
from chalicelib.api.problems import Problem
from chalicelib.data.read import Page
from chalicelib.data.write import Transaction
from chalicelib.households import service, store
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Household, Person
from chalicelib.households.forms import read_household, read_person
from chalicelib.organisations.domain import Registration
from chalicelib.shared.errors import NotFound

operations = Operations(Scope.READ_HOUSEHOLDS, Scope.WRITE_HOUSEHOLDS)

_ADDRESS = ("street", "city", "region", "postcode")
_PROFILE = ("first_name", "last_name", "email", "phone", "emergency_name", "emergency_phone")


@operations.get("/households", "listHouseholds", "All households, in the order of their ids", "Households")
def list_households(call: Call) -> Answer:
    """A page of households. Two round trips."""
    return page(store.list_households(call.org, call.after), _household)


@operations.get("/households/{household}", "getHousehold", "One household", "Household")
def get_household(call: Call) -> Answer:
    """A household. Raises NotFound."""
    return _told(service.require_household(call.org, call.params["household"]))


@operations.change(
    "POST", "/households", "createHousehold", "Adds a household without members or sign-in",
    takes="NewHousehold", gives="Household", status=201,
)  # fmt: skip
def create_household(call: Call) -> Answer:
    """Adds a household. Raises Invalid, Conflict."""
    made = store.get_household(call.org, call.new_id)
    if made is not None:
        return _told(made)
    wanted = _read(call, Household(call.new_id, ""))
    transaction = Transaction()
    service.open_household(transaction, call.org, wanted, Deed("client_opened", call.now))
    transaction.commit_or_conflict()
    return _told(replace(wanted, version=1))


@operations.change(
    "PATCH", "/households/{household}", "changeHousehold", "Changes what is told, and leaves the rest",
    takes="HouseholdChange", gives="Household",
)  # fmt: skip
def change_household(call: Call) -> Answer:
    """Changes a household. Raises NotFound, Invalid, Conflict, Problem."""
    stored = service.require_household(call.org, call.params["household"])
    _require_version(call, stored.version)
    summary = service.require_summary(call.org, stored.id)
    wanted = _read(call, stored)
    _require_same_keys(call, stored, wanted)
    service.change_household(call.org, wanted, summary, call.now)
    return _told(replace(wanted, version=call.version + 1))


@operations.get("/households/{household}/members", "listMembers", "The members of a household", "Members")
def list_members(call: Call) -> Answer:
    """All members on one page, for a household has few. Raises NotFound."""
    summary = service.require_summary(call.org, call.params["household"])
    found = store.get_persons(call.org, [row.id for row in summary.members])
    return page(Page([found[row.id] for row in summary.members if row.id in found]), _member)


@operations.get("/households/{household}/members/{member}", "getMember", "One member", "Member")
def get_member(call: Call) -> Answer:
    """A member. Raises NotFound."""
    return versioned(_member(_require_member(call)))


@operations.change(
    "POST", "/households/{household}/members", "createMember", "Adds a member to a household",
    takes="NewMember", gives="Member", status=201,
)  # fmt: skip
def create_member(call: Call) -> Answer:
    """Adds a member. Raises NotFound, Invalid, Conflict."""
    made = store.get_person(call.org, call.new_id)
    if made is None:
        summary = service.require_summary(call.org, call.params["household"])
        service.add_member(call.org, summary, _read_member(call, Person(call.new_id, "", "")), call.now)
        made = store.get_person(call.org, call.new_id)
    if made is None:
        raise NotFound
    return versioned(_member(made))


@operations.change(
    "PATCH", "/households/{household}/members/{member}", "changeMember", "Changes what is told, and leaves the rest",
    takes="MemberChange", gives="Member",
)  # fmt: skip
def change_member(call: Call) -> Answer:
    """Changes a member in all homes. Raises NotFound, Invalid, Conflict, Problem."""
    stored = _require_member(call)
    _require_version(call, stored.version)
    wanted = _read_member(call, stored)
    service.change_member(call.org, wanted, call.now)
    return versioned(_member(replace(wanted, version=call.version + 1)))


def _require_member(call: Call) -> Person:
    summary = service.require_summary(call.org, call.params["household"])
    return service.require_member(call.org, summary, call.params["member"])


def _require_version(call: Call, stored: int | None) -> None:
    if stored != call.version:
        raise Problem(412)


def _require_same_keys(call: Call, stored: Household, wanted: Household) -> None:
    """Where people register, no scope lets a program make itself one of a family. Raises Problem."""
    if wanted.keys != stored.keys and call.organisation.sign_in.registration is not Registration.CLOSED:
        raise Problem(403, "People register with the phone and email on file: the family or the desk changes them.")


def _read(call: Call, stored: Household) -> Household:
    """The household with what is told, by the rules of the family's own form. Raises Invalid."""
    wanted = {**_particulars(stored), **call.body}
    return replace(read_household(wanted, stored, call.organisation), number=wanted["number"])


def _particulars(household: Household) -> dict[str, str]:
    return {
        "name": household.name,
        "email": household.email,
        "phone": household.phone,
        "language": household.language,
        "number": household.number,
        **{part: getattr(household.address, part) for part in _ADDRESS},
    }


def _told(household: Household) -> Answer:
    return versioned(_household(household))


def _household(household: Household) -> dict[str, Any]:
    beside = {"id": household.id, "version": household.version, "status": household.status.value}
    return {**beside, **_particulars(household)}


def _read_member(call: Call, stored: Person) -> Person:
    """The person with what is told, by the rules of the family's own form. Raises Invalid."""
    answers: Mapping[str, str] = {**stored.answers, **call.body.get("answers", {})}
    told = {name: value for name, value in call.body.items() if name != "answers"}
    fields = {"health_notes": stored.health_notes, **_profile(stored), **told}
    named = {f"question-{question}": answer for question, answer in answers.items()}
    return read_person({**fields, **named}, stored, call.organisation, call.today)


def _profile(person: Person) -> dict[str, str]:
    born = person.birth_date.isoformat() if person.birth_date else ""
    return {**{name: getattr(person, name) for name in _PROFILE}, "birth_date": born}


def _member(person: Person) -> dict[str, Any]:
    return {"id": person.id, "version": person.version, **_profile(person)}
