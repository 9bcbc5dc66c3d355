"""What is stored of the records that rows are or name, noted down for the checks."""

from collections.abc import Iterator

from chalicelib.admin.imports.laying import internal_id, tail
from chalicelib.admin.imports.places import Place, get_places
from chalicelib.admin.imports.staging import Staging, batches
from chalicelib.billing.domain import Invoice
from chalicelib.billing.models import InvoiceItem
from chalicelib.billing.store import invoice_from
from chalicelib.data import keys, read
from chalicelib.households.models import PersonItem
from chalicelib.organisations.domain import Organisation

_KEYS = {
    "household": keys.household,
    "member": keys.person,
    "programme": keys.programme,
    "class": keys.class_group,
    "skill": keys.skill,
}
_BATCH = 100

_UNKNOWN = """
SELECT DISTINCT f.target_kind, f.target FROM reference f
LEFT JOIN record r ON r.kind = f.target_kind AND r.id = f.target
WHERE r.id IS NULL AND f.target_kind NOT IN ('invoice', 'enrolment', 'occurrence')
"""
_PLACED = """
SELECT kind, id FROM record WHERE kind IN ('enrolment', 'certificate', 'booking', 'invoice', 'payment')
UNION SELECT target_kind, target FROM reference WHERE kind = 'payment' AND target_kind = 'invoice'
UNION SELECT target_kind, target FROM reference WHERE target_kind = 'enrolment'
"""
_IN_FILES = """
SELECT EXISTS (SELECT 1 FROM place p JOIN record r ON r.kind = p.kind AND r.id = p.id WHERE p.inner = ?)
"""


def look_up(organisation: Organisation, staging: Staging) -> None:
    """Notes which named records exist, whose the records of the files are already, and what covers stored invoices."""
    _look_up_named(organisation, staging)
    _look_up_invoices(organisation, staging, dict(_look_up_places(organisation, staging)))


def _look_up_named(organisation: Organisation, staging: Staging) -> None:
    for batch in batches(list(staging.rows(_UNKNOWN)), _BATCH):
        places = {
            _KEYS[kind](organisation.slug, internal_id(organisation, kind, name)): (kind, name) for kind, name in batch
        }
        for key, item in read.raw(list(places)).items():
            kind, name = places[key]
            staging.found_stored(kind, name)
            if kind == "member":
                for home in PersonItem.from_raw_data(item).households:
                    staging.add_home(name, str(home))


def _look_up_places(organisation: Organisation, staging: Staging) -> Iterator[tuple[str, Place]]:
    """Notes whose each record is; yields the invoices that are stored."""
    for batch in batches(list(staging.rows(_PLACED)), _BATCH):
        inner = {(kind, name): internal_id(organisation, kind, name) for kind, name in batch}
        found = get_places(organisation.slug, inner.values())
        for (kind, name), record_id in inner.items():
            place = found.get(record_id)
            staging.add_place(kind, name, record_id, place.owner if place else None)
            if kind == "enrolment" and place:
                staging.found_stored(kind, name)
            if kind == "invoice" and place:
                yield name, place


def _look_up_invoices(organisation: Organisation, staging: Staging, places: dict[str, Place]) -> None:
    """Notes stored invoices, issued ones and drafts, with what is covered of them."""
    for batch in batches(places.items(), _BATCH // 2):
        names = {place.record: name for name, place in batch}
        wanted = [
            shape(organisation.slug, place.owner, place.record)
            for _, place in batch
            for shape in (keys.invoice, keys.draft_invoice)
        ]
        for invoice in map(invoice_from, read.many(InvoiceItem, wanted).values()):
            name = names[invoice.id]
            covered = _covered_otherwise(staging, invoice)
            staging.found_stored("invoice", name)
            staging.add_billed(name, invoice.household, invoice.status.value, invoice.total_minor, covered)


def _covered_otherwise(staging: Staging, invoice: Invoice) -> int:
    """What is covered by payments and credit notes that are in no file; files say what theirs cover."""
    others = (each for each in invoice.coverages if not staging.value(_IN_FILES, tail(each.document)))
    return sum(each.minor for each in others)
