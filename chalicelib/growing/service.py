"""What somebody who grew up decides: what the family goes on seeing, an own account, and leaving the family's (NEW-14).

Who pays is not decided by a birthday. What the family bought stays the family's to pay; what the new account buys is
billed to it.
"""

from dataclasses import replace
from datetime import date, datetime

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Household, Person, Private, Role
from chalicelib.households.service import open_household
from chalicelib.households.summary import GIVEN_UP, Summary
from chalicelib.identity import store as identity
from chalicelib.identity.account import Account
from chalicelib.identity.domain import HouseholdLink, User
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.store import get_enrolments
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say


class Own:
    """Somebody's own person, as he or she changes it: read now, written in one transaction."""

    def __init__(self, organisation: Organisation, me: Account, now: datetime) -> None:
        person = households.get_person(organisation.slug, me.person) if me.person else None
        if person is None or me.household not in person.households:
            raise NotFound
        self.org = organisation.slug
        self.person: Person = person
        self.me = me
        self.now = now
        self.transaction = Transaction()

    def homes(self) -> dict[str, Summary]:
        """The summaries of the person's homes, whole."""
        return households.get_summaries(self.org, self.person.households)

    def note(self, household: str, kind: str) -> None:
        """Tells a home's log of it."""
        note(self.transaction, self.org, household, self.deed(kind))

    def deed(self, kind: str) -> Deed:
        """What the person does, for a log."""
        return Deed(kind, self.now, self.me.user, {"label": self.person.name})


def keep(own: Own, keeps: frozenset[Private]) -> None:
    """Sets what the person keeps from everybody else in his or her homes. Raises Conflict."""
    changed = replace(own.person, keeps=keeps)
    households.save_person(own.transaction, own.org, changed)
    for home, summary in own.homes().items():
        after = summary.with_member(households.member_row(changed))
        households.save_summary(own.transaction, own.org, after, name=f"summary {home}")
        own.note(home, "privacy_chosen")
    own.transaction.commit_or_conflict()


def open_account(own: Own) -> str:
    """Opens an account that the person holds alone, and returns its id; asked again, it is the same one.

    The family's account stays as it is: it lists the person, and pays for what it bought. Raises Conflict.
    """
    user = identity.require_user(own.org, own.me.user)
    held = _held(user, own.person)
    if held:
        return held
    home = _household(own, user)
    person = replace(own.person, households=(*own.person.households, home.id))
    deed, summary = own.deed("account_opened"), _summary(own, home, person)
    open_household(own.transaction, own.org, home, deed, member=person, summary=summary)
    identity.save_user(own.transaction, own.org, user.linked(HouseholdLink(home.id, Role.HOLDER)))
    identity.note_link(own.transaction, own.org, home.id, user.id)
    own.note(own.me.household, "account_opened")
    own.transaction.commit_or_conflict()
    return home.id


def _held(user: User, person: Person) -> str:
    """The account that the person holds alone already; empty when there is none."""
    holds = [link.household for link in user.households if link.role is Role.HOLDER]
    return next((home for home in person.households if home in holds), "")


def _household(own: Own, user: User) -> Household:
    return Household(
        id=new_id(),
        name=own.person.name,
        language=user.language or own.me.language,
        email=user.email or own.person.email,
        phone=user.mobile or own.person.phone,
    )


def _summary(own: Own, home: Household, person: Person) -> Summary:
    """What the new account shows from the start: the person, and where he or she goes already."""
    before = own.homes()[own.me.household]
    places = tuple(row for row in before.enrolments if row.member == person.id)
    named = {row.id for row in places}
    return Summary(
        household=home.id,
        name=home.name,
        members=(households.member_row(person),),
        enrolments=places,
        away=tuple(row for row in before.away if row.enrolment in named),
        rights=tuple(row for row in before.rights if row.member == person.id),
    )


def move_out(own: Own, today: date) -> None:
    """Takes the person out of the household in view, which then sees and buys nothing for him or her any more.

    Raises Conflict while something that the household bought is still to come, or without an own account.
    """
    user = identity.require_user(own.org, own.me.user)
    others = tuple(home for home in own.person.households if home != own.me.household)
    if _held(user, own.person) not in others:
        raise Conflict(say("Open your own account first."))
    summary = own.homes()[own.me.household]
    if _still_paid(own, summary, today):
        raise Conflict(say("This family still pays for classes to come. They come to an end first."))
    households.save_person(own.transaction, own.org, replace(own.person, households=others))
    households.drop_member_link(own.transaction, own.org, own.me.household, own.person.id)
    households.save_summary(own.transaction, own.org, summary.without_member(own.person.id))
    identity.save_user(own.transaction, own.org, user.unlinked(own.me.household))
    identity.forget_link(own.transaction, own.org, own.me.household, user.id)
    own.note(own.me.household, "moved_out")
    own.transaction.commit_or_conflict()


def _still_paid(own: Own, summary: Summary, today: date) -> bool:
    """Whether a place that the household bought for the person has not come to its end."""
    live = [row for row in summary.enrolments if row.member == own.person.id and row.ends_on >= today]
    places = get_enrolments(own.org, [(row.member, row.id) for row in live if row.status not in GIVEN_UP])
    return any(place.household == summary.household for place in places.values())
