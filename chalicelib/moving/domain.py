"""What a batch is: files of one source that are brought in together, and may be taken back together."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

MAX_FILES = 20
"""Files of one batch."""
MAX_COLUMNS = 150
MOST_COLUMNS = 400
"""Columns of all files of a batch: it remembers each with its first cells, in one item."""
MOST_ROWS = 200_000
"""Rows of all files of a batch: what they become has to lie on the disk of one worker."""
MAX_SAMPLES = 3
"""Cells of a column that are shown beside it."""
LONGEST_SAMPLE = 40


class Source(Enum):
    """The system that files come from."""

    PLAIN = "plain"
    """A sheet that somebody kept by hand."""
    AMILIA = "amilia"
    ACTIVITY_MESSENGER = "activity_messenger"
    JACKRABBIT = "jackrabbit"
    ICLASSPRO = "iclasspro"
    INVOICE_NINJA = "invoice_ninja"


class Holds(Enum):
    """What a row of a file is."""

    PEOPLE = "people"
    """A member, a client or a family."""
    INVOICES = "invoices"
    OWN = "own"
    """A record of the import's own files, which need no matching."""


class DayOrder(Enum):
    """How days such as 03/04/2026 are meant."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


class Stage(Enum):
    """How far a batch is."""

    MATCHING = "matching"
    """Files are brought and columns matched."""
    CHECKING = "checking"
    CHECKED = "checked"
    """What would happen is known; nothing is written."""
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"
    """A worker gave up; it may be tried again."""
    DISCARDED = "discarded"

    @property
    def is_working(self) -> bool:
        """Whether a worker is at it, or about to be."""
        return self in (Stage.CHECKING, Stage.WRITING, Stage.UNDOING)

    @property
    def is_open(self) -> bool:
        """Whether its files may still be changed."""
        return self in (Stage.MATCHING, Stage.CHECKED)


class Duplicates(Enum):
    """What becomes of families who are here already, by the address that they sign in with."""

    LEAVE_OUT = "leave_out"
    BRING_IN = "bring_in"
    """They are brought in without that address, to be merged afterwards."""


class Told(Enum):
    """What the list of a batch can tell."""

    MISTAKE = "mistake"
    CHANGE = "change"
    """A record that is here already and would say something else."""
    DUPLICATE = "duplicate"
    LEFT = "left"
    """What was not written."""
    KEPT = "kept"
    """What was not taken back."""


class BroughtFile(NamedTuple):
    """A file of a batch, as it lies in the vault."""

    id: str
    name: str
    size: int
    rows: int
    holds: Holds
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    """The first cells of each column."""
    columns: Mapping[str, str]
    """Name of the field that each column of the header fills."""
    days: DayOrder

    def to_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return {**self._asdict(), "holds": self.holds.value, "days": self.days.value}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "BroughtFile":
        """The file that a batch keeps."""
        return cls(
            **{
                **told,
                "holds": Holds(told["holds"]),
                "days": DayOrder(told["days"]),
                "header": tuple(told["header"]),
                "samples": tuple(map(tuple, told["samples"])),
            }
        )


class Wishes(NamedTuple):
    """What whoever brings a batch in decided."""

    duplicates: Duplicates = Duplicates.LEAVE_OUT
    mends: bool = False
    """Whether cells that can not be read stay empty, instead of stopping everything."""
    invites: bool = False
    """Whether new users are told that they have an account (AUTH-11)."""


class Batch(NamedTuple):
    """Files that are brought in together."""

    org: str
    id: str
    source: Source
    stage: Stage
    files: tuple[BroughtFile, ...]
    wishes: Wishes
    made_at: datetime
    made_by: str
    """Name of who brought it."""
    asked_by: tuple[str, str]
    """Id and name of who had it brought in, or taken back, last."""
    counts: Mapping[str, Mapping[str, int]]
    """How many records of each kind are new, changed and untouched."""
    told: Mapping[str, int]
    """How many rows of each kind its list has, and how many more there were (`<kind>+`)."""
    doing: str
    """What a worker is at, as the import calls it."""
    done: int
    total: int
    written_at: datetime | None
    lease: str
    version: int

    def file(self, file_id: str) -> BroughtFile | None:
        """One of its files."""
        return next((each for each in self.files if each.id == file_id), None)

    @property
    def mistakes(self) -> int:
        """How many mistakes its files have."""
        return self.told.get(Told.MISTAKE.value, 0)


class Row(NamedTuple):
    """Something that is told of a batch."""

    place: str
    """File and line."""
    name: str
    """Whose or what it is about."""
    what: str
    """The column, the field, or the reason's name."""
    before: str
    after: str
    link: str = ""
    """Id of the household it is about, if that is here."""
