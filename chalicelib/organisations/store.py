"""Reads and writes organisations."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from chalicelib.data import keys, read, write
from chalicelib.organisations.domain import (
    ActionButton,
    Brand,
    Contact,
    GrowingAges,
    Module,
    Organisation,
    PrivacyTerms,
    Question,
    QuestionKind,
    Registration,
    SignInRules,
    Status,
)
from chalicelib.organisations.models import LogoItem, OrganisationItem
from chalicelib.organisations.terms import AutopayMode, BillingTerms, BrakeTerms, DunningStep, DunningTerms, Tax
from chalicelib.organisations.word import WordTerms
from chalicelib.shared.contacts import write_phone
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import Days, moment_or_none, to_iso

DUNNING_TERMS = "dunning_terms"
"""Work queue of organisations that changed how they remind: what is unpaid already is looked at anew."""
_AT_ONCE = "2000-01-01T00:00:00Z"


def get(slug: str) -> Organisation | None:
    """The organisation with this slug, or None. One strong read."""
    item = read.one(OrganisationItem, keys.organisation(slug))
    return from_item(item) if item else None


def get_logo(slug: str) -> tuple[str, bytes] | None:
    """Content hash and PNG bytes of the logo, or None."""
    item = read.one(LogoItem, keys.logo(slug), consistent=False)
    return (item.digest, item.image) if item else None


def add(transaction: write.Transaction, organisation: Organisation, logo: bytes = b"") -> None:
    """Adds a new organisation to `transaction`; refused when the slug is taken."""
    transaction.create("organisation", to_item(organisation))
    if logo:
        transaction.put("logo", _logo_item(organisation, logo))


def create(organisation: Organisation, logo: bytes = b"") -> None:
    """Writes a new organisation. Raises Conflict when the slug is taken."""
    transaction = write.Transaction()
    add(transaction, organisation, logo)
    transaction.commit_or_conflict()


def update(organisation: Organisation, logo: bytes = b"") -> None:
    """Writes changed settings over the ones stored; its import key stays, and what it offers to be booked.

    Raises Conflict on a race, NotFound.
    """
    transaction = write.Transaction()
    change(transaction, organisation.slug, lambda _: organisation, logo)
    transaction.commit_or_conflict()


def change(
    transaction: write.Transaction, slug: str, work: Callable[[Organisation], Organisation], logo: bytes = b""
) -> tuple[Organisation, Organisation]:
    """Adds what `work` makes of the settings that are stored, over the version that it was given; both are returned.

    Import key, and what it offers to be booked, stay. Raises NotFound, and what `work` raises.
    """
    item = _stored(slug)
    before = from_item(item)
    after = work(before)
    item.settings = json.dumps(_to_document(after))
    if after.billing.dunning.steps != before.billing.dunning.steps:
        item.queue, item.due = DUNNING_TERMS, _AT_ONCE
    transaction.put("organisation", item)
    if logo:
        transaction.put("logo", _logo_item(after, logo))
    return before, after


def note_bookings(transaction: write.Transaction, slug: str, *, offers: bool) -> None:
    """Adds the note whether families can book anything online; each page asks, so it stands here. Raises NotFound."""
    item = _stored(slug)
    item.offers_bookings = offers
    transaction.put("organisation", item)


def set_ahead(slug: str, ahead: int) -> None:
    """Moves the clock of a demonstration to so many seconds ahead of the world's. Raises NotFound, Conflict."""
    item = _stored(slug)
    item.ahead = ahead
    transaction = write.Transaction()
    transaction.put("organisation", item)
    transaction.commit_or_conflict()


def link_keys(slug: str) -> tuple[tuple[bytes, ...], datetime | None]:
    """What unsubscribe lines of an organisation may be signed with, newest first, and since when that is so; None: as
    long as there is the organisation. Raises NotFound."""
    item = _stored(slug)
    return from_item(item).signing_keys, moment_or_none(item.link_keys_since)


def set_link_keys(slug: str, newest_first: Sequence[bytes], now: datetime) -> None:
    """Has unsubscribe lines signed with the first of these, and taken from all. Raises NotFound, Conflict."""
    item = _stored(slug)
    item.link_keys = [base64.b64encode(each).decode() for each in newest_first]
    item.link_keys_since = to_iso(now)
    transaction = write.Transaction()
    transaction.put("organisation", item)
    transaction.commit_or_conflict()


def _stored(slug: str) -> OrganisationItem:
    item = read.one(OrganisationItem, keys.organisation(slug))
    if item is None:
        raise NotFound
    return item


def _logo_item(organisation: Organisation, logo: bytes) -> LogoItem:
    pk, sk = keys.logo(organisation.slug)
    return LogoItem(pk, sk, digest=organisation.brand.logo, image=logo)


def to_item(organisation: Organisation) -> OrganisationItem:
    """The item that stores `organisation`."""
    pk, sk = keys.organisation(organisation.slug)
    return OrganisationItem(
        pk,
        sk,
        slug=organisation.slug,
        settings=json.dumps(_to_document(organisation)),
        import_key=organisation.import_key,
        link_keys=[base64.b64encode(each).decode() for each in organisation.link_keys] or None,
        offers_bookings=organisation.offers_bookings or None,
        demo_of=organisation.demo_of or None,
        ahead=organisation.ahead or None,
    )


def from_item(item: OrganisationItem) -> Organisation:
    """The organisation that `item` stores."""
    signing = tuple(map(base64.b64decode, item.link_keys or ()))
    keyed = (item.import_key, signing)
    found = _organisation(item.slug, item.settings, *keyed, offers_bookings=bool(item.offers_bookings))
    return replace(found, demo_of=item.demo_of, ahead=int(item.ahead or 0)) if item.demo_of else found


