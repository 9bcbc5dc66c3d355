"""The table's document lists every key shape and every kind of item, and nothing reads past the keys."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from tests.docs import pages

_DOCUMENT = (pages.ROOT / "docs" / "table-design.md").read_text("utf-8")
_CODE = ("chalicelib", "cli", "local", "infra")


def _items() -> list[list[str]]:
    """Rows of the table of items: function, pk, sk, kind, what it holds, how long it lives."""
    section = _DOCUMENT.partition("## Items")[2].partition("\n## ")[0]
    return [[cell.strip("`") for cell in row] for row in pages.rows(section) if row[0] != "Function in `keys.py`"]


def _functions() -> dict[str, inspect.Signature]:
    found = inspect.getmembers(keys, inspect.isfunction)
    return {name: inspect.signature(function) for name, function in found if function.__module__ == keys.__name__}


def _kinds() -> set[str]:
    """Discriminators of all models of the product."""
    for path in sorted((pages.ROOT / "chalicelib").rglob("*.py")):
        if "discriminator=" in path.read_text("utf-8"):
            importlib.import_module(".".join(path.relative_to(pages.ROOT).with_suffix("").parts))
    return {str(model.kind.get_discriminator(model)) for model in _models(Item) if _is_ours(model)}


def _models(model: type[Item]) -> Iterator[type[Item]]:
    """Models of what is stored; what several have in common has no kind of its own."""
    for each in model.__subclasses__():
        if each.kind.get_discriminator(each):
            yield each
        yield from _models(each)


def _is_ours(model: type[Item]) -> bool:
    return model.__module__.startswith("chalicelib.")


def test_every_key_shape_is_described() -> None:
    told = {row[0] for row in _items()}
    shapes = {name for name, signature in _functions().items() if signature.return_annotation is Key}

    assert shapes == told
    assert len(shapes) > 20


def test_every_part_of_a_key_is_named() -> None:
    parts = {name for name, signature in _functions().items() if signature.return_annotation is str}

    assert parts <= set(re.findall(r"`(\w+)`", _DOCUMENT))


def test_every_kind_of_item_is_described() -> None:
    assert _kinds() == {row[3] for row in _items()}


_WITH_OTHER_WORDS = frozenset(
    {"login", "limit", "session", "browser", "code_dispatch", "month_meeting", "join_request", "pair"}
)
"""Shapes that the names of their parts do not describe: another test looks at each."""


def test_keys_are_as_they_are_described() -> None:
    """Each shape is made with the names of its parts, and reads as the document writes it."""
    for function, pk, sk, *_ in _items():
        if function in _WITH_OTHER_WORDS:
            continue
        given = [_given(name) for name in _functions()[function].parameters]
        made = getattr(keys, function)(*given)
        assert list(made) == [_written(pk), sk], function


def _given(parameter: str) -> str:
    return "<slug>" if parameter == "org" else f"<{parameter.removesuffix('_id')}>"


def _written(pk: str) -> str:
    return re.sub(r"^O\b", "ORG#<slug>", re.sub(r"^H\b", "ORG#<slug>#HH#<household>", pk))


def test_keys_with_hashes_and_numbers_are_as_they_are_described() -> None:
    told = {(row[0], row[1], row[2]) for row in _items()}

    assert keys.login("o", "email:a@b.ca") == ("ORG#o#LOGIN#email:a@b.ca", "LOGIN")
    assert ("login", "O#LOGIN#email:<address>` or `O#LOGIN#tel:<number>", "LOGIN") in told
    assert keys.limit("o", "source", "d") == ("ORG#o#LIMIT#source#d", "LIMIT")
    assert ("limit", "O#LIMIT#<bucket>#<digest>", "LIMIT") in told
    assert keys.month_meeting("o", "2026-11-22T09:00Z", "c", "m") == ("ORG#o#MONTH#2026-11", "2026-11-22T09:00Z#c#m")
    assert ("month_meeting", "O#MONTH#<month>", "<starts>#<class>#<meeting>") in told
    assert keys.session("o", "u", "h") == ("ORG#o#USER#u", "SESSION#h")
    assert ("session", "O#USER#<user>", "SESSION#<hash of token>") in told
    assert keys.browser("o", "u", "h") == ("ORG#o#USER#u", "BROWSER#h")
    assert ("browser", "O#USER#<user>", "BROWSER#<hash of token>") in told
    assert keys.code_dispatch("o", "c", 2) == ("ORG#o#CHALLENGE#c", "DISPATCH#02")
    assert ("code_dispatch", "O#CHALLENGE#<challenge>", "DISPATCH#<number>") in told
    assert keys.join_request("o", True, "r") == ("ORG#o#JOINERS", "OPEN#r")
    assert keys.join_request("o", False, "r") == ("ORG#o#JOINERS", "DONE#r")
    assert keys.pair("o", True, "a#b") == ("ORG#o#PAIRS", "LISTED#a#b")
    assert keys.pair("o", False, "a#b") == ("ORG#o#PAIRS", "OF#a#b")
    assert ("pair", "O#PAIRS", "LISTED#<both>` or `OF#<both>") in told
    assert ("join_request", "O#JOINERS", "OPEN#<request>` or `DONE#<request>") in told


def test_every_partition_begins_with_the_organisation() -> None:
    """T-04: nothing of one organisation is reached with another's key."""
    for name, signature in _functions().items():
        if signature.return_annotation is not Key:
            continue
        made = getattr(keys, name)(*(7 if each == "number" else f"x-{each}" for each in signature.parameters))
        assert made.pk.startswith("ORG#x-org"), name


