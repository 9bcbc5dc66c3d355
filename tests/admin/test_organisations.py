from dataclasses import replace

import pytest

from chalicelib.admin import organisations
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.identity import store as identity
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store
from chalicelib.organisations.domain import Brand, Organisation
from chalicelib.payments.models import ReconcileItem
from chalicelib.payments.reconciling import QUEUE
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import HOUR, after, to_iso
from tests.admin.conftest import NOW
from tests.support.stored import stored_items


def test_a_new_organisation_has_an_owner_who_is_told(organisation: Organisation) -> None:
    """AUTH-11."""
    wanted = replace(organisation, slug=f"{organisation.slug}-2", brand=Brand(logo="digest"))
    owner = organisations.create(wanted, b"png", "Diane Marchand", "Diane@example.com", NOW)
    assert store.get(wanted.slug) == wanted
    assert store.get_logo(wanted.slug) == ("digest", b"png")
    assert identity.find_login(wanted.slug, "email:diane@example.com") == (owner.id, "Diane@example.com")
    assert identity.require_user(wanted.slug, owner.id).staff_role is StaffRole.OWNER
    message = read.one(MessageItem, keys.outbox(wanted.slug, f"activation-{owner.id}"))
    assert message
    assert (message.template, message.user) == ("activation", owner.id)


def test_a_slug_that_is_taken_changes_nothing(organisation: Organisation) -> None:
    before = stored_items(organisation.slug)
    with pytest.raises(Conflict):
        organisations.create(organisation, b"png", "Thief", "thief@example.com", NOW)
    assert stored_items(organisation.slug) == before


def _turn(slug: str) -> ReconcileItem | None:
    return read.one(ReconcileItem, keys.reconcile(slug))


def _paid_online(organisation: Organisation, *, online: bool) -> Organisation:
    return replace(organisation, billing=replace(organisation.billing, online=online))


def test_an_organisation_that_is_paid_online_is_compared_with_stripe(organisation: Organisation) -> None:
    """P-16: from its first day."""
    wanted = replace(_paid_online(organisation, online=True), slug=f"{organisation.slug}-3")

    organisations.create(wanted, b"", "Diane Marchand", "diane@example.com", NOW)

    item = _turn(wanted.slug)
    assert item
    assert (item.org, item.queue, item.due) == (wanted.slug, QUEUE, to_iso(NOW))


def test_switching_online_payments_on_begins_to_compare_and_off_ends_nothing(organisation: Organisation) -> None:
    """P-16: money may still be on its way; the turn that waits stays the same however often settings change."""
    organisations.update(_paid_online(organisation, online=False), b"", NOW)
    assert _turn(organisation.slug) is None

    for online, later in ((True, 0), (True, HOUR), (False, 2 * HOUR)):
        organisations.update(_paid_online(organisation, online=online), b"", after(NOW, later))
        item = _turn(organisation.slug)
        assert item
        assert item.due == to_iso(NOW)
