"""People with a role in a household: invited, changed and ended by its holder (NEW-7, C5).

Every change here is written with the household's summary under its version. So two of them take turns, the later one
decides on who is a holder then, and a household never loses its last one.
"""

from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Role
from chalicelib.households.service import require_summary
from chalicelib.identity import braking, store
from chalicelib.identity.account import Account
from chalicelib.identity.braking import Counted
from chalicelib.identity.domain import MAX_HOUSEHOLD_USERS, User, UserStatus
from chalicelib.identity.limits import Rule
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.sharing.domain import Grant, Invitation
from chalicelib.sharing.store import Access, create_invitation, end_share, list_access, take_invitation

_INVITING = Rule((), sends_an_hour=5, sends_a_day=10, failures=0, failure_window=0)
"""Invitations by one user: each is a mail to an address that may be anybody's."""


@frozen
class Hand(Frozen):
    """Whose hand changes a household's access, and when."""

    organisation: Organisation
    me: Account
    now: datetime

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.organisation.slug

    @property
    def household(self) -> str:
        """The household in view."""
        return self.me.household

    def deed(self, kind: str, label: str) -> Deed:
        """What is noted of the act."""
        return Deed(kind, self.now, self.me.user, {"label": label})


class Change:
    """One change of who has access, decided on what is stored now and written under the summary's version."""

    def __init__(self, hand: Hand) -> None:
        found = require_summary(hand.org, hand.household)
        self._hand = hand
        self.access: Access = list_access(hand.org, hand.household)
        self.transaction = Transaction()
        households.save_summary(self.transaction, hand.org, found)

    def holders(self) -> list[User]:
        """Those who hold the household and can sign in."""
        return [user for user in self.access.users if is_holder(user, self._hand)]

    def require_holder(self) -> None:
        """Raises NotFound when whoever acts holds the household no more."""
        if self._hand.me.user not in {user.id for user in self.holders()}:
            raise NotFound

    def require_guardian(self) -> None:
        """Raises NotFound when whoever acts may change nothing here any more."""
        if not any(user.id == self._hand.me.user and may_edit(user, self._hand) for user in self.access.users):
            raise NotFound

    def user(self, user_id: str) -> User:
        """Somebody with a role here. Raises NotFound."""
        found = next((user for user in self.access.users if user.id == user_id), None)
        if found is None:
            raise NotFound
        return found

    def commit(self, kind: str, label: str) -> None:
        """Notes the act and writes it. Raises Conflict when somebody else was quicker."""
        note(self.transaction, self._hand.org, self._hand.household, self._hand.deed(kind, label))
        self.transaction.commit_or_conflict()


def is_holder(user: User, hand: Hand) -> bool:
    """Whether a user holds the household in view."""
    link = user.link(hand.household)
    return may_edit(user, hand) and link is not None and link.role is Role.HOLDER


def may_edit(user: User, hand: Hand) -> bool:
    """Whether a user may change what is the household's in view."""
    link = user.link(hand.household)
    today = local_day(hand.now, hand.organisation.zone)
    may = link is not None and link.role.may_edit and link.is_open(today)
    return may and user.status is UserStatus.ACTIVE


def invite(hand: Hand, name: str, address: str, grant: Grant, *, person: str = "") -> Invitation:
    """Offers a role to whoever proves to have an address; the offer goes there. It is good for fourteen days.

    Whether anybody has an account with the address is not looked up: the holder learns nothing about strangers (A-17).
    With a `person`, it is for the member whom the invited is, and any guardian may. Raises NotFound for whoever may
    not invite by now, Invalid for somebody who has access already, Conflict when there are too many, TooMany.
    """
    change = Change(hand)
    _require_room(change.access, address)
    if person:
        change.require_guardian()
        _require_nobody_else(change, hand, person, address)
    else:
        change.require_holder()
    brake = braking.load(hand.org, [Counted("invite", hand.me.user, _INVITING)], hand.now)
    brake.check()
    invitation = Invitation(
        new_id(), hand.household, name, address, grant, hand.me.user, hand.me.user_name, hand.me.language, hand.now,
        person,
    )  # fmt: skip
    create_invitation(change.transaction, hand.org, invitation)
    brake.add(change.transaction)
    _tell(change.transaction, hand, invitation)
    change.commit("access_invited", name)
    return invitation


