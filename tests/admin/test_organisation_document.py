"""Settings told as the file says them: what is read again is what was told."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.admin import organisation_file
from chalicelib.admin.organisation_document import document
from chalicelib.organisations.domain import Contact, Organisation, PrivacyTerms
from chalicelib.organisations.terms import BillingTerms, Tax
from chalicelib.shared.times import Days
from tests.support.world import organisation

DEMO = Path(__file__).parents[2] / "demo" / "organisation.toml"


def _again(told: Organisation) -> Organisation:
    return organisation_file.read_told(document(told), told.import_key, told.brand.logo)


def test_the_demonstration_is_read_back_as_it_was() -> None:
    """ADM-9, NEW-20: it uses every setting, so none is forgotten."""
    demo = organisation_file.read(DEMO, b"key", "logo")

    assert _again(demo) == demo
    assert _again(_again(demo)) == demo


def test_every_key_that_a_file_may_have_is_told() -> None:
    told = document(organisation_file.read(DEMO, b""))

    assert set(told) == set(organisation_file._TOP)


def test_a_plain_organisation_with_little_told_is_read_back() -> None:
    plain = organisation("o", contact=Contact(), holidays=(Days(date(2026, 12, 24), date(2027, 1, 3)),))
    kept = replace(plain, privacy=PrivacyTerms("Ann", "ann@example.com", (("books", 10),)), enrolment_terms={})

    assert _again(kept) == kept


@given(st.integers(0, 1_000_000), st.integers(0, 10_000_000), st.sampled_from(["CAD", "JPY", "KWD"]))
def test_no_rate_and_no_amount_is_rounded(ppm: int, minor: int, currency: str) -> None:
    """P-17: never through a float."""
    terms = BillingTerms(taxes=(Tax("T", ppm),), partial_minimum_minor=minor)
    rules = {"fee_minor": minor, "fee_ppm": ppm, "refund": [[48, ppm]]}
    told = organisation("o", currency=currency, billing=terms, enrolment_terms=rules, contact=Contact())

    assert _again(told) == told


@pytest.mark.parametrize(
    ("ppm", "text"), [(99_750, "9.975"), (50_000, "5"), (1_000_000, "100"), (0, "0"), (1, "0.0001")]
)
def test_rates_are_written_as_people_write_them(ppm: int, text: str) -> None:
    told = document(organisation("o", billing=BillingTerms(taxes=(Tax("T", ppm),))))

    assert str(told["billing"]["taxes"][0]["rate"]) == text
