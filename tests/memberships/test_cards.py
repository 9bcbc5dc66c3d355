"""Membership cards: numbers, signed codes, whose they are (CARD-1, NEW-18)."""

from dataclasses import replace

import pytest

from chalicelib.memberships import cards
from chalicelib.memberships.card_pages import square
from chalicelib.memberships.domain import PlanKind
from tests.memberships.carding import bought_pass
from tests.memberships.subscribing import plan, stored, subscribed
from tests.support.world import World, organisation

NORTH = organisation("north")


def test_a_code_opens_only_what_the_organisation_signed() -> None:
    """NEW-18: neither another number, nor another organisation's code, nor a made-up one."""
    code = cards.code(NORTH, "1234567890")
    other = replace(NORTH, import_key=b"x" * 32)

    assert cards.number_of(NORTH, code) == "1234567890"
    for wrong in (code.replace("1234567890", "1234567891"), "1234567890", "1234567890-", "", "-", f"{code}a", "é-ü"):
        assert cards.number_of(NORTH, wrong) == "", wrong
    assert cards.number_of(other, code) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [("123 456 7890", "1234567890"), ("1234567890", "1234567890"), ("12-34 56.7890", "1234567890"), ("123", ""),
     ("\N{ARABIC-INDIC DIGIT ONE}" * 10, "")],
)  # fmt: skip
def test_a_number_is_taken_as_people_type_it(typed: str, number: str) -> None:
    assert cards.typed(typed) == number
    assert not number or cards.in_groups(number) == "123 456 7890"


def test_who_subscribes_to_a_plan_with_a_card_gets_one(world: World) -> None:
    """CARD-1: only of such a plan; the card leads to the subscription."""
    home = world.household("Tremblay", "Léa")
    plan(world, has_card=True, kind=PlanKind.AFFILIATION)
    plan(world, "bronze")
    with_card = stored(world, subscribed(world, home, world.today))
    without = stored(world, subscribed(world, home, world.today, plan="bronze"))

    assert without.card == ""
    assert cards.owner(world.org, with_card.card) == (home.id, with_card.id)
    assert cards.owner(world.org, "0000000000") is None
    assert cards.get_held(world.org, home.id, with_card.id) == with_card
    assert cards.get_held(world.org, "another", with_card.id) is None
    assert cards.get_held(world.org, home.id, "..#") is None


def test_every_pass_has_a_card_of_its_own(world: World) -> None:
    home = world.household("Tremblay", "Léa")
    first, second = bought_pass(world, home), bought_pass(world, home)

    assert first.card != second.card
    assert cards.owner(world.org, second.card) == (home.id, second.id)


def test_the_square_holds_an_address_and_nothing_about_a_person() -> None:
    """CARD-1: what a stranger's camera reads is the address of a page for staff alone."""
    import segno

    drawn = square(NORTH, "1234567890")
    address = f"https://portal.test/north/desk/cards/{cards.code(NORTH, '1234567890')}"
    same = segno.make(address, error="m", micro=False)
    assert drawn == same.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
    assert "style=" not in drawn
