"""An organisation's settings told as its settings file says them: the way back from `organisation_file`.

Pages of settings begin from it, the log of the organisation compares two of them, and an export writes it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.organisations.domain import Organisation, Question
from chalicelib.organisations.terms import BillingTerms, DunningStep, Tax
from chalicelib.organisations.word import WordTerms
from chalicelib.shared.money import exponent
from chalicelib.shared.times import Days

_PER_PERCENT = 10_000

Document = dict[str, Any]
"""Tables within tables, as TOML and JSON know them; numbers with decimals are exact."""


def document(organisation: Organisation) -> Document:
    """All that a settings file can say, in the order in which one does."""
    contact, rules, growing = organisation.contact, organisation.sign_in, organisation.growing
    return {
        "slug": organisation.slug,
        "name": dict(organisation.name),
        "country": organisation.country,
        "zone": organisation.zone,
        "currency": organisation.currency,
        "languages": list(organisation.languages),
        "status": organisation.status.value,
        "modules": sorted(module.value for module in organisation.modules),
        "mail_excerpt": organisation.mail_excerpt,
        "notes": {place: dict(texts) for place, texts in organisation.notes.items()},
        "required_fields": sorted(organisation.required_fields),
        "holidays": [_days(each) for each in organisation.holidays],
        "contact": _told(
            email=contact.email, phone=contact.phone, website=contact.website, address=contact.address
        ),
        "brand": {"colour": organisation.brand.colour},
        "sign_in": {
            "require_email": rules.require_email,
            "text_countries": list(rules.text_countries),
            "codes_per_hour": rules.codes_per_hour,
            "registration": rules.registration.value,
        },
        "billing": _billing(organisation.billing, organisation.currency),
        "enrolment": _enrolment(organisation.enrolment_terms, organisation.currency),
        "word": _word(organisation.word),
        "growing": {"own_sign_in": growing.own_sign_in, "adult": growing.adult},
        "two_homes": {"absence_reasons": organisation.shares_reasons},
        "actions": [{"label": dict(each.label), "target": each.target} for each in organisation.actions],
        "questions": [_question(each) for each in organisation.questions],
        "privacy": _told(officer=organisation.privacy.officer, email=organisation.privacy.email)
        | {f"keep_{kind}_years": years for kind, years in organisation.privacy.keep_years},
    }  # fmt: skip


def _word(terms: WordTerms) -> Document:
    leads = {"class_lead": terms.class_lead, "booking_lead": terms.booking_lead}
    return {"quiet_from": _clock(terms.quiet_from), "quiet_until": _clock(terms.quiet_until), **leads}


def _clock(minutes: int) -> str:
    """A time of the day: 21:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _told(**texts: str) -> Document:
    return {name: text for name, text in texts.items() if text}


def _days(stretch: Days) -> str:
    first, last = (day.isoformat() for day in stretch)
    return first if first == last else f"{first}/{last}"


def _billing(terms: BillingTerms, currency: str) -> Document:
    return {
        **_told(legal_name=terms.legal_name),
        "due_days": terms.due_days,
        "quote_days": terms.quote_days,
        "online": terms.online,
        "partial": terms.partial,
        "partial_minimum": _amount(terms.partial_minimum_minor, currency),
        "overpayment": terms.overpayment,
        "autopay": terms.autopay.value,
        "pay_links": terms.pay_links,
        "numbers": dict(terms.numbers),
        "taxes": [_tax(tax) for tax in terms.taxes],
        **({"footer": dict(terms.footer)} if terms.footer else {}),
        "autopay_notice_days": terms.brakes.notice_days,
        "autopay_moves": terms.brakes.moves,
        "autopay_move_days": terms.brakes.move_days,
        "dunning": [_step(step, currency) for step in terms.dunning.steps],
        "late_fees": terms.dunning.late_fees,
        "late_fee_taxed": terms.dunning.late_fee_taxed,
        **({"late_fee_note": dict(terms.dunning.late_fee_note)} if terms.dunning.late_fee_note else {}),
    }


def _step(step: DunningStep, currency: str) -> Document:
    told: Document = {"days": step.days, "tone": step.tone}
    if step.fee_minor:
        told["fee"] = _amount(step.fee_minor, currency)
    if step.fee_ppm:
        told["fee_percent"] = _percent(step.fee_ppm)
    if step.fee_cap_minor:
        told["fee_most"] = _amount(step.fee_cap_minor, currency)
    return told


def _tax(tax: Tax) -> Document:
    told = {"name": tax.name, "rate": _percent(tax.rate_ppm), "included": tax.included, "compound": tax.compound}
    return told | _told(registration=tax.registration)


def _enrolment(terms: Mapping[str, Any], currency: str) -> Document:
    """Only what the organisation says otherwise than usual, as it is stored."""
    told = dict(terms)
    if "fee_minor" in told:
        told["fee"] = _amount(told.pop("fee_minor"), currency)
    if "fee_ppm" in told:
        told["fee_percent"] = _percent(told.pop("fee_ppm"))
    if "refund" in told:
        told["refund"] = [{"hours": hours, "percent": _percent(ppm)} for hours, ppm in told["refund"]]
    return told


def _question(question: Question) -> Document:
    told: Document = {
        "id": question.id,
        "label": dict(question.label),
        "kind": question.kind.value,
        "required": question.required,
    }
    if question.choices:
        told["choices"] = [{"id": choice, "label": dict(texts)} for choice, texts in question.choices]
    return told


def _amount(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def _percent(ppm: int) -> Decimal:
    return _plain(Decimal(ppm) / _PER_PERCENT)


def _plain(number: Decimal) -> Decimal:
    """Without zeros at the end that say nothing, and never with an exponent: 9.975, 5, 100."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
