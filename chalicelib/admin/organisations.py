"""Opens a portal for a new organisation together with the first person of its staff, and changes its settings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.admin.imports.users import invite
from chalicelib.admin.organisation_document import document
from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import agendas
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.store import create_user
from chalicelib.organisations import audit, store
from chalicelib.organisations.audit import OPERATOR, Author, Entry
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
        transaction.create("reconcile", _turn(organisation.slug, now))
    transaction.commit_or_conflict()
    return owner


def update(organisation: Organisation, logo: bytes, now: datetime) -> None:
    """Writes changed settings over those stored; whether the portal is open stays (`operators`).

    Raises NotFound, Conflict, Unavailable.
    """

    def work(stored: Organisation) -> Organisation:
        return replace(organisation, status=stored.status)

    change(organisation.slug, work, OPERATOR, now, logo=logo)


def change(
    slug: str, work: Callable[[Organisation], Organisation], author: Author, now: datetime, *, logo: bytes = b""
) -> None:
    """Changes the settings to what `work` makes of them, and notes in the organisation's log what is otherwise now.

    Where nothing is, no settings are written; comparing with Stripe begins all the same where a first try was cut off
    before it did. Raises NotFound, Conflict, Unavailable, and what `work` raises.
    """
    transaction = Transaction()
    before, after = store.change(transaction, slug, work, logo)
    changes = audit.changes(_logged(before), _logged(after))
    if changes:
        audit.note(transaction, slug, Entry("settings", now, author, changes=changes))
        if _reminding(before) != _reminding(after):
            agendas.stir_all(transaction, slug)
        transaction.commit_or_conflict()
    if after.billing.online and read.one(ReconcileItem, keys.reconcile(slug)) is None:
        _begin_comparing(slug, now)


def _reminding(organisation: Organisation) -> tuple[object, ...]:
    """What of the settings says when families are reminded, and of what."""
    word = organisation.word
    return word.class_lead, word.booking_lead, organisation.zone, organisation.modules


def _logged(organisation: Organisation) -> dict[str, Any]:
    told = document(organisation)
    return told | {"brand": {**told["brand"], "logo": organisation.brand.logo}}


def _begin_comparing(slug: str, now: datetime) -> None:
    transaction = Transaction()
    transaction.create("reconcile", _turn(slug, now))
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else switched online payments on at the same time
        return


def _turn(slug: str, now: datetime) -> ReconcileItem:
    """The first turn of comparing with Stripe. It stays when payments are switched off: some may be on their way."""
    pk, sk = keys.reconcile(slug)
    return ReconcileItem(pk, sk, org=slug, queue=QUEUE, due=to_iso(now))
