"""Keeps certificates: reads and writes them, in the person's partition."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.write import Transaction
from chalicelib.enrolments.certificates import Certificate, CertificateKind
from chalicelib.files.domain import StoredFile

MOST = 100
"""Certificates that count for a page of history: the latest."""


class CertificateItem(Item, discriminator="certificate"):
    """A certificate; both homes of a child see it."""

    certificate = UnicodeAttribute()
    person = UnicodeAttribute()
    reason = UnicodeAttribute()
    """Kind of certificate."""
    covers_from = UnicodeAttribute()
    covers_to = UnicodeAttribute()
    received_on = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    paper = JSONAttribute(null=True)


def list_certificates(org: str, person_id: str, after: str = "", *, size: int = read.PAGE) -> read.Page[Certificate]:
    """A member's certificates, latest first, a page at a time. One round trip."""
    found = read.listed(CertificateItem, partial(keys.certificate, org, person_id), after=after, size=size)
    return read.Page([certificate_from(item) for item in found.rows], found.next)


def get_certificates(org: str, wanted: Iterable[tuple[str, str]]) -> dict[str, Certificate]:
    """Certificates that exist, by id, of pairs of person and certificate. One round trip a hundred."""
    found = read.many(CertificateItem, [keys.certificate(org, *pair) for pair in wanted])
    return {item.certificate: certificate_from(item) for item in found.values()}


def get_certificate(org: str, person_id: str, certificate_id: str) -> Certificate | None:
    """The certificate, or None. One strong read."""
    item = read.one(CertificateItem, keys.certificate(org, person_id, certificate_id))
    return certificate_from(item) if item else None


def save_certificate(transaction: Transaction, org: str, certificate: Certificate) -> None:
    """Adds the write of a certificate."""
    transaction.put(f"certificate {certificate.id}", _item(org, certificate))


def delete_certificate(transaction: Transaction, org: str, certificate: Certificate) -> None:
    """Adds the removal of a certificate."""
    transaction.delete("certificate", _item(org, certificate))


def _item(org: str, certificate: Certificate) -> CertificateItem:
    pk, sk = keys.certificate(org, certificate.person, certificate.id)
    return CertificateItem(
        pk,
        sk,
        certificate=certificate.id,
        person=certificate.person,
        reason=certificate.kind.value,
        covers_from=certificate.covers_from.isoformat(),
        covers_to=certificate.covers_to.isoformat(),
        received_on=certificate.received_on.isoformat(),
        note=certificate.note or None,
        by=certificate.by or None,
        source=certificate.source or None,
        paper=certificate.paper.to_json() if certificate.paper else None,
    )


def certificate_from(item: CertificateItem) -> Certificate:
    """The certificate that `item` stores."""
    return Certificate(
        item.certificate,
        item.person,
        CertificateKind(item.reason),
        date.fromisoformat(item.covers_from),
        date.fromisoformat(item.covers_to),
        date.fromisoformat(item.received_on),
        item.note or "",
        item.by or "",
        item.source or "",
        StoredFile.from_json(item.paper) if item.paper else None,
    )
