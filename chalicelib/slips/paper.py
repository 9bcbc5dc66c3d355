"""A slip as a paper: what it tells, what it is made from, and what it is not."""

from chalicelib.papers import composing
from chalicelib.papers.composing import Desk, columns, facts, notes
from chalicelib.papers.paper import Fact, Group, Kind, Paper, Party, Passage, Row, Table, Total
from chalicelib.shared.texts import say
from chalicelib.slips.domain import Slip, SlipKind, SlipStatus
from chalicelib.slips.words import ISSUER_WORDS, KIND_WORDS, OFFICIAL, STATUS_WORDS

_CODED = frozenset({SlipKind.RL24})
"""Slips that carry the letter by which the tax office tells originals from what follows them."""


def slip_paper(desk: Desk, slip: Slip) -> Paper:
    """The slip as it was released, with its mark where it holds no more. The parent's number is never on it (NEW-9)."""
    local, content = desk.local, slip.content
    addressee = Party(content.parent_name, content.address, desk.say(say("Parent who claims")))
    blank = composing.paper(desk, Kind.SLIP, KIND_WORDS[slip.kind], slip.number, addressee)
    return blank._replace(
        facts=facts(
            desk,
            (say("Tax year"), str(slip.year)),
            (say("Code of the slip"), slip.code if slip.kind in _CODED else ""),
            (say("Amends"), slip.replaces),
            (say("Child"), content.child_name),
            (say("Date of birth"), local.date(content.born, "long")),
            (ISSUER_WORDS[slip.kind], content.issuer),
            (say("Released on"), local.date(slip.released_at, "long")),
        ),
        headline=Fact(
            desk.say(say("Paid in %(year)s, to be claimed by %(name)s", year=slip.year, name=content.parent_name)),
            local.money(content.minor, slip.currency),
        ),
        tables=(_payments(desk, slip),),
        totals=_totals(desk, slip),
        notes=_notes(desk, slip),
        stamp=desk.say(STATUS_WORDS[slip.status][0]) if slip.status is not SlipStatus.RELEASED else "",
    )


def _payments(desk: Desk, slip: Slip) -> Table:
    local = desk.local
    rows = tuple(
        Row((desk.say(say("Invoice %(number)s", number=number)), local.date(on), local.money(minor, slip.currency)))
        for number, on, minor in slip.content.payments
    )
    heads = columns(desk, say("What it paid"), say("Received"), say("Amount"))
    return Table(heads, (Group(rows),), desk.say(say("Payments that count")))


def _totals(desk: Desk, slip: Slip) -> tuple[Total, ...]:
    """All that was paid for the child, and what of it this parent claims."""
    local, content = desk.local, slip.content
    whole = Total(desk.say(say("Paid for the child")), local.money(content.total_minor, slip.currency))
    part = Total(desk.say(say("Amount of this slip")), local.money(content.minor, slip.currency), is_strong=True)
    return (part,) if content.minor == content.total_minor else (whole, part)


def _notes(desk: Desk, slip: Slip) -> tuple[Passage, ...]:
    told = [Passage(desk.say(OFFICIAL[slip.kind]), desk.say(say("Please note")))]
    if slip.kind is not SlipKind.FAMILY:
        told.append(Passage(desk.say(say("The parent’s number at the tax office is never printed here."))))
    if slip.status is SlipStatus.AMENDED:
        told.append(Passage(desk.say(say("Slip %(number)s has taken its place.", number=slip.replaced_by))))
    if slip.reason:
        told.append(Passage(slip.reason, desk.say(say("Why it was amended or cancelled"))))
    told.append(Passage(slip.content.signatory, desk.say(say("For the organisation"))))
    return (*told, *notes(desk, ""))
