"""View models of a family's slips: what is ready, what is missing and from whom, and each slip as it was released."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.slips.domain import (
    Missing,
    NumberState,
    Parent,
    Slip,
    SlipFile,
    SlipStatus,
    Standing,
    State,
    is_full,
)
from chalicelib.slips.standing import Season
from chalicelib.slips.words import KIND_WORDS, MISSING_WORDS, NUMBER_WORDS, STATE_WORDS, STATUS_WORDS
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted


class Need(NamedTuple):
    """Something that is missing, and where the family supplies it; nowhere where it is the organisation's."""

    text: str
    who: str
    href: str


class ChildView(NamedTuple):
    """A child in a tax year."""

    name: str
    amount: str
    state: str
    tone: str
    needs: tuple[Need, ...]
    note: str


class SlipRow(NamedTuple):
    """A slip in a list."""

    title: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class ParentView(NamedTuple):
    """A parent who claims."""

    id: str
    name: str
    address: str
    number: str
    """What is known of the number: never the number."""
    may_erase: bool
    may_refuse: bool
    takes_number: bool


class ClaimView(NamedTuple):
    """For which child who claims, as a field of a form."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


class SlipView(NamedTuple):
    """A slip with all that it tells."""

    row: SlipRow
    facts: list[tuple[str, str]]
    payments: tuple[tuple[str, str, str], ...]
    total: str
    replaced: str
    """That another one tells it better, or why it was taken back; empty while it holds."""
    pdf: str


def child_view(standing: Standing, season: Season, organisation: Organisation, local: Local, today: date) -> ChildView:
    """Where a child stands, and what there is to do."""
    words, tone = STATE_WORDS[standing.state]
    return ChildView(
        standing.name,
        local.money(standing.minor, season.rules.currency),
        local.say(words),
        tone,
        tuple(_need(each, standing, organisation, local) for each in standing.missing if _is_told(standing)),
        _note(standing, season, local, today),
    )


def _is_told(standing: Standing) -> bool:
    """Whether the child still waits for what is missing."""
    return standing.state is State.MISSING


def _need(missing: Missing, standing: Standing, organisation: Organisation, local: Local) -> Need:
    who = local.text(organisation.name) if missing.is_ours else local.say(say("you"))
    pages = {
        Missing.BIRTH_DATE: f"members/{standing.child}/edit",
        Missing.PARENT: "slips/parents/add",
        Missing.CLAIM: "slips/parents",
        Missing.ADDRESS: "slips/parents",
        Missing.NUMBER: "slips/parents",
    }
    href = urls.portal(organisation.slug, pages[missing]) if missing in pages else ""
    return Need(local.say(MISSING_WORDS[missing]), who, href)


def _note(standing: Standing, season: Season, local: Local, today: date) -> str:
    """What happens next, where nothing is to do."""
    if standing.state is State.READY:
        if season.year >= today.year:
            return local.say(say("So far. The slip is made when the year is over."))
        return local.say(say("Nothing is missing. You are told as soon as the organisation releases it."))
    if standing.state is State.TOO_OLD:
        return local.say(say("Slips are for children up to %(n)s years old.", n=season.rules.oldest))
    if standing.state is State.REFUSED:
        return local.say(say("Without the number there is no slip. You may still give it."))
    return ""


def slip_row(slip: Slip, org: str, local: Local) -> SlipRow:
    """A slip in a list; what holds no more says so."""
    words, tone = STATUS_WORDS[slip.status]
    return SlipRow(
        title=f"{slip.content.child_name}, {slip.year}",
        href=urls.portal(org, f"slips/{slip.id}"),
        meta=dotted(
            local.say(KIND_WORDS[slip.kind]),
            slip.number,
            slip.content.parent_name,
            local.say(say("Amends %(number)s", number=slip.replaces)) if slip.replaces else "",
        ),
        amount=local.money(slip.content.minor, slip.currency),
        status=local.say(words),
        tone=tone,
    )


def slip_facts(slip: Slip, local: Local) -> list[tuple[str, str]]:
    """What a slip tells, as pairs of label and value."""
    content = slip.content
    pairs = [
        (say("Tax year"), str(slip.year)),
        (say("Number of the slip"), slip.number),
        (say("Code of the slip"), slip.code),
        (say("Amends"), slip.replaces),
        (say("Child"), content.child_name),
        (say("Date of birth"), local.date(content.born, "long")),
        (say("Parent who claims"), content.parent_name),
        (say("Address"), ", ".join(content.address)),
        (say("Issued by"), content.issuer),
        (say("Signed by"), content.signatory),
        (say("Released on"), local.date(slip.released_at, "long")),
    ]
    return [(local.say(label), value) for label, value in pairs if value]


def slip_view(slip: Slip, org: str, local: Local) -> SlipView:
    """A slip as its page shows it."""
    content = slip.content
    return SlipView(
        slip_row(slip, org, local),
        slip_facts(slip, local),
        tuple((number, local.date(on), local.money(minor, slip.currency)) for number, on, minor in content.payments),
        local.money(content.total_minor, slip.currency),
        local.say(_ending(slip)) if slip.status is not SlipStatus.RELEASED else "",
        urls.portal(org, f"slips/{slip.id}/pdf"),
    )


def _ending(slip: Slip) -> Message:
    if slip.status is SlipStatus.AMENDED:
        return say("Slip %(number)s has taken its place: %(reason)s", number=slip.replaced_by, reason=slip.reason)
    return say("It was cancelled: %(reason)s", reason=slip.reason)


def parent_view(parent: Parent, season: Season, local: Local) -> ParentView:
    """A parent with what is known; of the number only that it is there, and since when."""
    address = parent.address
    place = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    written = ", ".join(part for part in (address.street, place) if part)
    return ParentView(
        parent.id,
        parent.name,
        written if is_full(address, season.rules) else dotted(written, local.say(say("incomplete"))),
        _number(parent, season, local),
        may_erase=parent.number is NumberState.GIVEN,
        may_refuse=season.rules.needs_number and parent.number is not NumberState.REFUSED,
        takes_number=season.rules.number is not None,
    )


def _number(parent: Parent, season: Season, local: Local) -> str:
    if season.rules.number is None:
        return ""
    name = local.say(NUMBER_WORDS[season.rules.number])
    told = {
        NumberState.NONE: say("%(name)s: not given yet", name=name),
        NumberState.GIVEN: say("%(name)s: given on %(day)s, kept sealed", name=name, day=parent.number_at),
        NumberState.REFUSED: say("%(name)s: you do not want to give it, so there is no slip", name=name),
    }
    return local.say(told[parent.number])


def claim_views(file: SlipFile, home: Summary, children: Iterable[str], local: Local) -> list[ClaimView]:
    """A choice for each child: one of the parents, or two of them for half each."""
    options = claim_options(file.parents, local)
    return [
        ClaimView(f"claim-{row.id}", row.name, options, "+".join(parent.id for parent in file.claimants(row.id)))
        for row in home.members
        if row.id in children
    ]


def claim_options(parents: Sequence[Parent], local: Local) -> tuple[tuple[str, str], ...]:
    """Every parent alone, and every two of them; the first of two gets the odd cent."""
    alone = [(parent.id, local.say(say("%(name)s, all of it", name=parent.name))) for parent in parents]
    pairs = [
        (f"{one.id}+{other.id}", local.say(say("%(one)s and %(other)s, half each", one=one.name, other=other.name)))
        for place, one in enumerate(parents)
        for other in parents[place + 1 :]
    ]
    return (("", local.say(say("Not told yet"))), *alone, *pairs)
