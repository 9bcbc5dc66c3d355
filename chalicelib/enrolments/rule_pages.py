"""The rules of a place in plain words, as families read them before they buy and before they leave."""

from collections.abc import Iterator

from chalicelib.billing.pricing import PER_WHOLE
from chalicelib.schedule.presets import ALWAYS
from chalicelib.schedule.terms import EnrolmentTerms, RefundStep
from chalicelib.shared.money import Money
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

_DAY = 24


def rule_words(terms: EnrolmentTerms, local: Local, currency: str) -> list[str]:
    """What holds for a place, one sentence for each rule."""
    return [*(local.say(words) for words in _leaving(terms, local, currency)), *map(local.say, _others(terms))]


def _leaving(terms: EnrolmentTerms, local: Local, currency: str) -> Iterator[Message]:
    if not terms.leave:
        yield say("To cancel, contact us: places of this class are not cancelled online.")
    if terms.withdrawal_days:
        yield say(
            "If you cancel within %(n)s day of enrolling, you pay only for the lessons given by then.",
            plural="If you cancel within %(n)s days of enrolling, you pay only for the lessons given by then.",
            n=terms.withdrawal_days,
        )
    for step in terms.refund:
        yield _step(step, local)
    if terms.refund and terms.refund[-1].hours > ALWAYS:
        yield say("Later, nothing is given back.")
    if not terms.refund and terms.leave and not terms.withdrawal_days:
        yield say("If you cancel, nothing is given back.")
    yield from _fee(terms, local, currency)
    if terms.payout_days:
        yield say(
            "What you paid too much is paid back within %(n)s day.",
            plural="What you paid too much is paid back within %(n)s days.",
            n=terms.payout_days,
        )


def _step(step: RefundStep, local: Local) -> Message:
    part = local.percent(step.back_ppm)
    if step.hours <= ALWAYS:
        return say("If you cancel, %(part)s of the price of the lessons to come is given back.", part=part)
    if step.hours == 0:
        return say("Until the first lesson: %(part)s of the price of the lessons to come is given back.", part=part)
    span = _span(abs(step.hours), local)
    if step.hours > 0:
        return say("Up to %(span)s before the first lesson: %(part)s of the price is given back.", span=span, part=part)
    return say(
        "Up to %(span)s after the first lesson: %(part)s of the price of the lessons to come is given back.",
        span=span,
        part=part,
    )


def _span(hours: int, local: Local) -> str:
    if hours % _DAY:
        return local.say(say("%(n)s hour", plural="%(n)s hours", n=hours))
    return local.say(say("%(n)s day", plural="%(n)s days", n=hours // _DAY))


def _fee(terms: EnrolmentTerms, local: Local, currency: str) -> Iterator[Message]:
    if not terms.fee_minor or not (terms.refund or terms.withdrawal_days):
        return
    fee = Money(terms.fee_minor, currency)
    if terms.fee_ppm < PER_WHOLE:
        part = local.percent(terms.fee_ppm)
        yield say("Of that we keep a fee of %(part)s, at most %(fee)s before taxes.", part=part, fee=fee)
    else:
        yield say("Of that we keep a fee of %(fee)s before taxes.", fee=fee)
    if terms.free_before_start:
        yield say("Before the first lesson there is no fee.")


def _others(terms: EnrolmentTerms) -> Iterator[Message]:
    if terms.transfer and terms.transfer_limit != 0:
        yield say("You may change to another group of the same programme that has a place.")
    elif terms.transfer_requests:
        yield say("You may ask for another group of the same programme.")
    if terms.makeups:
        yield say("An absence told in time gives the right to make up the lesson in another group.")
