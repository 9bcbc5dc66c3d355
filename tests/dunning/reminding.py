"""One family that is reminded: what it owes, what it was told, and days that go by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import DUNNING_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.dunning import jobs, store
from chalicelib.dunning.domain import Taken
from chalicelib.dunning.models import DunningStepItem
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import DunningTerms
from tests.payments.till import Till


@dataclass
class Reminding:
    """A household at the till, looked at by the clock."""

    till: Till

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.till.world.org

    def terms(self, **changes: Any) -> None:
        """Other rules of reminding."""
        world = self.till.world
        dunning: DunningTerms = replace(world.organisation.billing.dunning, **changes)
        billing = replace(world.organisation.billing, dunning=dunning)
        world.organisation = replace(world.organisation, billing=billing)
        organisations.update(world.organisation)

    def owe(self, minor: int = 10000, *, late: int = 0, **changes: Any) -> Invoice:
        """An invoice that is due today, or was some days ago: time goes on by as much."""
        invoice = self.till.invoice(minor, due_on=self.till.world.today, **changes)
        self.wait(late)
        return invoice

    def wait(self, days: float) -> None:
        """Time goes by."""
        self.till.wait(days=days)

    def look(self) -> int:
        """One look at the household, as the clock does it."""
        return jobs.look(self.till.world.organisation, self.till.home, self.till.world.now)

    def tick(self) -> int:
        """A whole run over what waits for this household."""
        partition = keys.household_partition(self.org, self.till.home)
        with read.work_of([partition, keys.organisation(self.org).pk]):
            return jobs.run(self.till.world.now)

    def taken(self, invoice: Invoice) -> list[Taken]:
        """Steps that were taken about an invoice."""
        return store.list_taken(self.org, self.till.home, invoice.id)

    def steps(self, invoice: Invoice) -> list[int]:
        """Their numbers."""
        return [each.step for each in self.taken(invoice)]

    def messages(self) -> list[MessageItem]:
        """Reminders in the outbox."""
        found = read.raw([keys.outbox(self.org, name) for name in self._names()])
        return [MessageItem.from_raw_data(item) for item in found.values()]

    def facts(self) -> Mapping[str, Any]:
        """What the only reminder tells."""
        (message,) = self.messages()
        return dict(message.facts)

    def _names(self) -> list[str]:
        items = read.whole(keys.household_partition(self.org, self.till.home))
        return sorted({item.message for item in items if isinstance(item, DunningStepItem) and item.message})

    def unpaid(self, invoice: Invoice) -> UnpaidItem:
        """Its place among what is unpaid."""
        found = store.each_unpaid(self.org, self.till.home)
        return next(item for item in found if item.invoice == invoice.id)

    def is_waiting(self, invoice: Invoice) -> bool:
        """Whether the clock will look at it again."""
        return self.unpaid(invoice).queue == DUNNING_QUEUE

    def fees(self) -> list[Invoice]:
        """Invoices of late fees."""
        return [each for each in self.till.check().invoices if each.late_for]
