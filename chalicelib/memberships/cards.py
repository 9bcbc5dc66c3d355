"""Membership cards: the number on one, the signed code that its square holds, and whose it is (CARD-1, NEW-18).

The code names nobody: it is the card's number and a signature under the organisation's own key, so that only cards
which the organisation made open anything, and only for its staff. A number that is typed by staff needs no signature:
they see the card and, on the page, whose it should be.
"""

import hmac
import secrets

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.models import CardItem, PassItem, SubscriptionItem
from chalicelib.memberships.pass_store import pass_from
from chalicelib.memberships.passes import Pass
from chalicelib.memberships.store import subscription_from
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.ids import derived_id, is_dated_id

_DIGITS = 10
_SIGNATURE = 16
"""Characters of the signature: 80 bits."""

Held = Subscription | Pass
"""What a card is for."""


def issue(transaction: Transaction, org: str, household: str, held: str) -> str:
    """Makes a card for the subscription or pass with the id `held`, and returns its number.

    A number that there is already ends the transaction like any other meeting; the next try draws another.
    """
    number = str(secrets.randbelow(9 * 10 ** (_DIGITS - 1)) + 10 ** (_DIGITS - 1))
    transaction.create("card", CardItem(*keys.card(org, number), household=household, held=held))
    return number


def in_groups(number: str) -> str:
    """The number as people read it out: `123 456 7890`."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def typed(text: str) -> str:
    """The digits of a number that somebody typed; empty when it can be none of ours."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return digits if len(digits) == _DIGITS else ""


def code(organisation: Organisation, number: str) -> str:
    """The signed code of a card."""
    return f"{number}-{_signature(organisation, number)}"


def number_of(organisation: Organisation, given: str) -> str:
    """The number of a signed code; empty when the organisation did not sign it."""
    number, _, signature = given.partition("-")
    is_ours = hmac.compare_digest(signature.encode(), _signature(organisation, number).encode())
    return number if is_ours else ""


def _signature(organisation: Organisation, number: str) -> str:
    return derived_id(organisation.import_key, "card", number)[:_SIGNATURE]


def owner(org: str, number: str) -> tuple[str, str] | None:
    """Household and thing that a card belongs to; None when there is no such card. One strong read."""
    item = read.one(CardItem, keys.card(org, number)) if number else None
    return (item.household, item.held) if item else None


def get_held(org: str, household: str, held: str) -> Held | None:
    """The household's subscription or pass with this id; None when it has neither. One round trip."""
    if not is_dated_id(held):
        return None
    subscription, bought = keys.subscription(org, household, held), keys.pass_(org, household, held)
    found = read.raw([subscription, bought])
    if subscription in found:
        return subscription_from(SubscriptionItem.from_raw_data(found[subscription]))
    return pass_from(PassItem.from_raw_data(found[bought])) if bought in found else None