def _require_room(access: Access, address: str) -> None:
    if any(address in (user.email, user.mobile) for user in access.users):
        raise Invalid({"address": say("Whoever has this address has access already")})
    if any(address == each.address for each in access.invitations):
        raise Invalid({"address": say("This address is invited already: take the invitation back first")})
    if len(access.users) + len(access.invitations) >= MAX_HOUSEHOLD_USERS:
        raise Conflict(say("No further person can be given access here: contact us"))


def _require_nobody_else(change: Change, hand: Hand, person: str, address: str) -> None:
    """Only one user is a member: whoever were another could read and undo what the member keeps (NEW-14)."""
    is_asked = any(each.person == person and each.is_open(hand.now) for each in change.access.invitations)
    if is_asked or is_somebody_elses(hand.org, person, address):
        raise Conflict(say("Somebody signs in as this member, or is invited to, already: contact us"))


def is_somebody_elses(org: str, person: str, address: str) -> bool:
    """Whether a member keeps something already, or another user than the one with the address is the member."""
    member = households.get_person(org, person)
    homes = member.households if member else ()
    users = [user for home in homes for user in store.list_household(org, home) if user.person == person]
    is_own = any(address in (user.email, user.mobile) for user in users)
    return member is None or (bool(users or member.keeps) and not is_own)


def _tell(transaction: Transaction, hand: Hand, invitation: Invitation) -> None:
    organisation = hand.organisation
    facts = {
        "name": invitation.name,
        "language": invitation.language or organisation.language,
        "by": invitation.by_name,
        "path": f"invitations/{invitation.reference}",
    }
    notice = Notice("invitation", "", facts, address=invitation.address, household=hand.household)
    enqueue(transaction, hand.org, notice, hand.now, message=f"invitation-{invitation.id}")


def take_back(hand: Hand, invitation_id: str) -> None:
    """Ends an invitation that nobody accepted yet. Raises NotFound."""
    change = Change(hand)
    change.require_holder()
    found = next((each for each in change.access.invitations if each.id == invitation_id), None)
    if found is None:
        raise NotFound
    take_invitation(change.transaction, hand.org, found)
    change.commit("access_taken_back", found.name)


def set_grant(hand: Hand, user_id: str, grant: Grant) -> None:
    """Gives somebody else another role, other members or another last day. Raises NotFound, Conflict for oneself."""
    change = Change(hand)
    change.require_holder()
    user = _other(change, hand, user_id)
    store.save_user(change.transaction, hand.org, user.linked(grant.link(hand.household)))
    _end_given(change, hand, user, grant.role)
    change.commit("access_changed", user.name)


def end(hand: Hand, user_id: str) -> None:
    """Ends somebody else's access: their next request finds nothing. Raises NotFound, Conflict for oneself."""
    change = Change(hand)
    change.require_holder()
    _drop(change, hand, _other(change, hand, user_id), "access_ended")


def leave(hand: Hand) -> None:
    """Ends one's own access. Raises Conflict for the last holder: somebody must stay responsible (C5)."""
    change = Change(hand)
    if [user.id for user in change.holders()] == [hand.me.user]:
        raise Conflict(say("You are the only holder. Make somebody else a holder first."))
    _drop(change, hand, change.user(hand.me.user), "access_left")


def _drop(change: Change, hand: Hand, user: User, kind: str) -> None:
    store.save_user(change.transaction, hand.org, user.unlinked(hand.household))
    store.forget_link(change.transaction, hand.org, hand.household, user.id)
    _end_given(change, hand, user, None)
    change.commit(kind, user.name)


def _end_given(change: Change, hand: Hand, user: User, role: Role | None) -> None:
    """Ends what somebody gave others and may give no more: nobody leaves a way in behind for when they are gone."""
    still_edits = role is not None and role.may_edit
    for invitation in change.access.invitations:
        may_go_on = still_edits if invitation.person else role is Role.HOLDER
        if invitation.by == user.id and not may_go_on:
            take_invitation(change.transaction, hand.org, invitation)
    for share in change.access.shares:
        if share.by == user.id and not still_edits:
            end_share(change.transaction, hand.org, share, hand.organisation.zone)


def _other(change: Change, hand: Hand, user_id: str) -> User:
    if user_id == hand.me.user:
        raise Conflict(say("Somebody else has to change this for you."))
    return change.user(user_id)
