"""France and Russia: other rules over the same ledger (NEW-9)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.households.domain import Address
from chalicelib.papers.typesetting import Bundle, make
from chalicelib.shared.errors import NotFound
from chalicelib.slips import gathering, releasing, telling
from chalicelib.slips.domain import Missing, State, is_too_old
from chalicelib.slips.paper import slip_paper
from tests.papers.writing import LOOK, MADE_AT, desk, read, words
from tests.slips.giving import Giving, giving, settle_on
from tests.support.world import World, build

PARIS = Address("12, rue Mouffetard", "Paris", "", "75005", "FR")
INN = "500100732259"


def abroad(org: str, country: str, currency: str) -> Giving:
    """A family of an organisation elsewhere, with a child who is young enough everywhere."""
    world = build(org, country=country, currency=currency, zone="Europe/Paris")
    family = giving(world)
    family.child = world.member(family.home, "Anna", date(family.year - 4, 3, 1))
    family.bill()
    family.pay(currency=currency)
    return family


def test_france_asks_for_no_number(org: str, aws: Any) -> None:
    family = abroad(org, "FR", "EUR")
    assert family.standing().missing == (Missing.PARENT,)
    telling.add_parent(family.teller, telling.Particulars("Marie", "Curie", PARIS))

    assert releasing.release(family.desk) == 1

    (slip,) = family.slips()
    assert (slip.currency, slip.content.minor, slip.kind.value) == ("EUR", 30000, "family")


def test_russia_asks_for_a_number_and_does_without(org: str, aws: Any) -> None:
    """Without an INN the tax office wants the passport, which is not ours to keep."""
    family = abroad(org, "RU", "RUB")
    family.name_parent(number="", address=PARIS)
    assert family.standing().state is State.READY
    telling.refuse_number(family.teller, family.parents[0])

    assert releasing.release(family.desk) == 1
    assert family.slips()[0].kind.value == "education"


def test_child_care_in_france_is_for_those_under_six_on_new_years_day(org: str, aws: Any) -> None:
    """Activities may count at any age, where the organisation says so."""
    family = abroad(org, "FR", "EUR")
    year, rules, settings = family.season
    turned = date(year - 6, 1, 1)
    assert is_too_old(turned, year, rules, settings)
    assert not is_too_old(date(year - 6, 1, 2), year, rules, settings)
    assert not is_too_old(turned, year, rules, replace(settings, any_age=True))


def test_a_country_without_a_slip_has_none(world: World) -> None:
    with pytest.raises(NotFound):
        gathering.season_of(replace(world.organisation, country="DE"), 2025)


@pytest.mark.parametrize(("country", "currency"), [("FR", "EUR"), ("RU", "RUB"), ("CA", "CAD")])
@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_every_slip_is_a_paper_that_says_what_it_is_not(
    org: str, aws: Any, country: str, currency: str, language: str
) -> None:
    """Tagged and valid; with the payments that count."""
    family = abroad(org, country, currency)
    family.name_parent(
        number="" if country == "FR" else "130692544" if country == "CA" else INN, address=_home(country)
    )
    releasing.release(family.desk)
    (slip,) = family.slips()

    told = words(read(make(Bundle("Slips", [slip_paper(desk(language), slip)], LOOK, MADE_AT))))

    assert slip.number in told
    assert "Anna Tremblay" in told
    if language == "en":
        assert " not " in told


def _home(country: str) -> Address:
    return Address("4567, avenue du Parc", "Montréal", "QC", "H2V 4E8", "CA") if country == "CA" else PARIS


def test_settings_of_one_organisation_are_not_anothers(world: World, org: str) -> None:
    settle_on(world)
    other = build(f"{org}-b")

    assert gathering.season_of(other.organisation, 2025).settings.words == ()