@lru_cache(maxsize=64)
def _organisation(
    slug: str, stored: str, import_key: bytes, signing: tuple[bytes, ...], *, offers_bookings: bool
) -> Organisation:
    """Remembered by all that is stored of it, so never out of date: each request needs it, and it seldom changes."""
    told = json.loads(stored)
    return Organisation(
        slug=slug,
        name=told["name"],
        country=told["country"],
        zone=told["zone"],
        currency=told["currency"],
        languages=tuple(told["languages"]),
        status=Status(told["status"]),
        contact=Contact(**told["contact"]),
        brand=Brand(**told["brand"]),
        sign_in=_sign_in(told["sign_in"]),
        billing=replace(
            _billing(told["billing"]),
            dunning=_dunning(told.get("dunning", {})),
            brakes=BrakeTerms(**told.get("brakes", {})),
        ),
        enrolment_terms=told.get("enrolment", {}),
        modules=frozenset(Module(name) for name in told["modules"]),
        actions=tuple(ActionButton(**action) for action in told["actions"]),
        required_fields=frozenset(told["required_fields"]),
        questions=tuple(_question(question) for question in told["questions"]),
        growing=GrowingAges(*told.get("growing", ())),
        shares_reasons=told.get("shares_reasons", True),
        privacy=_privacy(*told.get("privacy", ())),
        holidays=tuple(Days(*map(date.fromisoformat, stretch)) for stretch in told.get("holidays", ())),
        mail_excerpt=int(told.get("mail_excerpt", 0)),
        notes=told.get("notes", {}),
        word=WordTerms(**told.get("word", {})),
        import_key=import_key,
        link_keys=signing,
        offers_bookings=offers_bookings,
    )


def _sign_in(told: dict[str, Any]) -> SignInRules:
    registration = Registration(told.get("registration", Registration.CLOSED.value))
    countries = tuple(told["text_countries"])
    return SignInRules(**{**told, "text_countries": countries, "registration": registration})


def _privacy(officer: str = "", email: str = "", keep_years: Iterable[tuple[str, int]] = ()) -> PrivacyTerms:
    return PrivacyTerms(officer, email, tuple((kind, years) for kind, years in keep_years))


def _billing(told: dict[str, Any]) -> BillingTerms:
    taxes = tuple(Tax(*tax) for tax in told["taxes"])
    return BillingTerms(**{**told, "taxes": taxes, "autopay": AutopayMode(told["autopay"])})


def _dunning(told: dict[str, Any]) -> DunningTerms:
    return DunningTerms(**{**told, "steps": tuple(DunningStep(*step) for step in told.get("steps", ()))})


def _question(told: dict[str, Any]) -> Question:
    choices = tuple((choice, texts) for choice, texts in told["choices"])
    return Question(told["id"], told["label"], QuestionKind(told["kind"]), told["required"], choices)


_APART = ("own", "dunning", "brakes")
"""What of the rules of money is stored beside them, where versions from before it do not look (D-14)."""


def _dunning_document(terms: DunningTerms) -> dict[str, Any]:
    return {
        "steps": [list(step) for step in terms.steps],
        "late_fees": terms.late_fees,
        "late_fee_note": dict(terms.late_fee_note),
        "late_fee_taxed": terms.late_fee_taxed,
    }


def _billing_document(terms: BillingTerms) -> dict[str, Any]:
    told = {name: getattr(terms, name) for name in BillingTerms.__dataclass_fields__ if name not in _APART}
    texts = {"numbers": dict(terms.numbers), "footer": dict(terms.footer)}
    return {**told, **texts, "taxes": [list(tax) for tax in terms.taxes], "autopay": terms.autopay.value}


def _to_document(organisation: Organisation) -> dict[str, Any]:
    contact, brand, rules = organisation.contact, organisation.brand, organisation.sign_in
    return {
        "name": dict(organisation.name),
        "country": organisation.country,
        "zone": organisation.zone,
        "currency": organisation.currency,
        "languages": list(organisation.languages),
        "status": organisation.status.value,
        "contact": {
            "email": contact.email,
            "phone": contact.phone,
            "website": contact.website,
            "address": contact.address,
            "phone_shown": write_phone(contact.phone, organisation.country) if contact.phone else "",
        },
        "brand": {"colour": brand.colour, "logo": brand.logo},
        "sign_in": {
            "require_email": rules.require_email,
            "text_countries": list(rules.text_countries),
            "codes_per_hour": rules.codes_per_hour,
            "registration": rules.registration.value,
        },
        "billing": _billing_document(organisation.billing),
        "dunning": _dunning_document(organisation.billing.dunning),
        "brakes": {name: getattr(organisation.billing.brakes, name) for name in BrakeTerms.__dataclass_fields__},
        "enrolment": dict(organisation.enrolment_terms),
        "modules": sorted(module.value for module in organisation.modules),
        "actions": [{"label": dict(action.label), "target": action.target} for action in organisation.actions],
        "required_fields": sorted(organisation.required_fields),
        "mail_excerpt": organisation.mail_excerpt,
        "notes": {place: dict(texts) for place, texts in organisation.notes.items()},
        "word": {name: getattr(organisation.word, name) for name in WordTerms.__dataclass_fields__},
        "growing": list(organisation.growing),
        "shares_reasons": organisation.shares_reasons,
        "privacy": list(organisation.privacy),
        "holidays": [[day.isoformat() for day in stretch] for stretch in organisation.holidays],
        "questions": [
            {
                "id": question.id,
                "label": dict(question.label),
                "kind": question.kind.value,
                "required": question.required,
                "choices": [[choice, dict(texts)] for choice, texts in question.choices],
            }
            for question in organisation.questions
        ],
    }
