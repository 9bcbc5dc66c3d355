"""The finder function: keeps what staff find households by as these are written, whoever writes them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from chalicelib.billing.models import InvoiceItem
from chalicelib.clients import indexing
from chalicelib.data import handed, keys, read
from chalicelib.data.keys import Key
from chalicelib.entry import loaded
from chalicelib.households.models import PersonItem
from chalicelib.households.store import person_from
from chalicelib.identity.models import UserItem
from chalicelib.identity.store import user_from
from chalicelib.shared import tracing
from chalicelib.web import logs


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Reads each household anew that something was written of, once for all that came together.

    What went wrong with one household is told again, that household's alone; doing it again does no harm.
    """
    logs.configure()
    tracing.begin_run(context)
    told = {message: handed.key_of(record) for message, record in handed.records(event).items()}
    wanted: dict[tuple[str, str], set[str]] = {}
    found = _homes(set(told.values()))
    for message, key in told.items():
        for home in found[key]:
            wanted.setdefault(home, set()).add(message)
    missed = [
        message for home in sorted(wanted) if not _done(partial(indexing.refresh, *home)) for message in wanted[home]
    ]
    invoices = {key: message for message, key in told.items() if key.sk.startswith(keys.INVOICES)}
    missed += [invoices[item.key] for item in _invoices(invoices) if not _done(partial(_note, item))]
    logs.event("clients", households=len(wanted), invoices=len(invoices), missed=len(missed))
    return handed.failed(dict.fromkeys(missed))


def _done(work: Callable[[], object]) -> bool:
    try:
        work()
    except Exception as error:
        logs.failure("clients.failed", error)
        return False
    return True


def _homes(places: Collection[Key]) -> Mapping[Key, Iterable[tuple[str, str]]]:
    """Households that items are about: the one whose it is, or those of a person or user as they are now."""
    persons = read.many(PersonItem, [key for key in places if key.sk == "PERSON"])
    users = read.many(UserItem, [key for key in places if key.sk == "USER"])
    return {key: list(_homes_of(key, persons.get(key), users.get(key))) for key in places}


def _homes_of(key: Key, person: PersonItem | None, user: UserItem | None) -> Iterator[tuple[str, str]]:
    org = keys.organisation_of(key)
    if person:
        found = person_from(person)
        yield from ((org, home) for home in (*found.households, *found.archived_in))
    elif user:
        yield from ((org, link.household) for link in user_from(user).households)
    elif key.sk not in ("PERSON", "USER") and not key.sk.startswith(keys.INVOICES):
        yield keys.owner(key)


def _invoices(places: Iterable[Key]) -> Iterable[InvoiceItem]:
    return read.many(InvoiceItem, list(places)).values()


def _note(item: InvoiceItem) -> None:
    org, household = keys.owner(item.key)
    indexing.note_invoice(org, household, item.invoice, item.number)


loaded()
