"""Writes what the organisation offers: programmes, and classes with their dated meetings."""

from collections.abc import Sequence
from functools import partial

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.plan import Outcome, Plan, carry_out
from chalicelib.admin.imports.rows import fingerprint
from chalicelib.admin.imports.staging import Record, Staging, batches
from chalicelib.admin.imports.teaching import TeachingBuilder
from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.models import ProgrammeItem
from chalicelib.schedule.store import class_changes, get_class_groups, programme_from, programme_item

_BATCH = 25

_CLASSES = """
SELECT id FROM record WHERE kind = 'class'
UNION SELECT target FROM reference WHERE kind = 'occurrence' AND target_kind = 'class' ORDER BY 1
"""


def write_catalogue(organisation: Organisation, staging: Staging, total: Outcome) -> None:
    """Writes programmes and classes. Raises Conflict when others keep changing them meanwhile."""
    for programmes in batches(staging.records("programme"), _BATCH):
        carry_out(partial(_plan_programmes, organisation, programmes), total)
    for (name,) in staging.rows(_CLASSES):
        carry_out(partial(_plan_class, organisation, staging, name), total)


def _plan_programmes(organisation: Organisation, records: Sequence[Record]) -> Plan:
    plan, build, org = Plan(), TeachingBuilder(organisation), organisation.slug
    places = {record.id: keys.programme(org, internal_id(organisation, "programme", record.id)) for record in records}
    found = read.many(ProgrammeItem, list(places.values()))
    for record in records:
        item = found.get(places[record.id])
        stored = programme_from(item) if item else None
        changed = stored is None or stored.source != record.source
        plan.count("programme", stored, changed=changed)
        if changed:
            wanted = programme_item(org, build.programme(record, stored))
            plan.add(partial(Transaction.put, name="programme", item=wanted))
    return plan


def _plan_class(organisation: Organisation, staging: Staging, name: str) -> Plan:
    """A class and its meetings are one item: it changes when its row or any row of a meeting does.

    The items by which it is found come first: after a crash the class is as it was, and the next import goes on.
    """
    plan, place = Plan(), internal_id(organisation, "class", name)
    record, meetings = staging.record("class", name), staging.naming("occurrence", "class", name)
    source = fingerprint([record.source if record else "", *(meeting.source for meeting in meetings)])
    stored = get_class_groups(organisation.slug, [place], consistent=True).get(place)
    changed = stored is None or stored.source != source
    plan.count("class", stored, changed=changed)
    if changed:
        group = TeachingBuilder(organisation).class_group(name, record, meetings, stored, source)
        item, puts, deletes = class_changes(organisation.slug, stored, group)
        plan.put_all(puts)
        plan.delete_all(deletes)
        plan.add(partial(Transaction.put, name="class", item=item))
    return plan
