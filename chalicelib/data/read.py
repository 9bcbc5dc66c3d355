"""Reads: several items of any kinds in one round trip, and pages of a key range."""

import json
import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from pynamodb.exceptions import PynamoDBException

from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key, organisation
from chalicelib.shared import budget
from chalicelib.shared.errors import Unavailable

M = TypeVar("M", bound=Item)
T = TypeVar("T")

PAGE = 25
"""Rows of a list page."""

_ITSELF = ("pk", "sk", "kind")
"""Attributes without which an item is none."""
_BATCH = 100
MOST_WAITING = _BATCH
"""Keys that `waiting` tells at once."""
_LONGEST_PK, _LONGEST_SK = 2048, 1024
"""Bytes of a partition key and of a sort key (DynamoDB's limits)."""
_TRIES = 3
_work: ContextVar[Sequence[Item] | None] = ContextVar("work", default=None)
"""All that waits in work queues for this thread; None: what the index tells."""


def one(model: type[M], key: Key, *, consistent: bool = True) -> M | None:
    """The item at `key`, or None. One round trip. Raises Unavailable.

    Keys are made of what people send; one that is longer than the table takes names nothing.
    """
    if not _fits(key):
        return None
    connection()
    try:
        return model.get(key.pk, key.sk, consistent_read=consistent)
    except model.DoesNotExist:
        return None
    except PynamoDBException as error:
        raise Unavailable() from error


def _fits(key: Key) -> bool:
    return len(key.pk.encode()) <= _LONGEST_PK and len(key.sk.encode()) <= _LONGEST_SK


def many(model: type[M], keys: Sequence[Key], *, consistent: bool = True) -> dict[Key, M]:
    """The items of one kind that exist at `keys`; one round trip for each hundred."""
    found = raw(list(dict.fromkeys(keys)), consistent=consistent)
    return {key: model.from_raw_data(item) for key, item in found.items()}


def raw(keys: Sequence[Key], *, consistent: bool = True) -> dict[Key, dict[str, dict[str, object]]]:
    """Items of any kinds as DynamoDB gives them, for callers that turn each into its own model."""
    found: dict[Key, dict[str, dict[str, object]]] = {}
    for start in range(0, len(keys), _BATCH):
        found.update(_batch(keys[start : start + _BATCH], consistent))
    return found


def _batch(keys: Sequence[Key], consistent: bool) -> dict[Key, dict[str, dict[str, object]]]:
    table = connection()
    wanted: Sequence[Key] = keys
    found: dict[Key, dict[str, dict[str, object]]] = {}
    for attempt in range(_TRIES):
        try:
            answer = table.batch_get_item([_typed(key) for key in wanted], consistent_read=consistent)
        except PynamoDBException as error:
            raise Unavailable() from error
        for item in answer["Responses"].get(table.table_name, ()):
            found[_key(item)] = item
        rest = answer.get("UnprocessedKeys", {}).get(table.table_name, {}).get("Keys", ())
        if not rest:
            return found
        wanted = [_key(key) for key in rest]
        time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise Unavailable()