def test_nothing_scans_but_ends_exports_lists_made_anew_and_an_operators_steps() -> None:
    """Every read names its key; a scan reads, and pays for, everybody's records."""
    found = {str(path.relative_to(pages.ROOT)) for path in _sources() if _scans(path.read_text("utf-8"))}
    users = {path.name for path in _sources() if _SCANNING.search(path.read_text("utf-8"))}

    assert found == {"chalicelib/data/read.py", "chalicelib/data/looking.py"}
    assert users == {"ending.py", "exporting.py", "rebuilding.py", "running.py", "rotating.py"}


_SCANNING = re.compile(r"\bread\.(?:leaf_through|everything)\(|\blooking\.through\(")


def _sources() -> Iterator[Path]:
    yield pages.ROOT / "app.py"
    for folder in _CODE:
        yield from (pages.ROOT / folder).rglob("*.py")


def _scans(source: str) -> list[int]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = {"scan", "rate_limited_scan", "parallel_scan"}
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in names]


def test_a_scan_is_noticed() -> None:
    assert _scans("for item in Item.scan(limit=1):\n    pass") == [1]


_RAW = re.compile(r"\b\w*Expression\b|\bExpressionAttribute\w+|execute_(?:statement|transaction)|\bStatement=")
"""How DynamoDB is told conditions, updates and statements as text."""


def test_no_condition_or_update_is_written_as_text() -> None:
    """I-14: the library builds each from attributes and values, so nothing that people send becomes part of one."""
    sources = [path for folder in ("chalicelib", "cli") for path in (pages.ROOT / folder).rglob("*.py")]
    found = [str(path.relative_to(pages.ROOT)) for path in sources if _RAW.search(path.read_text("utf-8"))]

    assert not found


@pytest.mark.parametrize("text", ["ConditionExpression=f'a = {b}'", "client.execute_statement(Statement=sql)"])
def test_a_condition_that_is_written_as_text_is_noticed(text: str) -> None:
    assert _RAW.search(text)


def test_only_keys_makes_keys() -> None:
    """One place for each shape: no other module writes a partition, or the beginning of a sort key, by hand."""
    source = (pages.ROOT / "chalicelib" / "data" / "keys.py").read_text("utf-8")
    beginnings = sorted(set(re.findall(r'"([A-Z_]+#)', source)))
    assert {"ORG#", "INVOICE#", "UNPAID#"} <= set(beginnings)
    by_hand = re.compile(rf"\"(?:{'|'.join(beginnings)})")
    found = [
        str(path.relative_to(pages.ROOT))
        for path in (pages.ROOT / "chalicelib").rglob("*.py")
        if path.name != "keys.py" and by_hand.search(path.read_text("utf-8"))
    ]

    assert not found
