"""What is in a family's copy, in words for people and in words for programs (X-15)."""

from datetime import datetime
from typing import Any

from chalicelib.data.items import Item
from chalicelib.papers.composing import Desk
from chalicelib.privacy.gathering import HOLDINGS, kind_of
from chalicelib.privacy.papering import YEARS
from chalicelib.shared.texts import say
from chalicelib.web.language import Local

VERSION = 1
"""Of the form of copies; raised when a field is another."""


def schema(local: Local) -> dict[str, Any]:
    """The kinds of records with their fields, and the kinds that are left out with the reason in words."""
    models = {kind_of(model): model for model in _models(Item)}
    told = {
        holding.name: holding.fields(models[kind])
        for kind, holding in HOLDINGS.items()
        if holding.name and kind in models
    }
    left_out = {kind: local.say(holding.left_out) for kind, holding in HOLDINGS.items() if holding.left_out}
    return {
        "version": VERSION,
        "days": "ISO 8601, as in the organisation's zone",
        "moments": "ISO 8601, UTC",
        "money": "whole minor units of the currency beside it: 1050 CAD are 10.50 $",
        "records": told,
        "left_out": left_out,
    }


def _models(model: type[Item]) -> list[type[Item]]:
    return [each for child in model.__subclasses__() for each in (child, *_models(child))]


def read_me(desk: Desk, count: int, now: datetime) -> str:
    """A page of text in the reader's language, with line ends that every editor knows."""
    local = desk.local
    lines = (
        say("Everything that %(organisation)s keeps about your household", organisation=desk.issuer_name),
        say("Made on %(day)s; %(n)s records", day=now, n=count),
        say("data: records as JSON. The file schema.json says what each field holds, and what is left out and why."),
        say(
            "papers: invoices, receipts, quotes, statements, slips, forms and consents as PDF, %(n)s years back.",
            n=YEARS,
        ),
        say("files: what you sent us and what we shared with you."),
        say("calendar.ics: your classes and bookings, for any calendar."),
        say("Whoever has this file can read all of it. Keep it where only you can get at it."),
    )
    return "\r\n\r\n".join(local.say(line) for line in lines) + "\r\n"
