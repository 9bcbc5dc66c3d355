"""Rules between rows and files, and between files and what is stored: each breach is one reported mistake."""

import json
from collections.abc import Iterator

from chalicelib.admin.imports import values
from chalicelib.admin.imports.columns import sheet
from chalicelib.admin.imports.records import internal_id
from chalicelib.admin.imports.staging import Problem, Record, Staging, batches
from chalicelib.billing.domain import PaymentStatus
from chalicelib.billing.models import InvoiceItem
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.households.models import PersonItem
from chalicelib.identity.domain import User, email_identifier, phone_identifier
from chalicelib.identity.models import LoginItem, UserItem
from chalicelib.identity.store import user_from
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import MAX_OCCURRENCES

_KEYS = {
    "household": keys.household,
    "member": keys.person,
    "programme": keys.programme,
    "class": keys.class_group,
}
_BATCH = 50

_UNKNOWN = """
SELECT DISTINCT f.target_kind, f.target FROM reference f
LEFT JOIN record r ON r.kind = f.target_kind AND r.id = f.target
WHERE r.id IS NULL AND f.target_kind != 'invoice'
"""
_UNKNOWN_INVOICES = """
SELECT DISTINCT h.target, f.target FROM reference f
JOIN reference h ON h.kind = 'payment' AND h.id = f.id AND h.target_kind = 'household'
LEFT JOIN record r ON r.kind = 'invoice' AND r.id = f.target
WHERE f.kind = 'payment' AND f.target_kind = 'invoice' AND r.id IS NULL ORDER BY h.target
"""
_MISSING = """
SELECT f.kind, f.line, f.field, f.target_kind, f.target FROM reference f
LEFT JOIN record r ON r.kind = f.target_kind AND r.id = f.target
LEFT JOIN stored s ON s.kind = f.target_kind AND s.id = f.target
WHERE r.id IS NULL AND (s.id IS NULL OR f.kind = 'line')
"""
_TOTALS = """
SELECT r.line, json_extract(r.data, '$.total'), sum(json_extract(l.data, '$.charge')), count(l.id) FROM record r
LEFT JOIN reference f ON f.target_kind = 'invoice' AND f.target = r.id AND f.kind = 'line'
LEFT JOIN record l ON l.kind = 'line' AND l.id = f.id
WHERE r.kind = 'invoice' GROUP BY r.id HAVING count(l.id) = count(json_extract(l.data, '$.charge'))
"""
_COVERED = """
SELECT i.line, json_extract(i.data, '$.status'), json_extract(i.data, '$.total'), i.id, max(p.line),
    coalesce(sum(CASE WHEN p.id IS NOT NULL THEN coalesce(f.detail, json_extract(p.data, '$.amount')) END), 0)
FROM record i
LEFT JOIN reference f ON f.target_kind = 'invoice' AND f.target = i.id AND f.kind = 'payment'
LEFT JOIN record p ON p.kind = 'payment' AND p.id = f.id
    AND coalesce(json_extract(p.data, '$.status'), 'completed') IN (SELECT value FROM json_each(?))
WHERE i.kind = 'invoice' GROUP BY i.id
"""
_PAYMENTS = """
SELECT f.line, f.target, json_extract(i.data, '$.status'), a.target, b.target FROM reference f
JOIN record i ON i.kind = 'invoice' AND i.id = f.target
JOIN reference a ON a.kind = 'payment' AND a.id = f.id AND a.target_kind = 'household'
JOIN reference b ON b.kind = 'invoice' AND b.id = f.target AND b.target_kind = 'household'
WHERE f.kind = 'payment' AND f.target_kind = 'invoice'
"""
_STRANGERS = """
SELECT e.kind, e.line, e.target, h.target FROM reference e
JOIN reference h ON h.kind = e.kind AND h.id = e.id AND h.target_kind = 'household'
WHERE e.kind IN ('enrolment', 'booking') AND e.target_kind = 'member'
UNION ALL
SELECT e.kind, e.line, e.target, h.target FROM reference e
JOIN reference i ON i.kind = 'line' AND i.id = e.id AND i.target_kind = 'invoice'
JOIN reference h ON h.kind = 'invoice' AND h.id = i.target AND h.target_kind = 'household'
WHERE e.kind = 'line' AND e.target_kind = 'member'
"""
_HOME = """
SELECT EXISTS (SELECT 1 FROM reference WHERE kind = 'member' AND id = ?1 AND target = ?2)
    OR EXISTS (SELECT 1 FROM home WHERE member = ?1 AND household = ?3)
    OR NOT EXISTS (
        SELECT 1 FROM record WHERE kind = 'member' AND id = ?1
        UNION SELECT 1 FROM stored WHERE kind = 'member' AND id = ?1
    )
"""
_LONG_CLASSES = """
SELECT max(line), target, count(*) FROM reference WHERE kind = 'occurrence' AND target_kind = 'class'
GROUP BY target HAVING count(*) > ?
"""


