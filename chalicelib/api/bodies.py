"""Reading bodies: JSON in which every reader finds the same, checked against its shape."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import fastjsonschema

from chalicelib.api.problems import Problem
from chalicelib.api.schemas import SCHEMAS

TYPE = "application/json"
MAX_BYTES = 64 * 1024
_EXACT = 2**53
"""Whole numbers up to here are the same in every program."""


def read(raw: bytes, content_type: str, shape: str) -> dict[str, Any]:
    """The body of a call in the shape of a schema, with what it leaves out filled in. Raises Problem."""
    if content_type.partition(";")[0].strip().lower() != TYPE:
        raise Problem(415)
    if len(raw) > MAX_BYTES:
        raise Problem(413)
    told = _parsed(raw)
    try:
        checked: dict[str, Any] = _checker(shape)(told)
    except fastjsonschema.JsonSchemaValueException as error:
        place = ".".join(str(part) for part in error.path[1:])
        raise Problem(422, errors={place: _complaint(error)}) from error
    return checked


def _parsed(raw: bytes) -> Any:
    """What the text says; text that is none, numbers that are none and names told twice are refused (W-09)."""
    try:
        told = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_refuse, parse_float=_number)
        json.dumps(told, ensure_ascii=False).encode()  # half of a surrogate pair is no text, and no table takes it
    except (ValueError, RecursionError) as error:
        raise Problem(400) from error
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name that is told twice")
    return told


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _number(text: str) -> float | int:
    """1.0 is the whole number 1; what is no whole number stays what it is, and no money is (T-07)."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


@cache
def _checker(shape: str) -> Callable[[Any], Any]:
    """What checks a shape, made at its first use."""
    whole = {"$ref": f"#/components/schemas/{shape}", "components": {"schemas": SCHEMAS}}
    checker: Callable[[Any], Any] = fastjsonschema.compile(whole)
    return checker


def _complaint(error: fastjsonschema.JsonSchemaValueException) -> str:
    """What is wrong, without the name of the place and without what stood there."""
    return str(error.message).removeprefix(str(error.name)).strip()
