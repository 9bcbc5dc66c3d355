"""Rules between rows and files, and between files and what is stored: each breach is one reported mistake."""

import json
from collections.abc import Iterator

from chalicelib.admin.imports import values
from chalicelib.admin.imports.columns import sheet
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.lookups import look_up
from chalicelib.admin.imports.member_checks import meetings_of_other_classes, unknown_levels
from chalicelib.admin.imports.places import OWNERS
from chalicelib.admin.imports.staging import Problem, Record, Staging, batches, problem_of
from chalicelib.billing.domain import PaymentStatus
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.identity.domain import User, email_identifier, phone_identifier
from chalicelib.identity.models import LoginItem, UserItem
from chalicelib.identity.store import user_from
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import MAX_OCCURRENCES
from chalicelib.schedule.roll import MAX_SEATS
from chalicelib.shared.texts import say

_BATCH = 50

_MISSING = """
SELECT f.kind, f.line, f.field, f.target_kind, f.target FROM reference f
LEFT JOIN record r ON r.kind = f.target_kind AND r.id = f.target
LEFT JOIN stored s ON s.kind = f.target_kind AND s.id = f.target
WHERE r.id IS NULL AND f.target_kind != 'occurrence'
    AND (s.id IS NULL OR (f.kind = 'line' AND f.target_kind = 'invoice'))
"""
_OWNED = """
SELECT p.kind, r.line, f.field, f.target_kind, f.target, p.owner FROM place p
JOIN record r ON r.kind = p.kind AND r.id = p.id
JOIN reference f ON f.kind = p.kind AND f.id = p.id AND f.field IN ('household', 'member')
WHERE p.owner IS NOT NULL
"""
_TOTALS = """
SELECT r.line, json_extract(r.data, '$.total'), sum(json_extract(l.data, '$.charge')), count(l.id) FROM record r
LEFT JOIN reference f ON f.target_kind = 'invoice' AND f.target = r.id AND f.kind = 'line'
LEFT JOIN record l ON l.kind = 'line' AND l.id = f.id
WHERE r.kind = 'invoice' GROUP BY r.id HAVING count(l.id) = count(json_extract(l.data, '$.charge'))
"""
_COVERED = """
WITH bill AS (
    SELECT id, line, json_extract(data, '$.status') AS status, json_extract(data, '$.total') AS total
    FROM record WHERE kind = 'invoice'
    UNION ALL
    SELECT id, NULL, NULL, total FROM billed
    WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.kind = 'invoice' AND r.id = billed.id)
)
SELECT b.line, b.status, b.total, b.id, max(p.line),
    coalesce((SELECT covered FROM billed WHERE billed.id = b.id), 0) + coalesce(sum(CASE WHEN p.id IS NOT NULL
        THEN coalesce(f.detail, json_extract(p.data, '$.amount') - coalesce(json_extract(p.data, '$.refunded'), 0))
    END), 0)
FROM bill b
LEFT JOIN reference f ON f.target_kind = 'invoice' AND f.target = b.id AND f.kind = 'payment'
LEFT JOIN record p ON p.kind = 'payment' AND p.id = f.id
    AND coalesce(json_extract(p.data, '$.status'), 'completed') IN (SELECT value FROM json_each(?))
GROUP BY b.id
"""
_PAYMENTS = """
SELECT f.line, f.target, json_extract(i.data, '$.status'), a.target, b.target, NULL FROM reference f
JOIN record i ON i.kind = 'invoice' AND i.id = f.target
JOIN reference a ON a.kind = 'payment' AND a.id = f.id AND a.target_kind = 'household'
JOIN reference b ON b.kind = 'invoice' AND b.id = f.target AND b.target_kind = 'household'
WHERE f.kind = 'payment' AND f.target_kind = 'invoice'
UNION ALL
SELECT f.line, f.target, s.status, a.target, NULL, s.owner FROM reference f
JOIN billed s ON s.id = f.target
JOIN reference a ON a.kind = 'payment' AND a.id = f.id AND a.target_kind = 'household'
WHERE f.kind = 'payment' AND f.target_kind = 'invoice'
    AND NOT EXISTS (SELECT 1 FROM record r WHERE r.kind = 'invoice' AND r.id = f.target)
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

_FULL_ROLLS = """
SELECT max(line), target, count(*) FROM reference WHERE kind = 'enrolment' AND target_kind = 'class'
GROUP BY target HAVING count(*) > ?
"""


def check(organisation: Organisation, staging: Staging) -> None:
    """Checks everything that needs more than one row, together with what is stored of the records that rows name."""
    look_up(organisation, staging)
    for problem in _problems(organisation, staging):
        staging.report(problem)


def _problems(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    yield from _missing(staging)
    yield from _moved(organisation, staging)
    yield from _totals(organisation, staging)
    yield from _coverage(organisation, staging)
    yield from _payments(organisation, staging)
    yield from _strangers(organisation, staging)
    yield from _long_classes(staging)
    yield from _full_rolls(staging)
    yield from meetings_of_other_classes(organisation, staging)
    yield from unknown_levels(organisation, staging)
    yield from _logins(organisation, staging)


def _missing(staging: Staging) -> Iterator[Problem]:
    for kind, line, field, target_kind, target in staging.rows(_MISSING):
        file = sheet(target_kind).file
        message = f"“{target}” is neither in {file} nor in the portal"
        if kind == "line" and target_kind == "invoice":
            message = f"“{target}” is not in {file}; an invoice and its lines come together"
        yield Problem(sheet(kind).file, line, field, message)


def _moved(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    """Records that the portal has under another owner: they would be there twice."""
    for kind, line, field, owner_kind, owner, stored in staging.rows(_OWNED):
        if field == OWNERS[kind] and internal_id(organisation, owner_kind, owner) != stored:
            message = f"is not “{owner}” in the portal, and a record stays where it is; one that moves needs a new id"
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
        if paid > total and paid_at:
            yield Problem("payments.csv", paid_at, "invoices", f"payments cover {told} of invoice “{name}”")
        elif paid > total and line:
            yield Problem("invoices.csv", line, "total", f"is less than what is covered already: {told}")
        elif status == "paid" and paid < total:
            yield Problem("invoices.csv", line, "status", f"is paid, but payments cover {told}")
        elif status == "partially_paid" and not 0 < paid < total:
            yield Problem("invoices.csv", line, "status", f"is partially_paid, but payments cover {told}")


def _payments(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    for line, name, status, payer, billed, owner in staging.rows(_PAYMENTS):
        home = owner or internal_id(organisation, "household", billed)
        if internal_id(organisation, "household", payer) != home:
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


def _full_rolls(staging: Staging) -> Iterator[Problem]:
    for line, name, count in staging.rows(_FULL_ROLLS, MAX_SEATS):
        message = f"“{name}” has {count} enrolments; a class can have {MAX_SEATS}"
        yield Problem("enrolments.csv", line, "class", message)


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
            told = say("is another user's sign-in address already")
            yield problem_of("users.csv", record.line, field, told, str(record.get(field)))


def _new_identifiers(record: Record, stored: User | None) -> Iterator[tuple[str, str]]:
    """Login addresses that the row adds; those a user has are only that person's to change (AUTH-13)."""
    if record.get("email") and not (stored and stored.email):
        yield "email", email_identifier(record.get("email"))
    if record.get("mobile") and not (stored and stored.mobile):
        yield "mobile", phone_identifier(record.get("mobile"))
