"""View models of a place in a class, of giving it back and of changing group: every amount as words (NEW-1)."""

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.enrolments.offer_pages import Offer, when_words
from chalicelib.enrolments.reckoning import Preview, Rule, coming
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.shared.money import Money
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

if TYPE_CHECKING:
    from chalicelib.enrolments.transferring import Exchange

Amounts = list[tuple[str, str]]


class PreviewView(NamedTuple):
    """What giving a place back comes to."""

    lessons: Amounts
    amounts: Amounts
    """From the price down to what is given back, taxes included."""
    outcome: list[str]
    """What happens, in sentences."""
    digest: str


class ExchangeView(NamedTuple):
    """What changing group comes to."""

    facts: Amounts
    amounts: Amounts
    outcome: list[str]
    digest: str


class Possible(NamedTuple):
    """What the page of a place offers to do, and where it leads."""

    path: str
    rules: list[str]
    invoice: str
    leave: bool
    change: bool
    ask: bool
    asked: str
    """The group that was asked for, by name."""
    withdraw: bool
    waits: bool
    held: bool
    successor: str
    """Path of the place it was changed for."""


def preview_view(made: Preview, payout_days: int, local: Local) -> PreviewView:
    """A preview in words; nothing is worked out here."""
    lessons: list[tuple[Message, int]] = [
        (say("Lessons given"), made.lessons.had), (say("Lessons left"), made.lessons.left)
    ]  # fmt: skip
    return PreviewView(
        [(local.say(label), str(count)) for label, count in lessons],
        _amounts(made, local) if made.priced and made.price_minor else [],
        [local.say(sentence) for sentence in _outcome(made, payout_days)],
        made.digest,
    )


def _amounts(made: Preview, local: Local) -> Amounts:
    told: list[tuple[Message, int]] = [
        (say("Price of the place"), made.price_minor),
        (say("Lessons given"), -made.had_minor),
        (say("Price of the lessons left"), made.left_minor),
    ]
    if made.shared_minor != made.left_minor:
        part = local.percent(made.back_ppm)
        told.append((say("Of that %(part)s is given back", part=part), made.shared_minor))
    if made.fee_minor:
        told.append((say("Fee"), -made.fee_minor))
    rows = [(local.say(label), local.money(minor, made.currency)) for label, minor in told]
    rows += [(tax.name, local.money(tax.minor, made.currency)) for tax in made.taxes if tax.minor and not tax.included]
    return [*rows, (local.say(say("Given back, taxes included")), local.money(made.credit_minor, made.currency))]


def _outcome(made: Preview, payout_days: int) -> list[Message]:
    said = [say("The place goes to somebody else."), *_money(made, payout_days)]
    if made.rule is Rule.WITHDRAWAL and made.credit_minor:
        said.append(say("You withdraw within the days after enrolling: only the lessons given are paid."))
    if made.rights:
        said.append(
            say(
                "%(n)s right to make up a lesson is lost.",
                plural="%(n)s rights to make up lessons are lost.",
                n=len(made.rights),
            )
        )
    return said


def _money(made: Preview, payout_days: int) -> list[Message]:
    if not made.priced:
        return [say("What it cost is not recorded here: the money is settled with you by us.")]
    said = []
    if made.off_invoice_minor:
        off = Money(made.off_invoice_minor, made.currency)
        said.append(say("%(amount)s no longer has to be paid on invoice %(number)s.", amount=off,
                        number=made.invoice_number))  # fmt: skip
    said += [
        say("On this invoice %(amount)s stays to pay by %(day)s.", amount=Money(due.minor, made.currency), day=due.on)
        for due in made.dues
    ]
    if made.to_family_minor:
        said.append(_to_family(Money(made.to_family_minor, made.currency), payout_days))
    return said if made.credit_minor else [*said, say("Nothing is given back.")]


def _to_family(amount: Money, payout_days: int) -> Message:
    if not payout_days:
        return say("%(amount)s becomes credit on your account.", amount=amount)
    return say(
        "%(amount)s becomes credit on your account and is paid back within %(n)s day.",
        plural="%(amount)s becomes credit on your account and is paid back within %(n)s days.",
        amount=amount,
        n=payout_days,
    )


def exchange_view(made: "Exchange", offer: Offer, group: ClassGroup) -> ExchangeView:
    """What changing for a place in `group` comes to."""
    local, currency = offer.local, made.currency
    facts: list[tuple[Message, str]] = [
        (say("New group"), local.text(group.title)),
        (say("Days and times"), when_words(coming(group, offer.now), local)),
        (say("First lesson there"), local.datetime(made.first)),
        (say("Lessons"), str(made.new_lessons)),
    ]
    amounts: list[tuple[Message, int]] = [
        (say("Left of your place now"), made.left_minor), (say("Price of the new place"), made.new_minor)
    ]  # fmt: skip
    return ExchangeView(
        [(local.say(label), value) for label, value in facts],
        [(local.say(label), local.money(minor, currency)) for label, minor in amounts] if made.priced else [],
        [local.say(sentence) for sentence in _difference(made)],
        made.digest,
    )


def _difference(made: "Exchange") -> list[Message]:
    more, said = made.difference_minor, list[Message]()
    if not made.priced:
        said.append(say("What it cost is not recorded here: the money is settled with you by us."))
    elif more > 0:
        said.append(say("You get an invoice for it: %(amount)s is still to pay, taxes included.",
                        amount=Money(more, made.currency)))  # fmt: skip
    elif more < 0:
        said.append(say("%(amount)s is given back as credit, taxes included.", amount=Money(-more, made.currency)))
    else:
        said.append(say("Nothing is to pay, and nothing is given back."))
    if made.rights:
        said.append(
            say(
                "%(n)s right to make up a lesson is lost.",
                plural="%(n)s rights to make up lessons are lost.",
                n=len(made.rights),
            )
        )
    return said


def ending_reason(enrolment: Enrolment, home: str) -> str:
    """Why a place ended, as a home of its member may read it: what a family wrote is for us and that family."""
    return "" if enrolment.ended_by == "family" and enrolment.household != home else enrolment.reason


def place_facts(enrolment: Enrolment, group: ClassGroup | None, home: str, local: Local) -> Amounts:
    """What there is to say to a home about a place beyond its class."""
    told: list[tuple[Message, str]] = [
        (say("Period"), f"{local.date(enrolment.starts_on)}\u2013{local.date(enrolment.ends_on)}"),
        (say("Teacher"), (group.instructor if group else "") or local.say(say("not announced yet"))),
        (say("Enrolled on"), local.date(enrolment.enrolled_at)),
    ]
    if enrolment.ended_at:
        told.append((say("Ended on"), local.date(enrolment.ended_at)))
    if reason := ending_reason(enrolment, home):
        told.append((say("Reason"), reason))
    return [(local.say(label), value) for label, value in told]
