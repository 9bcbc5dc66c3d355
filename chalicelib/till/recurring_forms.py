"""The desk's form of a recurring invoice: what stands in it, and what is read from it."""

from typing import Any

from chalicelib.households.summary import Summary
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring.domain import Frequency, Recurring, RecurringStatus, coming
from chalicelib.recurring.pages import FREQUENCY_WORDS
from chalicelib.recurring.service import RecurringRequest
from chalicelib.shared.texts import Message, say
from chalicelib.till import lines
from chalicelib.web.forms import Form
from chalicelib.web.http import Request

_MOST_CYCLES = 1000
AUTOPAY_WORDS: dict[AutopayMode, Message] = {
    AutopayMode.OFF: say("The family pays each invoice itself"),
    AutopayMode.OPT_IN: say("Only if the family switches it on"),
    AutopayMode.OPT_OUT: say("Unless the family switches it off"),
    AutopayMode.ALWAYS: say("Always"),
}
"""Who decides whether a payment method on file is charged."""


def choices(request: Request) -> dict[str, Any]:
    """What the form offers to choose from."""
    local = request.local
    return {
        "frequencies": [(each.value, local.say(words)) for each, words in FREQUENCY_WORDS.items()],
        "modes": [(each.value, local.say(words)) for each, words in AUTOPAY_WORDS.items()],
    }


def blank(request: Request, once: str) -> dict[str, str]:
    """What the form of a new one begins with."""
    return {
        "once": once,
        "frequency": Frequency.MONTHLY.value,
        "starts_on": request.today.isoformat(),
        "autopay": request.organisation.billing.autopay.value,
    }


def fields_of(recurring: Recurring, request: Request) -> dict[str, str]:
    """What the form shows of one that is stored: as its next period will be billed."""
    ahead = coming(recurring)
    return {
        **lines.fields_of(ahead.terms.lines, request.organisation, ahead.currency, request.local),
        "title": ahead.title,
        "frequency": ahead.terms.frequency.value,
        "starts_on": ahead.starts_on.isoformat(),
        "cycles": "" if ahead.cycles_left is None else str(ahead.cycles_left),
        "ends_on": ahead.ends_on.isoformat() if ahead.ends_on else "",
        "autopay": ahead.autopay.value,
        "payer": ahead.payer,
        "version": str(ahead.version or 0),
    }


def read(request: Request, home: Summary, form: Form, stored: Recurring | None) -> RecurringRequest:
    """What is to be billed again and again; mistakes are noted in the form. Of one that was begun the start stays."""
    usual = request.organisation.billing.autopay
    title = form.text("title", required=True)
    asked = lines.read(form, request, home, stored.currency if stored else request.organisation.currency)
    frequency = form.choice("frequency", tuple(each.value for each in Frequency), required=True)
    has_begun = stored is not None and stored.status is not RecurringStatus.DRAFT
    starts_on = stored.starts_on if stored and has_begun else form.day("starts_on", required=True) or request.today
    ends_on = form.day("ends_on")
    if ends_on and ends_on < starts_on:
        form.errors["ends_on"] = say("Enter a day after the first")
    wanted = RecurringRequest(
        title=title,
        lines=asked,
        frequency=Frequency.MONTHLY,
        starts_on=starts_on,
        cycles=form.number("cycles", _MOST_CYCLES, least=1),
        ends_on=ends_on,
        currency=stored.currency if stored else "",
        payer=form.choice("payer", tuple(row.id for row in home.members)),
        once=form.text("once"),
    )
    autopay = form.choice("autopay", tuple(each.value for each in AutopayMode))
    if form.errors:
        return wanted
    return wanted._replace(frequency=Frequency(frequency), autopay=AutopayMode(autopay) if autopay else usual)
