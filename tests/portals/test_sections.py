"""The pages of settings ask for all that a settings file can say, and for nothing else."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.admin import enrolment_file, organisation_file, terms_file
from chalicelib.portals.fields import Field, Kind
from chalicelib.portals.sections import OPERATORS, SECTIONS, find
from chalicelib.privacy.retention import Keep

DEMO = Path(__file__).parents[2] / "demo" / "organisation.toml"
TABLES = ("contact", "brand", "sign_in", "billing", "enrolment", "growing", "two_homes", "privacy", "notes", "word")
"""Tables of the file whose keys are settings of their own."""
UNUSED = {
    "two_homes.absence_reasons",
    "growing.own_sign_in",
    "growing.adult",
    "holidays",
    "notes.sign_in",
    "notes.home",
    "word.quiet_from",
    "word.quiet_until",
    "word.class_lead",
    "word.booking_lead",
}
"""What the demonstration leaves as usual."""
KEPT = {f"privacy.keep_{keep.value}_years" for keep in Keep if keep is not Keep.NOT}


def _keys(told: Mapping[str, Any]) -> Iterator[str]:
    for key, value in told.items():
        if key in TABLES:
            inner = {f"{key}.numbers.{name}" for name in value.get("numbers", ())}
            yield from inner
            yield from (f"{key}.{name}" for name in value if name != "numbers")
        else:
            yield key


def _fields() -> list[Field]:
    return [field for section in SECTIONS for field in section.fields]


def test_every_setting_of_a_file_is_on_one_page() -> None:
    """ADM-9: whatever the command line can set, the desk can."""
    asked = [field.path for field in _fields()]
    in_file = set(_keys(tomllib.loads(DEMO.read_text())))

    assert len(asked) == len(set(asked))
    assert set(asked) == (in_file - OPERATORS) | UNUSED | KEPT
    assert {path.split(".")[0] for path in asked} | OPERATORS == set(organisation_file._TOP)
    assert {path.split(".")[1] for path in asked if path.startswith("billing.")} == set(terms_file._KNOWN)
    assert {path.split(".")[1] for path in asked if path.startswith("enrolment.")} == set(enrolment_file._KNOWN)


def test_what_money_and_sign_in_rest_on_asks_for_a_fresh_sign_in() -> None:
    """A-28: payment, taxes, numbers, rules, currency, sign-in and how long data are kept."""
    guarded = ("billing", "enrolment", "sign_in", "currency", "country", "zone", "languages", "privacy")

    for section in SECTIONS:
        for field in section.fields:
            assert section.path.startswith("rules/") == field.path.startswith((*guarded, "mail_excerpt")), field.path


def test_choices_offer_what_the_reader_takes() -> None:
    """A choice that is refused could never be made."""
    for field in _fields():
        if field.kind in (Kind.CHOICE, Kind.WORDS) and field.path != "enrolment.makeup_programmes":
            assert field.options, field.path


def test_a_page_is_found_by_its_whole_address_alone() -> None:
    """A page that asks for a fresh sign-in is not reached by another way."""
    assert find("rules/payment")
    assert find("payment") is None
    assert find("rules/about") is None
