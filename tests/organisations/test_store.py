"""Organisations are read as they were written."""

from dataclasses import replace

import pytest

from chalicelib.organisations import store
from chalicelib.organisations.domain import (
    ActionButton,
    Brand,
    Contact,
    Module,
    Question,
    QuestionKind,
    SignInRules,
    Status,
)
from chalicelib.shared.errors import Conflict, NotFound
from tests.support.world import World, organisation


def test_every_setting_survives(world: World) -> None:
    told = organisation(
        world.org,
        status=Status.SUSPENDED,
        contact=Contact("a@b.example", "+15145550100", "https://b.example", "1, rue Principale", "(514) 555-0100"),
        brand=Brand("#7a2e5d", "d" * 32),
        sign_in=SignInRules(require_email=False, text_countries=("CA", "FR"), codes_per_hour=7),
        modules=frozenset({Module.CLASSES}),
        actions=(ActionButton({"en": "Call"}, "tel:+15145550100"),),
        required_fields=frozenset({"birth_date", "phone"}),
        questions=(
            Question("photo", {"en": "Photos?", "fr": "Photos ?"}, QuestionKind.YES_NO, required=True),
            Question("size", {"en": "Size"}, QuestionKind.CHOICE, choices=(("s", {"en": "S"}), ("m", {"en": "M"}))),
        ),
    )

    store.update(told)

    assert store.get(world.org) == told


def test_a_slug_is_given_once(world: World) -> None:
    with pytest.raises(Conflict):
        store.create(replace(world.organisation, country="FR"))

    assert store.get(world.org) == world.organisation


def test_the_import_key_never_changes(world: World) -> None:
    """With another key, a second import would not find the records of the first."""
    store.update(replace(world.organisation, import_key=b"other" * 8))

    found = store.get(world.org)
    assert found is not None
    assert found.import_key == world.organisation.import_key


def test_what_is_not_there_is_none(world: World) -> None:
    assert store.get(f"{world.org}-other") is None
    assert store.get_logo(world.org) is None
    with pytest.raises(NotFound):
        store.update(replace(world.organisation, slug=f"{world.org}-other"))
