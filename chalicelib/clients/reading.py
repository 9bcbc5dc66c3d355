"""Reads what the page of a client shows: particulars, summary, notes and who signs in, in one round trip."""

from typing import NamedTuple

from chalicelib.clients.models import ClientItem
from chalicelib.clients.notes import Note, notes_from
from chalicelib.data import keys, read
from chalicelib.households.domain import Household
from chalicelib.households.models import HouseholdItem, NotesItem, SummaryItem
from chalicelib.households.store import household_from, summary_from
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import NotFound


class Known(NamedTuple):
    """What is known of a client at a glance."""

    household: Household
    home: Summary
    notes: list[Note]
    users: tuple[str, ...]
    """Names of who signs in, as the list of clients knows them."""


def known(org: str, household_id: str) -> Known:
    """All of it, in one strong round trip. Raises NotFound."""
    wanted = (
        keys.household(org, household_id), keys.summary(org, household_id), keys.client_notes(org, household_id),
        keys.client(org, household_id),
    )  # fmt: skip
    found = read.raw(wanted)
    household, summary, notes, client = (found.get(key) for key in wanted)
    if household is None or summary is None:
        raise NotFound
    return Known(
        household_from(HouseholdItem.from_raw_data(household)),
        summary_from(SummaryItem.from_raw_data(summary)),
        notes_from(NotesItem.from_raw_data(notes) if notes else None),
        tuple(ClientItem.from_raw_data(client).users) if client else (),
    )
