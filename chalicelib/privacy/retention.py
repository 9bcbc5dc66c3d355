"""What is kept of a family that leaves, why and until when: by the law of the country, by what the organisation says.

Pure. Years count from the end of the year in which a document was made, as the tax laws have it; what is not kept goes
when the request is carried out.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.texts import Message, say


class Keep(Enum):
    """Why a record is kept when its family leaves."""

    NOT = "not"
    """It is not: it goes at once."""
    BOOKS = "books"
    """Invoices, payments, credit notes and the ledger: bookkeeping and tax law."""
    SLIPS = "slips"
    """Tax slips that were handed out."""
    PROOF = "proof"
    """Agreements that were signed: proof against a claim."""


class Reason(NamedTuple):
    """What is kept, and why."""

    what: Message
    why: Message


REASONS = {
    Keep.BOOKS: Reason(
        say("Invoices, receipts, credit notes and the account, with the name and postal address they were made out to"),
        say("Bookkeeping and tax law obliges the organisation to keep them."),
    ),
    Keep.SLIPS: Reason(
        say("Tax slips that were handed out"), say("Tax law obliges the organisation to keep copies of them.")
    ),
    Keep.PROOF: Reason(
        say("Agreements that were signed"), say("They prove what was agreed for as long as somebody may go to court.")
    ),
}
_BY_COUNTRY: Mapping[str, Mapping[Keep, int]] = {
    "CA": {Keep.BOOKS: 6, Keep.SLIPS: 6, Keep.PROOF: 3},
    "FR": {Keep.BOOKS: 10, Keep.SLIPS: 6, Keep.PROOF: 5},
    "RU": {Keep.BOOKS: 5, Keep.SLIPS: 5, Keep.PROOF: 3},
}
"""Years by country (ISO 3166): Income Tax Act 230(4) and Civil Code of Québec 2925; Code de commerce L123-22, Livre des
procédures fiscales L102 B and Code civil 2224; Federal Law 402-FZ 29 and Civil Code of Russia 196."""
_ELSEWHERE = {Keep.BOOKS: 10, Keep.SLIPS: 10, Keep.PROOF: 5}


def years(country: str, own: Mapping[str, int]) -> dict[Keep, int]:
    """Years for which each kind is kept; `own` are the organisation's, by the value of the kind, never below the
    law's.
    """
    law = _BY_COUNTRY.get(country, _ELSEWHERE)
    return {keep: max(least, own.get(keep.value, 0)) for keep, least in law.items()}


def kept_until(keep: Keep, made_on: date, table: Mapping[Keep, int]) -> date | None:
    """The last day on which a record of that day is kept; None for one that goes at once."""
    return date(made_on.year + table[keep], 12, 31) if keep in table else None
