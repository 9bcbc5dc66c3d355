"""Writes: transactions whose failed conditions are known by name, and single conditional writes."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key
from chalicelib.shared.errors import Conflict, Unavailable

_TRIES = 4
_BACKOFF_SECONDS = 0.03
_TURNS = 60
"""Enough for thirty-two to edit one thing at once: each round lets at least one through."""
_LONGEST_WAIT = 0.4
_closed: ContextVar[bool] = ContextVar("closed", default=False)
"""Whether nothing may be written for what is asked now."""


def turns() -> Iterator[None]:
    """As many tries as it takes to come first, with a short wait between, for work that is begun anew when somebody
    else was quicker. Who still has not is to raise Conflict.
    """
    for attempt in range(_TURNS):
        yield
        time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.01 * 2**attempt)))  # noqa: S311 - jitter, not a secret


class ReadOnly(Unavailable):
    """Nothing may be written now; what is only noted in passing, such as that a paper was opened, is left out."""


def close(*, closed: bool) -> None:
    """From now on nothing is written in this thread, or it is again. The guard says so for each request (T-10)."""
    _closed.set(closed)


class ConditionFailed(Exception):
    """A write was refused because a condition did not hold; nothing was changed. `names` says which."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


class Transaction:
    """Up to a hundred writes that happen together or not at all.

    PynamoDB sends condition checks first, then deletes, puts and updates, and DynamoDB
    gives its reasons in that order; this class keeps a name for each write and maps them back.
    """

    def __init__(self) -> None:
        self._checks: list[tuple[str, type[Item], str, str, Condition]] = []
        self._deletes: list[tuple[str, Item, Condition | None]] = []
        self._puts: list[tuple[str, Item, Condition | None]] = []
        self._updates: list[tuple[str, Item, Sequence[Action], Condition | None]] = []

    def __len__(self) -> int:
        return len(self._checks) + len(self._deletes) + len(self._puts) + len(self._updates)

    def keys(self) -> set[Key]:
        """Keys of what it writes: no item may be written twice in a transaction, nor checked beside."""
        updated = (item for _, item, _, _ in self._updates)
        return {item.key for item in (*(item for _, item, _ in (*self._deletes, *self._puts)), *updated)}

    def results(self) -> dict[Key, Item | None]:
        """What will be at each key that it writes whole; None where it deletes."""
        gone: dict[Key, Item | None] = {item.key: None for _, item, _ in self._deletes}
        return gone | {item.key: item for _, item, _ in self._puts}

    def pending(self, key: Key) -> Item | None:
        """What it is about to put at a key: whoever adds to that changes it there, for it can be put but once."""
        return next((item for _, item, _ in self._puts if item.key == key), None)

    def check(self, name: str, model: type[Item], pk: str, sk: str, condition: Condition) -> None:
        """Requires `condition` of an item that is not written."""
        self._checks.append((name, model, pk, sk, condition))

    def delete(self, name: str, item: Item, condition: Condition | None = None) -> None:
        """Deletes `item`; a versioned one only in the version that was read."""
        self._deletes.append((name, item, condition))

    def create(self, name: str, item: Item) -> None:
        """Writes `item` where there is none."""
        self._puts.append((name, item, Item.pk.does_not_exist()))

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        """Writes `item` whole; a versioned one only over the version that was read (D-04)."""
        self._puts.append((name, item, condition))

    def update(self, name: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Changes attributes of an unversioned item, such as a counter."""
        self._updates.append((name, item, actions, condition))

    def commit(self) -> None:
        """Does it. Raises ConditionFailed, or Unavailable when DynamoDB could not do it now."""
        _require_open()
        for attempt in range(_TRIES):
            try:
                self._send()
            except TransactWriteError as error:
                self._explain(error, last=attempt == _TRIES - 1)
            except PynamoDBException as error:
                raise Unavailable() from error
            else:
                return
            time.sleep(random.uniform(0, _BACKOFF_SECONDS * 2**attempt))  # noqa: S311 - jitter, not a secret

    def commit_or_conflict(self) -> None:
        """Does it for somebody who can look again. Raises Conflict when a condition did not hold, or Unavailable."""
        try:
            self.commit()
        except ConditionFailed as refused:
            raise Conflict from refused

    def _send(self) -> None:
        with TransactWrite(connection=connection().connection) as batch:
            for _, model, pk, sk, condition in self._checks:
                batch.condition_check(model, pk, sk, condition=condition)
            for _, item, only_if in self._deletes:
                batch.delete(item, condition=only_if)
            for _, item, only_if in self._puts:
                batch.save(item, condition=only_if)
            for _, item, actions, only_if in self._updates:
                batch.update(item, actions=list(actions), condition=only_if)

    def _explain(self, error: TransactWriteError, *, last: bool) -> None:
        """Raises what `error` means; returns when the transaction merely met another one and may be repeated."""
        reasons = list(error.cancellation_reasons)
        refused = frozenset(
            name
            for name, reason in zip(self._names(), reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        )
        if refused:
            raise ConditionFailed(refused) from error
        collided = any(reason is not None and reason.code == "TransactionConflict" for reason in reasons)
        if last or not collided:
            raise Unavailable() from error

    def _names(self) -> list[str]:
        in_order: tuple[Sequence[tuple[Any, ...]], ...] = (self._checks, self._deletes, self._puts, self._updates)
        return [str(entry[0]) for entries in in_order for entry in entries]


def update(item: Item, actions: Sequence[Action], condition: Condition | None = None) -> Any:
    """One conditional update; `item` then holds what is stored. Raises ConditionFailed or Unavailable."""
    _require_open()
    connection()
    try:
        return item.update(actions=list(actions), condition=condition)
    except PynamoDBException as error:
        raise _single(error) from error


def put(item: Item, condition: Condition | None = None) -> None:
    """One conditional put. Raises ConditionFailed or Unavailable."""
    _require_open()
    connection()
    try:
        item.save(condition=condition)
    except PynamoDBException as error:
        raise _single(error) from error


def batch(puts: Iterable[Item], deletes: Iterable[Item] = ()) -> None:
    """Writes and deletes many items without conditions, 25 in a round trip; each by itself, and in no order.

    For what is made of other items and can be made again. No key may be there twice. Raises Unavailable.
    """
    connection()
    try:
        with Item.batch_write() as together:
            for item in puts:
                together.save(item)
            for item in deletes:
                together.delete(item)
    except PynamoDBException as error:
        raise Unavailable() from error


def restore(items: Sequence[dict[str, Any]]) -> None:
    """Writes items as DynamoDB told them elsewhere, whatever is there: for an organisation that is made anew.

    Up to 25, each by itself; what DynamoDB leaves undone is tried again. Raises Unavailable.
    """
    table = connection()
    for attempt in range(_TRIES):
        try:
            answer = table.batch_write_item(put_items=items)
        except PynamoDBException as error:
            raise Unavailable() from error
        rest = answer.get("UnprocessedItems", {}).get(table.table_name, ())
        items = [each["PutRequest"]["Item"] for each in rest]
        if not items:
            return
        time.sleep(random.uniform(0, _BACKOFF_SECONDS * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise Unavailable


def delete(item: Item) -> None:
    """Deletes one item, whether or not it is still there. Raises Unavailable."""
    _require_open()
    connection()
    try:
        item.delete(add_version_condition=False)
    except PynamoDBException as error:
        raise Unavailable() from error


def _require_open() -> None:
    if _closed.get():
        raise ReadOnly


def _single(error: PynamoDBException) -> Exception:
    answer = getattr(error.cause, "response", None) or {}  # None when the connection broke before any answer
    if answer.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
        return ConditionFailed(frozenset({"item"}))
    return Unavailable()