def check(organisation: Organisation, staging: Staging) -> None:
    """Checks everything that needs more than one row; reads what is stored only for ids that are in no file."""
    _look_up(organisation, staging)
    _look_up_invoices(organisation, staging)
    for problem in _problems(organisation, staging):
        staging.report(problem)


def _problems(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    yield from _missing(staging)
    yield from _totals(organisation, staging)
    yield from _coverage(organisation, staging)
    yield from _payments(staging)
    yield from _strangers(organisation, staging)
    yield from _long_classes(staging)
    yield from _logins(organisation, staging)


def _look_up(organisation: Organisation, staging: Staging) -> None:
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


def _look_up_invoices(organisation: Organisation, staging: Staging) -> None:
    """Invoices lie in their household's partition under an id that starts with a day: found by the rest of the id."""
    for household, name in list(staging.rows(_UNKNOWN_INVOICES)):
        home = internal_id(organisation, "household", household)
        wanted = internal_id(organisation, "invoice", name)
        partition = keys.household_partition(organisation.slug, home)
        if any(item.invoice.endswith(f"-{wanted}") for item in read.each(InvoiceItem, partition, "INVOICE#")):
            staging.found_stored("invoice", name)


def _missing(staging: Staging) -> Iterator[Problem]:
    for kind, line, field, target_kind, target in staging.rows(_MISSING):
        message = f"“{target}” is neither in {sheet(target_kind).file} nor in the portal"
        yield Problem(sheet(kind).file, line, field, message)


def _totals(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    for line, total, of_lines, count in staging.rows(_TOTALS):
        if not count:
            yield Problem("invoices.csv", line, "id", "has no lines in invoice_lines.csv")
        elif total is not None and total != of_lines:
            told, added = (values.amount_text(minor, organisation.currency) for minor in (total, of_lines))
            yield Problem("invoices.csv", line, "total", f"is {told}, but the lines make {added}")


def _coverage(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    received = json.dumps([status.value for status in PaymentStatus if status.is_received])
    for line, status, total, name, paid_at, paid in staging.rows(_COVERED, received):
        if total is None:
            continue
        told = (
            f"{values.amount_text(paid, organisation.currency)} of {values.amount_text(total, organisation.currency)}"
        )
        if paid > total:
            yield Problem("payments.csv", paid_at, "invoices", f"payments cover {told} of invoice “{name}”")
        elif status == "paid" and paid < total:
            yield Problem("invoices.csv", line, "status", f"is paid, but payments cover {told}")
        elif status == "partially_paid" and not 0 < paid < total:
            yield Problem("invoices.csv", line, "status", f"is partially_paid, but payments cover {told}")


def _payments(staging: Staging) -> Iterator[Problem]:
    for line, name, status, payer, billed in staging.rows(_PAYMENTS):
        if payer != billed:
            yield Problem("payments.csv", line, "invoices", f"“{name}” is an invoice of another household")
        if status == "draft":
            yield Problem("payments.csv", line, "invoices", f"“{name}” is a draft, which nobody can pay")


def _strangers(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    for kind, line, member, household in staging.rows(_STRANGERS):
        home = internal_id(organisation, "household", household)
        if not staging.value(_HOME, member, household, home):
            yield Problem(sheet(kind).file, line, "member", f"“{member}” does not belong to household “{household}”")


def _long_classes(staging: Staging) -> Iterator[Problem]:
    for line, name, count in staging.rows(_LONG_CLASSES, MAX_OCCURRENCES):
        message = f"“{name}” meets {count} times; a class can meet {MAX_OCCURRENCES} times"
        yield Problem("occurrences.csv", line, "class", message)


def _logins(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    """Addresses that a row would take, and that belong to somebody else already (D-01)."""
    for batch in batches(staging.records("user"), _BATCH):
        users = {record.id: internal_id(organisation, "user", record.id) for record in batch}
        found = read.many(UserItem, [keys.user(organisation.slug, user) for user in users.values()])
        stored = {item.user: user_from(item) for item in found.values()}
        wanted = {
            keys.login(organisation.slug, identifier): (record, field)
            for record in batch
            for field, identifier in _new_identifiers(record, stored.get(users[record.id]))
        }
        yield from _taken(wanted, users)


def _taken(wanted: dict[Key, tuple[Record, str]], users: dict[str, str]) -> Iterator[Problem]:
    for key, item in (read.many(LoginItem, list(wanted)) if wanted else {}).items():
        record, field = wanted[key]
        if item.user != users[record.id]:
            message = f"“{record.get(field)}” is another user's sign-in address already"
            yield Problem("users.csv", record.line, field, message)


def _new_identifiers(record: Record, stored: User | None) -> Iterator[tuple[str, str]]:
    """Login addresses that the row adds; those a user has are only that person's to change (AUTH-13)."""
    if record.get("email") and not (stored and stored.email):
        yield "email", email_identifier(record.get("email"))
    if record.get("mobile") and not (stored and stored.mobile):
        yield "mobile", phone_identifier(record.get("mobile"))