def _typed(key: Key) -> dict[str, dict[str, str]]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _key(item: Mapping[str, Any]) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a longer list, and the sort key to go on after ("" at the end)."""

    rows: Sequence[T]
    next: str = ""


def page(
    model: type[M],
    partition: str,
    prefix: str,
    *,
    after: str = "",
    newest_first: bool = True,
    size: int = PAGE,
    consistent: bool = False,
    only: Sequence[str] = (),
) -> Page[M]:
    """Items of one kind whose sort key starts with `prefix`, in key order, from beyond `after`. One round trip.

    With `only`, nothing but these attributes and the key is read of each, which costs as much and is read faster.
    Beyond a key that is longer than the table takes there is nothing; one of other things begins at the beginning.
    """
    if not _fits(Key(partition, after)):
        return Page([])
    after = after if after.startswith(prefix) else ""
    table = connection()
    try:
        answer = table.query(
            partition,
            range_key_condition=Item.sk.startswith(prefix),
            exclusive_start_key=_typed(Key(partition, after)) if after else None,
            limit=size,
            scan_index_forward=not newest_first,
            consistent_read=consistent,
            attributes_to_get=[*_ITSELF, *only] if only else None,
        )
    except PynamoDBException as error:
        raise Unavailable() from error
    rows = [model.from_raw_data(item) for item in answer["Items"]]
    return Page(rows, rows[-1].sk if "LastEvaluatedKey" in answer else "")


def between(
    model: type[M],
    partition: str,
    first: str,
    last: str,
    *,
    newest_first: bool = False,
    size: int = PAGE,
    consistent: bool = False,
) -> Page[M]:
    """Items of one kind whose sort keys lie beyond `first` and not beyond `last`, in key order. One round trip.

    `newest_first` goes the other way: from before `last` down to `first`.
    """
    if not (_fits(Key(partition, first)) and _fits(Key(partition, last))) or first > last:
        return Page([])
    table = connection()
    try:
        answer = table.query(
            partition,
            range_key_condition=Item.sk.between(first, last),
            exclusive_start_key=_typed(Key(partition, last if newest_first else first)),
            limit=size,
            scan_index_forward=not newest_first,
            consistent_read=consistent,
        )
    except PynamoDBException as error:
        raise Unavailable() from error
    rows = [model.from_raw_data(item) for item in answer["Items"]]
    return Page(rows, rows[-1].sk if "LastEvaluatedKey" in answer else "")


def listed(
    model: type[M],
    shape: Callable[[str], Key],
    *,
    after: str = "",
    newest_first: bool = True,
    size: int = PAGE,
    consistent: bool = False,
    only: Sequence[str] = (),
) -> Page[M]:
    """Items whose keys `shape` makes of their ids, in order of the ids, from beyond the id `after`. One round trip.

    The page goes on after an id as well.
    """
    start = shape("")
    beyond = shape(after).sk if after else ""
    found = page(
        model, start.pk, start.sk,
        after=beyond, newest_first=newest_first, size=size, consistent=consistent, only=only,
    )  # fmt: skip
    return Page(found.rows, found.next.removeprefix(start.sk))


def each(model: type[M], partition: str, prefix: str) -> Iterator[M]:
    """All items of one kind under `prefix`, oldest key first, page after page (D-12)."""
    after = ""
    while True:
        part = page(model, partition, prefix, after=after, newest_first=False, size=_BATCH)
        yield from part.rows
        if not part.next:
            return
        after = part.next


def whole(partition: str, after: str = "") -> Iterator[Item]:
    """Every item of a partition, each as its own kind, in key order; strong reads, page after page (D-12).

    Begins beyond the sort key `after`.
    """
    return map(Item.from_raw_data, _pages_of(partition, after))


def telling(partition: str, words: Collection[str]) -> Iterator[Key]:
    """Keys of the items of a partition, of whatever kind, in which one of these words stands as a value of its own or
    among data that are stored as JSON; strong reads, page after page (D-12).
    """
    quoted = [json.dumps(word, ensure_ascii=False) for word in words]
    for item in _pages_of(partition):
        texts = [value["S"] for value in item.values() if "S" in value]
        if any(text in words or any(word in text for word in quoted) for text in texts):
            yield _key(item)


def under(partition: str, prefix: str) -> Iterator[Key]:
    """Keys of all items of a partition, of whatever kind, whose sort keys start with `prefix`; strong reads, page after
    page (D-12)."""
    found = _pages_of(partition, range_key_condition=Item.sk.startswith(prefix), attributes_to_get=["pk", "sk"])
    return map(_key, found)


def _pages_of(partition: str, after: str = "", **more: Any) -> Iterator[dict[str, Any]]:
    """All items of a partition as DynamoDB gives them."""
    start = _typed(Key(partition, after)) if after else None
    while True:
        try:
            answer = connection().query(partition, exclusive_start_key=start, consistent_read=True, **more)
        except PynamoDBException as error:
            raise Unavailable() from error
        yield from answer["Items"]
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


def everything(
    org: str, start: dict[str, Any] | None = None
) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any] | None]]:
    """All items of an organisation as DynamoDB gives them, page after page, each with where the next page begins.

    It looks through the whole table, those of other organisations too: for exports alone, never for a page.
    Raises Unavailable.
    """
    while True:
        found, start = _look_through(org, start)
        yield found, start
        if not start:
            return


class Leaf(NamedTuple):
    """Some of all keys of an organisation, and where to go on; None at the end."""

    keys: Sequence[Key]
    next: Key | None


def leaf_through(org: str, after: Key | None = None) -> Leaf:
    """Keys of an organisation's items, from beyond a key, in no order. One round trip, which reads all that it passes.

    There is no other way to find everything of an organisation; only its deletion, and making its index of clients
    anew, may go this way.
    """
    found, last = _look_through(org, _typed(after) if after else None, only=("pk", "sk"))
    return Leaf([_key(item) for item in found], _key(last) if last else None)


def _look_through(
    org: str, start: dict[str, Any] | None, only: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """What is the organisation's in the next megabyte of the table. Besides `data.looking`, which goes through all
    organisations, this is the only scan there is."""
    root = organisation(org).pk
    own = (Item.pk == root) | Item.pk.startswith(f"{root}#")
    try:
        answer = connection().scan(
            filter_condition=own, attributes_to_get=[*only] or None, exclusive_start_key=start, consistent_read=True
        )
    except PynamoDBException as error:
        raise Unavailable() from error
    return answer["Items"], answer.get("LastEvaluatedKey")


def readable(model: type[M], keys: Sequence[Key]) -> tuple[dict[Key, M], dict[Key, Exception]]:
    """The items that exist at `keys`, and of those that can not be read, why: one that is broken is to keep nobody
    waiting who stands behind it. One round trip for each hundred."""
    found: dict[Key, M] = {}
    broken: dict[Key, Exception] = {}
    for key, stored in raw(list(dict.fromkeys(keys))).items():
        try:
            found[key] = model.from_raw_data(stored)
        except Exception as error:  # whatever somebody or something wrote there
            broken[key] = error
    return found, broken


def queued(
    queue: str, until: str, *, since: str = "", after: tuple[str, Key] | None = None, size: int = PAGE
) -> Page[tuple[str, Key]]:
    """Due times and keys of items that wait in a queue and fall due by `until`, from `since` on, earliest first, from
    beyond one of them. One round trip."""
    begin = {"queue": {"S": queue}, "due": {"S": after[0]}, **_typed(after[1])} if after else None
    try:
        answer = connection().query(
            queue,
            range_key_condition=Item.due.between(since, until) if since else Item.due <= until,
            index_name=Item.work.Meta.index_name,
            exclusive_start_key=begin,
            limit=size,
        )
    except PynamoDBException as error:
        raise Unavailable() from error
    rows = [(item["due"]["S"], _key(item)) for item in answer["Items"]]
    return Page(rows, rows[-1][0] if "LastEvaluatedKey" in answer else "")


@contextmanager
def work_of(partitions: Iterable[str]) -> Iterator[Sequence[Item]]:
    """Within it, this thread's work queues hold what waits in these partitions, as it is now, and nothing else: so the
    clocks can be run for one small organisation alone, at a time of its own (NEW-17). Gives the items that wait.
    """
    found = sorted((item for each in partitions for item in whole(each) if item.queue), key=lambda item: item.due or "")
    token = _work.set(found)
    try:
        yield found
    finally:
        _work.reset(token)


def waiting(queue: str, until: str, *, since: str = "") -> list[Key]:
    """Keys of items that wait in a work queue and fall due by `until`, from `since` on, earliest first, at most
    `MOST_WAITING`; none for a job whose time is over (`shared.budget`)."""
    if budget.is_over():
        return []
    alone = _work.get()
    if alone is not None:
        return [item.key for item in alone if item.queue == queue and since <= (item.due or "") <= until][:_BATCH]
    return [key for _, key in queued(queue, until, since=since, size=_BATCH).rows]
