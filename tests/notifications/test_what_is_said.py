"""What a reader wants to know of each message, and what a text message has room for (MSG-3, A-23)."""

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.notifications import compose, segments
from chalicelib.notifications.own_words import NONE
from chalicelib.organisations.domain import Contact
from chalicelib.portals import message_routes
from chalicelib.portals.examples import ID
from chalicelib.portals.samples import samples
from chalicelib.shared.ids import is_id
from chalicelib.web import urls
from chalicelib.web.language import Local
from tests.portals.golden import NOW, ORGANISATION

pytestmark = pytest.mark.usefixtures("aws")

LANGUAGES = ("fr", "en", "ru")
SAMPLES = samples("CAD", NOW)
_BRITISH = replace(ORGANISATION, country="GB")


def _said(name: str, variant: int = 0, **facts: Any) -> tuple[str, str]:
    """A message as mail and as text, in plain English."""
    local = compose.local_for(_BRITISH, "en")
    told = {"name": "Marie", "can_reply": False, **SAMPLES[name].variants[variant][1], **facts}
    mail = compose.mail(_BRITISH, local, name, "a@example.com", "ref", told)
    return mail.text, compose.text_message(_BRITISH, local, name, told)


def _texts(language: str) -> list[tuple[str, str]]:
    return [
        (name, message_routes.preview_text(ORGANISATION, language, name, sample, variant))
        for name, sample in SAMPLES.items()
        for variant in range(len(sample.variants))
    ]


def test_examples_are_as_long_as_what_is_sent() -> None:
    """What the desk says a text costs would be wrong with ids that are short."""
    assert is_id(ID)


@pytest.mark.parametrize(("language", "most"), [("fr", 1), ("en", 1), ("ru", 2)])
def test_a_text_leads_to_a_page_with_a_short_address(language: str, most: int) -> None:
    """An id costs as much room as the words; only who is not signed in yet needs an address with one."""
    for name, text in _texts(language):
        assert (ID in text) is (name == "invitation"), name
        assert segments.count(text) <= most, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_writes_no_year_and_one_full_stop(language: str) -> None:
    for name, text in _texts(language):
        words = text.replace(urls.absolute(ORGANISATION.slug), "")
        assert not re.search(r"(?<![\dQ-])2026(?!-)", words), name
        assert not re.search(r"(?<!\.)\.\.(?!\.)", words), name


def test_an_automatic_payment_that_was_refused_says_of_what_with_what_and_when_again() -> None:
    """X-2."""
    for told in _said("payment_failed", 1)[0], _said("payment_failed", 2)[0]:
        assert "We could not charge CA$120.00 for invoice 2026-00042: the payment was refused (Visa •••• 4242)." in told
        assert "/payment-methods" in told
    assert "We will try again on 27 November 2026, unless it is paid by then." in _said("payment_failed", 1)[0]
    assert "We will not try again, so please pay it yourself." in _said("payment_failed", 2)[0]


def test_an_automatic_payment_without_a_method_is_not_called_a_payment_that_failed() -> None:
    """X-2: nobody paid, and no bank refused anything."""
    mail, text = _said("payment_failed", 3)

    for told in (mail, text):
        assert "no valid payment method" in told
        assert "did not go through" not in told
        assert "refused" not in told
        assert "/payment-methods" in told


def test_a_message_of_the_version_before_is_written_still() -> None:
    """D-14: what waited in the outbox while a new version came."""
    before = {"invoice": ID, "minor": 12000, "currency": "CAD", "name": "Marie"}
    mail = compose.mail(_BRITISH, compose.local_for(_BRITISH, "en"), "payment_failed", "a@example.com", "ref", before)
    assert "Your payment of CA$120.00 did not go through." in mail.text
    for name in ("booking_confirmed", "booking_moved", "booking_cancelled"):
        facts = {key: value for key, value in SAMPLES[name].facts.items() if key not in ("ends_at", "was_at", "due_on")}
        told = compose.mail(_BRITISH, compose.local_for(_BRITISH, "en"), name, "a@example.com", "ref", facts)
        assert "Friday, 27 November 2026, 17:30" in told.text


def test_a_charge_that_waits_leads_to_where_the_cap_is_set() -> None:
    """NEW-15."""
    assert f"\n{urls.absolute(ORGANISATION.slug, 'autopay')}\n" in _said("autopay_waits")[0]


def test_a_lesson_that_moved_says_from_when_to_when_and_where() -> None:
    """SCH-3: also to a phone."""
    text = _said("class_moved")[1]
    for words in ("Thu 26 Nov, 17:30", "Fri 27 Nov, 17:30", "Studio 2"):
        assert words in text
    assert _said("class_moved", 1)[1].startswith("Piano, Fri 27 Nov, 17:30: now in Studio 2.")


def test_a_booking_says_until_when_what_it_was_and_by_when_it_is_paid() -> None:
    """BOOK-2."""
    for name in ("booking_requested", "booking_confirmed", "booking_declined", "booking_expired", "booking_cancelled"):
        for told in _said(name):
            assert "17:30–18:30" in told.replace("-", "–"), name
    assert "to be paid by 27 November 2026" in _said("booking_confirmed")[0]
    assert "Until now it was on Thursday, 26 November 2026 at 17:30." in _said("booking_moved")[0]


def test_a_quote_and_a_statement_say_over_how_much() -> None:
    assert "Quote Q2026-00007 for CA$120.00" in _said("quote")[0]
    assert "On 27 November 2026, your balance due was CA$120.00." in _said("statement")[0]
    assert "your account had a credit of CA$35.00." in _said("statement", 1)[0]
    assert "nothing was left to pay." in _said("statement", 2)[0]


def test_a_refund_names_the_payment_that_it_is_of() -> None:
    """A receipt number alone looks as if something was received."""
    told = _said("refund")[0]
    assert "Receipt of your payment: 20261120-EXAMPL" in told
    assert "Receipt number" not in told


def test_a_membership_says_what_is_charged_and_what_another_period_costs() -> None:
    """SUB-2."""
    assert "nothing is charged for it after that day" in _said("membership_expiring")[0]
    assert "You can renew it in your account for CA$120.00." in _said("membership_expiring", 1)[0]
    assert "Write to us" not in _said("membership_expiring", 1)[0]


@pytest.mark.parametrize(
    ("contact", "reach"),
    [
        (Contact("desk@northside.example", "+15145550100", phone_shown="(514) 555-0100"), "Questions: (514) 555-0100."),
        (Contact("desk@northside.example"), "Questions: desk@northside.example."),
        (Contact(""), "about your account. Reply"),
    ],
)
def test_whoever_asks_for_help_hears_how_to_reach_somebody(contact: Contact, reach: str) -> None:
    """M-13: by telephone, or else by mail; it is what carriers ask for, too."""
    organisation = replace(_BRITISH, contact=contact)
    facts = {"name": "", "wish": "help"}
    text = compose.text_message(organisation, Local("en", "GB", "UTC"), "number_answer", facts)
    assert reach in text
    assert "STOP" in text


def test_examples_speak_the_readers_language() -> None:
    """What somebody wrote stands in the language of the preview, and nowhere empty."""
    for language, words in (("fr", "fuite d’eau"), ("en", "water leak"), ("ru", "труба")):
        sample = SAMPLES["booking_declined"]
        assert words in message_routes.preview(ORGANISATION, language, "booking_declined", sample, NONE).text
