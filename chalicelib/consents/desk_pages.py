"""View models of consents for the staff: what is asked, and who has signed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.consents import wording
from chalicelib.consents.domain import Listed, Rules, Signature
from chalicelib.consents.overview import Cell, Overview
from chalicelib.consents.pages import ConsentRow
from chalicelib.households.domain import ADULT
from chalicelib.schedule.domain import Ages
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted


class Mark(NamedTuple):
    """How one consent stands about one person, in a table."""

    text: str
    tone: str
    day: str


def consent_row(listed: Listed, local: Local, org: str, today: date) -> ConsentRow:
    """A consent in the staff's list."""
    words, tone = _state(listed, today)
    version = local.say(say("Version %(n)s", n=listed.version)) if listed.version else ""
    needed = local.say(say("Mandatory") if listed.rules.mandatory else say("Voluntary"))
    return ConsentRow(
        local.text(listed.title),
        dotted(version, needed),
        urls.portal(org, f"desk/consents/{listed.id}"),
        local.say(words),
        tone,
    )


def _state(listed: Listed, today: date) -> tuple[Message, str]:
    if listed.retired:
        return say("Out of use"), "neutral"
    if not listed.version:
        return say("Being written"), "warning"
    return (
        (say("Published"), "success") if listed.is_asked(today) else (say("Season over", context="consent"), "neutral")
    )


def rule_words(rules: Rules, local: Local, names: Mapping[str, str]) -> list[str]:
    """Whom a consent concerns, how urgently and for how long; `names` are those of programmes and classes."""
    audience = rules.audience
    told = [local.say(_whom(rules))]
    places = [names.get(each, each) for each in sorted(audience.programmes | audience.class_groups)]
    if places:
        told.append(local.say(say("With a place in: %(names)s", names=", ".join(places))))
    told.append(local.say(say("Mandatory") if rules.mandatory else say("Voluntary")))
    told += [local.say(wording.lasting(rules.lasts)), local.say(wording.signers(rules.signers))]
    return told


def _whom(rules: Rules) -> Message:
    if rules.audience.household:
        return say("About the household")
    return say("About members under %(n)s", n=ADULT) if rules.audience.ages != Ages() else say("About all members")


def marks(cells: tuple[Cell | None, ...], local: Local) -> list[Mark]:
    """One row of the table; a dash for whom is not asked."""
    return [
        Mark(local.say(cell.words), cell.tone, local.date(cell.day) if cell.day else "") if cell else Mark("–", "", "")
        for cell in cells
    ]


def table_rows(found: Overview, local: Local) -> list[list[str]]:
    """The overview as a table for spreadsheets: people, each with the state and the day of each consent."""
    titles = [local.text(each.title) for each in found.consents]
    days = local.say(say("Day", context="signature"))
    head = [local.say(say("Name")), *(cell for title in titles for cell in (title, f"{title}: {days}"))]
    rows = [
        [row.name, *(part for cell in row.cells for part in _plain(cell, local))]
        for row in found.rows
    ]  # fmt: skip
    return [head, *rows]


def _plain(cell: Cell | None, local: Local) -> tuple[str, str]:
    if cell is None:
        return "", ""
    return local.say(cell.words), cell.day.isoformat() if cell.day else ""


def entry_rows(entries: Sequence[Signature], local: Local, org: str) -> list[ConsentRow]:
    """What was said about a member, by the guardians of all homes."""
    return [
        ConsentRow(
            each.title,
            dotted(
                each.member_name,
                each.signer.name,
                local.say(wording.CAPACITIES[each.signer.capacity]),
                local.datetime(each.at),
            ),
            urls.portal(org, f"desk/households/{each.signer.household}/signatures/{each.id}"),
            local.say(wording.ACTS[each.act][0]),
            wording.ACTS[each.act][1],
        )
        for each in entries
    ]
