"""Opens a portal for a new organisation together with the first person of its staff, and changes its settings."""

from datetime import datetime

from chalicelib.admin.imports.users import invite
from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.store import create_user
from chalicelib.organisations import store
from chalicelib.organisations.domain import Organisation
from chalicelib.payments.models import ReconcileItem
from chalicelib.payments.reconciling import QUEUE
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import to_iso


def create(organisation: Organisation, logo: bytes, staff_name: str, staff_email: str, now: datetime) -> User:
    """Writes an organisation and its owner, who is told by mail (AUTH-11): all of it or nothing.

    Raises Conflict when the slug is taken, Unavailable.
    """
    owner = User(new_id(), staff_name, organisation.language, staff_email, staff_role=StaffRole.OWNER)
    transaction = Transaction()
    store.add(transaction, organisation, logo)
    create_user(transaction, organisation.slug, owner)
    invite(transaction, organisation.slug, owner, now)
    if organisation.billing.online:
        transaction.create("reconcile", _turn(organisation, now))
    transaction.commit_or_conflict()
    return owner


def update(organisation: Organisation, logo: bytes, now: datetime) -> None:
    """Writes changed settings over those stored. Raises NotFound, Conflict, Unavailable."""
    store.update(organisation, logo)
    if organisation.billing.online and read.one(ReconcileItem, keys.reconcile(organisation.slug)) is None:
        transaction = Transaction()
        transaction.create("reconcile", _turn(organisation, now))
        try:
            transaction.commit()
        except ConditionFailed:  # somebody else switched online payments on at the same time
            return


def _turn(organisation: Organisation, now: datetime) -> ReconcileItem:
    """The first turn of comparing with Stripe. It stays when payments are switched off: some may be on their way."""
    pk, sk = keys.reconcile(organisation.slug)
    return ReconcileItem(pk, sk, org=organisation.slug, queue=QUEUE, due=to_iso(now))
