"""A finished paper in words: whatever it says is already translated and formatted, and nothing is left to work out.

One paper is one invoice, receipt, quote, credit note or statement. A file holds one paper or many.
"""

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a paper is; each kind has a template of its own in `templates/pdf/`."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    QUOTE = "quote"
    CREDIT_NOTE = "credit_note"
    STATEMENT = "statement"
    SLIP = "slip"
    """For taxes."""
    CONSENT = "consent"
    FORM = "form"


class Size(Enum):
    """A sheet of paper."""

    A4 = "a4"
    LETTER = "us-letter"


class Look(NamedTuple):
    """What the organisation's papers look like."""

    size: Size
    colour: str
    """`#rrggbb`, dark enough to be read on white."""
    logo: bytes = b""
    """An image as it is stored; empty when there is none."""


class Party(NamedTuple):
    """Somebody who is named on the paper, with an address and numbers below the name."""

    name: str
    lines: tuple[str, ...] = ()
    title: str = ""
    """What the party is to the paper, e.g. "Bill to"."""


class Fact(NamedTuple):
    """A thing said in two parts: "Due date", "14 June 2026"."""

    label: str
    value: str


class Column(NamedTuple):
    """A column of a table."""

    title: str
    is_number: bool = False
    """Numbers stand at the end of the cell and are never broken over lines."""
    is_wide: bool = False
    """Takes the room that the others leave, or its part of it where there are several."""


class Row(NamedTuple):
    """A row of a table: one text for each column."""

    cells: tuple[str, ...]
    detail: str = ""
    """Smaller words below the text in the wide column."""


class Group(NamedTuple):
    """Rows that belong together, e.g. all lines for one member."""

    rows: tuple[Row, ...]
    title: str = ""


class Table(NamedTuple):
    """A table whose heads are repeated on each page that it reaches."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    title: str = ""


class Total(NamedTuple):
    """An amount below a table."""

    label: str
    amount: str
    is_strong: bool = False
    """Whether it is a sum that the reader looks for."""


class Passage(NamedTuple):
    """Words under a heading of their own: a note, terms, how to pay."""

    text: str
    title: str = ""


class Picture(NamedTuple):
    """Something that was drawn: an SVG picture of our own making, and what it shows."""

    image: bytes
    shows: str


class Words(NamedTuple):
    """The template's few words, in the paper's language."""

    page: str
    """How pages are counted, with the places `{page}` and `{pages}`."""
    logo: str = ""
    """What the logo shows, for those who do not see it."""


class Paper(NamedTuple):
    """One paper."""

    kind: Kind
    title: str
    number: str
    language: str
    direction: str
    """`ltr` or `rtl`."""
    words: Words
    issuer: Party
    addressee: Party
    facts: tuple[Fact, ...] = ()
    headline: Fact = Fact("", "")
    """The one thing to see first: what is to pay until when, or what came in."""
    tables: tuple[Table, ...] = ()
    totals: tuple[Total, ...] = ()
    annexes: tuple[Table, ...] = ()
    """Tables after the totals: instalments, what is overdue."""
    notes: tuple[Passage, ...] = ()
    picture: Picture | None = None
    footer: str = ""
    """A line at the foot of each page."""
    stamp: str = ""
    """A word across the paper, e.g. "Cancelled"; empty for none."""

    @property
    def name(self) -> str:
        """Title and number together."""
        return f"{self.title} {self.number}".strip()
