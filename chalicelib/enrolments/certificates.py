"""Certificates that excuse absences (SCH-11): which days one covers, and what an absence then counts as.

An absence is excused for as long as a certificate covers its day. Nothing is written on the absence itself, so
it does not matter which came first, and a certificate that is taken back excuses nothing.
"""

from collections.abc import Iterable
from datetime import date
from enum import Enum

from chalicelib.files.domain import StoredFile
from chalicelib.schedule.domain import Attendance
from chalicelib.shared.frozen import Frozen, frozen


class CertificateKind(Enum):
    """Who wrote a certificate."""

    MEDICAL = "medical"
    OTHER = "other"


@frozen
class Certificate(Frozen):
    """A certificate on file about a member."""

    id: str
    """Starts with the first day that it covers."""
    person: str
    kind: CertificateKind
    covers_from: date
    """First local day."""
    covers_to: date
    """Last local day."""
    received_on: date
    note: str = ""
    by: str = ""
    """User who recorded it; empty: it came with an import."""
    source: str = ""
    paper: StoredFile | None = None
    """The paper itself, if it was handed in as a file; it lies with the person."""

    def covers(self, day: date) -> bool:
        """Whether it excuses an absence on a local day."""
        return self.covers_from <= day <= self.covers_to


def covering(certificates: Iterable[Certificate], day: date) -> Certificate | None:
    """A certificate that covers a local day, or None."""
    return next((each for each in certificates if each.covers(day)), None)


def counted_as(attendance: Attendance, certificate: Certificate | None) -> Attendance:
    """What counts for a meeting whose day `certificate` covers; None: no certificate does."""
    if certificate and attendance is Attendance.ABSENT_UNEXCUSED:
        return Attendance.ABSENT_EXCUSED
    return attendance
