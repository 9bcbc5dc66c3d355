"""Looking up objects, listing them page by page, and expanding the ids inside them, as every Stripe resource does."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from local.stripe_double import checkout
from local.stripe_double.books import Books
from local.stripe_double.errors import invalid, missing
from local.stripe_double.objects import Thing, kind_of, plain
from local.stripe_double.parameters import Given

_PAGING = frozenset({"limit", "starting_after", "ending_before", "expand"})
_DEFAULT_LIMIT, _MAX_LIMIT, _MAX_DEPTH = 10, 100, 4
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}


def retrieve(books: Books, kind: str, id_: str) -> Thing:
    """One object. Raises Refused (404) when there is none."""
    return books.get(kind, id_)


def page(rows: Iterable[Thing], given: Given, url: str) -> Thing:
    """One page of `rows` (oldest first), newest first and filtered by what was given."""
    wanted = {name: value for name, value in given.items() if name not in _PAGING}
    found = [row for row in rows if all(_fits(row, name, value) for name, value in wanted.items())]
    return cut(found[::-1], given, url)


def cut(found: list[Thing], given: Given, url: str) -> Thing:
    """One page of what was found, in this order, between the cursors."""
    limit = given.get("limit", _DEFAULT_LIMIT)
    if not 1 <= limit <= _MAX_LIMIT:
        raise invalid(f"This value must be between 1 and {_MAX_LIMIT}.", "limit", "parameter_invalid_integer")
    if "ending_before" in given:
        before = found[: _place(found, given["ending_before"], "ending_before")]
        return _list(before[-limit:], url, more=len(before) > limit)
    if "starting_after" in given:
        found = found[_place(found, given["starting_after"], "starting_after") + 1 :]
    return _list(found[:limit], url, more=len(found) > limit)


def _place(found: list[Thing], id_: str, param: str) -> int:
    place = next((at for at, one in enumerate(found) if one["id"] == id_), None)
    if place is None:
        raise missing(kind_of(id_) or "object", id_, param)
    return place


def _list(rows: list[Thing], url: str, *, more: bool) -> Thing:
    return {"object": "list", "url": url, "has_more": more, "data": rows}


def _fits(row: Thing, name: str, wanted: Any) -> bool:
    if name == "types":
        return any(fnmatchcase(row["type"], one) for one in wanted)
    if name == "type" and row["object"] == "event":
        return fnmatchcase(row["type"], wanted)
    if name == "delivery_success":
        return bool((row["pending_webhooks"] == 0) == wanted)
    found = row.get(name)
    if not isinstance(wanted, dict):
        return bool(found == wanted)
    if name == "created":
        return all(_COMPARE[how](row["created"], limit) for how, limit in wanted.items())
    return isinstance(found, dict) and all(found.get(key) == value for key, value in wanted.items())


def expanded(books: Books, thing: Thing, paths: Iterable[str]) -> Thing:
    """`thing`, or a copy in which what `paths` name (e.g. `latest_charge.balance_transaction`) stands for its id.

    Raises Refused for a path that leads nowhere.
    """
    wanted = list(paths)
    if not wanted:
        return thing
    copy: Thing = plain(thing)
    for path in wanted:
        steps = path.split(".")
        if len(steps) > _MAX_DEPTH:
            raise invalid(f"You cannot expand more than {_MAX_DEPTH} levels of a property.", "expand")
        _expand(books, copy, steps, path)
    return copy


def _expand(books: Books, place: Any, steps: list[str], path: str) -> None:
    if isinstance(place, list):
        for one in place:
            _expand(books, one, steps, path)
        return
    if not steps or place is None:
        return
    name, *rest = steps
    _include(books, place, name)
    if not isinstance(place, dict) or name not in place:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(place[name], str) and kind_of(place[name]):
        place[name] = plain(books.get(kind_of(place[name]), place[name]))
    elif not (place[name] is None or isinstance(place[name], (dict, list))):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    _expand(books, place[name], rest, path)


def _include(books: Books, place: Thing, name: str) -> None:
    """Adds the lists that an object only has when asked."""
    kind = place.get("object")
    if kind == "checkout.session" and name == "line_items":
        rows = plain(checkout.lines(books, {}, place["id"]))
        place[name] = cut(rows, {"limit": _MAX_LIMIT}, f"/v1/checkout/sessions/{place['id']}/line_items")
    if kind == "charge" and name == "refunds":
        place[name] = plain(page(books.where("refund", charge=place["id"]), {}, f"/v1/charges/{place['id']}/refunds"))
