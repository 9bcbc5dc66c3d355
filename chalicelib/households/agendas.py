"""The agenda of a household: one small item that says when it is to be reminded of something next (M-08).

Whatever changes what a household has ahead has its agenda looked at again, in the same transaction; the clock works out
what is due from the data (`chalicelib.reminders`). So its work grows with what is due, not with what is stored.
"""

from typing import Any

from chalicelib.data import keys, write
from chalicelib.data.items import SCHEMA
from chalicelib.data.write import Transaction
from chalicelib.households.models import AgendaItem, AgendasItem

QUEUE = "agendas"
"""Queue of agendas at whose moment something is due."""
ALL = "all_agendas"
"""Queue of organisations all of whose agendas are to be looked at."""
AT_ONCE = "1970-01-01T00:00:00Z"
"""When whatever was changed is due, by every clock."""


def stir(transaction: Transaction, org: str, household_id: str) -> None:
    """Adds that a household's agenda is looked at again at once; what it was reminded of stays known."""
    transaction.update(f"agenda {household_id}", AgendaItem(*keys.agenda(org, household_id)), _due(AgendaItem, QUEUE))


def stir_now(org: str, household_id: str) -> None:
    """Has a household's agenda looked at again at once. One write. Raises Unavailable."""
    write.update(AgendaItem(*keys.agenda(org, household_id)), _due(AgendaItem, QUEUE))


def stir_all(transaction: Transaction, org: str) -> None:
    """Adds that all agendas of an organisation are looked at again: what is asked of everybody has changed."""
    transaction.update(
        "agendas", AgendasItem(*keys.agendas(org)), [*_due(AgendasItem, ALL), AgendasItem.cursor.remove()]
    )


def _due(model: type[AgendaItem] | type[AgendasItem], queue: str) -> list[Any]:
    """An update makes an item that is not there yet, which then has to say what it is."""
    return [
        model.kind.set(model),
        model.schema.set(SCHEMA),
        model.queue.set(queue),
        model.due.set(AT_ONCE),
        model.turn.add(1),
    ]
