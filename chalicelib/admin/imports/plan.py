"""What an import is about to write, in units that happen whole or not at all, and the count of what it did."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from chalicelib.admin.imports.staging import Problem
from chalicelib.data.items import Item
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.shared.errors import Conflict

Operation = Callable[[Transaction], None]
"""Adds one write to a transaction."""
Carry = Callable[[Transaction], None]
"""What is done with a transaction that is whole: it is committed, written down first, or only looked at."""

_TRIES = 4
_OPERATIONS = 50
"""Writes of one transaction: half of what DynamoDB takes, well under its 4 MB."""


def commit(transaction: Transaction) -> None:
    """Carries a transaction as it is. Raises ConditionFailed, Unavailable."""
    transaction.commit()


@dataclass(slots=True)
class Outcome:
    """What an import did: how many records of each kind were new, changed or untouched, and what it left out."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: list[Problem] = field(default_factory=list)
    carry: Carry = commit
    _shared: set[tuple[str, str]] = field(default_factory=set)
    """Records of two households that were counted with the first."""

    def count(self, kind: str, what: str, shared: str = "") -> None:
        """Counts a record; one that is `shared` (its id) only the first time."""
        if shared and (kind, shared) in self._shared:
            return
        if shared:
            self._shared.add((kind, shared))
        self.counts[kind, what] += 1

    @property
    def written(self) -> int:
        """Records that were new or changed."""
        return sum(number for (_, what), number in self.counts.items() if what != "untouched")


@dataclass(slots=True)
class Plan:
    """Writes that belong to one household or one record, in an order in which any beginning of them is sound."""

    counted: list[tuple[str, str, str]] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    units: list[tuple[bool, tuple[Operation, ...]]] = field(default_factory=list)
    """Writes that happen together, and whether they need a transaction of their own."""

    def add(self, *operations: Operation, apart: bool = False) -> None:
        """Adds writes that happen together; `apart` from all others, when an item is written once more."""
        self.units.append((apart, operations))

    def put_all(self, items: Iterable[Item]) -> None:
        """Adds writes of unversioned items, each by itself."""
        for item in items:
            self.add(partial(Transaction.put, name=item.sk, item=item))

    def delete_all(self, items: Iterable[Item]) -> None:
        """Adds removals of unversioned items, each by itself."""
        for item in items:
            self.add(partial(Transaction.delete, name=item.sk, item=item))

    def count(self, kind: str, stored: object, *, changed: bool, shared: str = "") -> None:
        """Counts a record as new, changed or untouched; one of two households under its id."""
        what = "untouched" if not changed else "changed" if stored else "new"
        self.counted.append((kind, what, shared))

    def leave_out(self, problem: Problem) -> None:
        """Notes a record that is not written, and why."""
        self.left_out.append(problem)

    def commit(self, total: Outcome) -> None:
        """Carries everything as `total` says, and adds to it what was done. Raises ConditionFailed when somebody wrote
        meanwhile."""
        transaction, full = Transaction(), False
        for apart, unit in self.units:
            if len(transaction) and (apart or full or len(transaction) + len(unit) > _OPERATIONS):
                total.carry(transaction)
                transaction = Transaction()
            for operation in unit:
                operation(transaction)
            full = apart
        if len(transaction):
            total.carry(transaction)
        for kind, what, shared in self.counted:
            total.count(kind, what, shared)
        total.left_out += self.left_out


def carry_out(make: Callable[[], Plan], total: Outcome) -> None:
    """Writes the plan that `make` works out; works it out anew when somebody wrote meanwhile. Raises Conflict."""
    for _ in range(_TRIES):
        try:
            make().commit(total)
        except ConditionFailed:
            continue
        return
    raise Conflict()
