"""Reads and writes all that gives access to a household."""

from datetime import date, datetime

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.domain import Role
from chalicelib.identity.domain import MAX_HOUSEHOLD_USERS, User
from chalicelib.identity.models import HouseholdUserItem, UserItem
from chalicelib.identity.store import user_from
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, after, day_begins, day_or_none, from_iso, moment_or_none, to_iso
from chalicelib.sharing.domain import INVITATION_LIFE, MAX_SHARES, Grant, Invitation, Section, Share
from chalicelib.sharing.models import InvitationItem, ShareItem

_KEPT = 30 * DAY
_MOST = 2 * (MAX_HOUSEHOLD_USERS + MAX_SHARES)
"""Items of one list: what ran out may lie there a while longer."""


@frozen
class Access(Frozen):
    """Everybody and everything that has access to a household."""

    users: list[User]
    """By name; also those whose time is over."""
    invitations: list[Invitation]
    shares: list[Share]


def list_access(org: str, household_id: str) -> Access:
    """All that gives access to a household. Two strong round trips."""
    partition = keys.household_partition(org, household_id)
    rows = read.page(Item, partition, keys.ACCESS, size=_MOST, consistent=True).rows
    wanted = [keys.user(org, row.user) for row in rows if isinstance(row, HouseholdUserItem)]
    users = [user_from(item) for item in read.many(UserItem, wanted).values()] if wanted else []
    linked = [user for user in users if user.link(household_id)]
    return Access(
        sorted(linked, key=lambda user: (user.name.casefold(), user.id)),
        [invitation_from(row) for row in rows if isinstance(row, InvitationItem)],
        [share_from(row) for row in rows if isinstance(row, ShareItem)],
    )


def get_invitation(org: str, reference: str) -> Invitation | None:
    """The invitation that an address names, or None. One strong read."""
    household, _, invitation_id = reference.partition(".")
    item = read.one(InvitationItem, keys.invitation(org, household or "none", invitation_id or "none"))
    return invitation_from(item) if item else None


def create_invitation(transaction: Transaction, org: str, invitation: Invitation) -> None:
    """Adds a new invitation."""
    transaction.create("invitation", invitation_item(org, invitation))


def take_invitation(transaction: Transaction, org: str, invitation: Invitation) -> None:
    """Adds the end of an invitation; refused when it was accepted or taken back meanwhile."""
    transaction.delete("invitation", invitation_item(org, invitation), InvitationItem.pk.exists())


def create_share(transaction: Transaction, org: str, share: Share, zone: str) -> None:
    """Adds a new link."""
    transaction.create("share", share_item(org, share, zone))


def end_share(transaction: Transaction, org: str, share: Share, zone: str) -> None:
    """Adds the end of a link; refused when it has ended already."""
    transaction.delete("share", share_item(org, share, zone), ShareItem.pk.exists())


def touch_share(org: str, share: Share, now: datetime) -> None:
    """Writes down that a link was opened; one that was ended meanwhile stays ended. Failing spoils no page (L-04)."""
    item = ShareItem(*keys.share(org, share.household, share.hash))
    try:
        write.update(item, [ShareItem.seen_at.set(to_iso(now))], ShareItem.pk.exists())
    except (ConditionFailed, Unavailable):
        return


def invitation_item(org: str, invitation: Invitation) -> InvitationItem:
    """The item that stores `invitation`."""
    pk, sk = keys.invitation(org, invitation.household, invitation.id)
    grant = invitation.grant
    return InvitationItem(
        pk,
        sk,
        invitation=invitation.id,
        household=invitation.household,
        name=invitation.name,
        address=invitation.address,
        role=grant.role.value,
        until=grant.until.isoformat() if grant.until else None,
        members=list(grant.members),
        by=invitation.by,
        by_name=invitation.by_name,
        language=invitation.language,
        made_at=to_iso(invitation.made_at),
        person=invitation.person or None,
        expires=after(invitation.made_at + INVITATION_LIFE, _KEPT),
    )


def invitation_from(item: InvitationItem) -> Invitation:
    """The invitation that `item` stores."""
    until = day_or_none(item.until)
    return Invitation(
        id=item.invitation,
        household=item.household,
        name=item.name,
        address=item.address,
        grant=Grant(Role(item.role), until, tuple(item.members)),
        by=item.by,
        by_name=item.by_name,
        language=item.language,
        made_at=from_iso(item.made_at),
        person=item.person or "",
    )


def share_item(org: str, share: Share, zone: str) -> ShareItem:
    """The item that stores `share`; it goes a month after its last day."""
    pk, sk = keys.share(org, share.household, share.hash)
    return ShareItem(
        pk,
        sk,
        token_hash=share.hash,
        household=share.household,
        member=share.member,
        section=share.section.value,
        name=share.name,
        until=share.until.isoformat(),
        by=share.by,
        made_at=to_iso(share.made_at),
        seen_at=to_iso(share.seen_at) if share.seen_at else None,
        expires=after(day_begins(share.until, zone), _KEPT),
    )


def share_from(item: ShareItem) -> Share:
    """The link that `item` stores."""
    return Share(
        hash=item.token_hash,
        household=item.household,
        member=item.member,
        section=Section(item.section),
        name=item.name,
        until=date.fromisoformat(item.until),
        by=item.by,
        made_at=from_iso(item.made_at),
        seen_at=moment_or_none(item.seen_at),
    )
