from dataclasses import replace

import pytest

from chalicelib.admin import organisations
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.identity import store as identity
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store
from chalicelib.organisations.domain import Brand, Organisation
from chalicelib.shared.errors import Conflict
from tests.admin.conftest import NOW
from tests.support.imports import stored_items


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
