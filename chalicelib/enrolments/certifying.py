"""What staff do with certificates: record one that a family handed in, and take one back (SCH-11)."""

from datetime import date

from chalicelib.data.write import Transaction
from chalicelib.enrolments import certificate_store as store
from chalicelib.enrolments.certificates import Certificate, CertificateKind
from chalicelib.files.domain import StoredFile
from chalicelib.households.store import get_person
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.ids import dated_id, named_id
from chalicelib.shared.texts import Message, say

MAX_NOTE = 500
MAX_DAYS = 400


def record(
    org: str,
    person: str,
    kind: CertificateKind,
    days: tuple[date, date],
    received_on: date,
    note: str = "",
    by: str = "",
    paper: StoredFile | None = None,
) -> Certificate:
    """Keeps a certificate that covers `days`, first and last included. Recording it again changes nothing but brings
    a `paper` that was missing, or another.

    Raises NotFound for an unknown member, Invalid.
    """
    check(days, received_on, note)
    if get_person(org, person) is None:
        raise NotFound
    first, last = days
    name = named_id(f"{person} {kind.value} {last} {received_on}")
    before = store.get_certificate(org, person, dated_id(first, name))
    paper = paper or (before.paper if before else None)
    certificate = Certificate(dated_id(first, name), person, kind, first, last, received_on, note, by, paper=paper)
    transaction = Transaction()
    store.save_certificate(transaction, org, certificate)
    transaction.commit_or_conflict()
    return certificate


def check(days: tuple[date, date], received_on: date, note: str) -> None:
    """Makes sure that a certificate may cover these days. Raises Invalid."""
    if wrong := _mistakes(days, received_on, note):
        raise Invalid(wrong)


def _mistakes(days: tuple[date, date], received_on: date, note: str) -> dict[str, Message]:
    first, last = days
    checks = {
        "covers_to": last < first or (last - first).days > MAX_DAYS,
        "received_on": received_on.year < first.year - 1,
        "note": len(note) > MAX_NOTE,
    }
    words = {
        "covers_to": say("The last day must be the first or a later one, within %(n)s days.", n=MAX_DAYS),
        "received_on": say("This day is long before the days that are covered."),
        "note": say("At most %(n)s characters.", n=MAX_NOTE),
    }
    return {field: words[field] for field, is_wrong in checks.items() if is_wrong}


def remove(org: str, person: str, certificate_id: str) -> Certificate:
    """Takes a certificate back: what it excused is excused no more. Returns what it was. Raises NotFound."""
    found = store.get_certificate(org, person, certificate_id)
    if found is None:
        raise NotFound
    transaction = Transaction()
    store.delete_certificate(transaction, org, found)
    transaction.commit_or_conflict()
    return found
