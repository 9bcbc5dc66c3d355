"""Parameters of a call: read from the form they travel in, and checked against what Stripe's library declares.

The library has a TypedDict for the parameters of every operation. A parameter that is not in it,
a value that is none of its literals, or a missing one is refused as Stripe refuses it. So a call
that the double takes is one that the library's own types allow.
"""

import re
import sys
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Literal, Union
from urllib.parse import parse_qsl

from stripe import RequestOptions

from local.stripe_double.errors import Refused

Given = dict[str, Any]
"""Parameters with the types that Stripe's library declares."""

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_INTEGER = re.compile(r"^-?\d{1,15}$")
_MAX_METADATA = (50, 40, 500)
"""Keys, letters of a key, letters of a value."""


def read(form: str) -> Given:
    """The nested parameters of a form or query, all values still text. Raises Refused for a name without sense."""
    found: Given = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        match = _NAME.match(name)
        if not match:
            raise _bad(f"Invalid parameter name: {name}", name)
        _put(found, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, name)
    return found


def _put(found: Given, path: list[str], value: str, name: str) -> None:
    place = found
    for step in path[:-1]:
        place = place.setdefault(_step(step, place), {})
        if not isinstance(place, dict):
            raise _bad(f"Invalid parameter name: {name}", name)
    place[_step(path[-1], place)] = value


def _step(step: str, place: Mapping[str, Any]) -> str:
    """A name inside brackets; empty ones count up, as in `expand[]`."""
    return step or str(len(place))


@cache
def declared(params: str) -> type:
    """The TypedDict of the library, named like `checkout.SessionCreateParams`."""
    package, _, name = params.rpartition(".")
    found: type = getattr(import_module(f"stripe.params.{package}".rstrip(".")), name)
    return found


@cache
def _fields(shape: type) -> Mapping[str, Any]:
    """Name to type; without the options of a request, which the library mixes in and never sends as parameters."""
    own = {name: hint for name, hint in shape.__annotations__.items() if name not in RequestOptions.__annotations__}
    return typing.get_type_hints(SimpleNamespace(__annotations__=own), globalns=vars(sys.modules[shape.__module__]))


def check(given: Mapping[str, Any], params: str) -> Given:
    """`given` with the types that the library declares. Raises Refused at the first that it does not declare."""
    checked: Given = _shape(declared(params), given, "")
    return checked


def _shape(shape: type, given: Mapping[str, Any], path: str) -> Given:
    fields = _fields(shape)
    for name in given:
        if name not in fields:
            raise _refuse(f"Received unknown parameter: {_under(path, name)}", _under(path, name), "parameter_unknown")
    for name in sorted(getattr(shape, "__required_keys__", frozenset()) & fields.keys()):
        if name not in given:
            raise _refuse(f"Missing required param: {_under(path, name)}.", _under(path, name), "parameter_missing")
    return {name: _value(fields[name], value, _under(path, name)) for name, value in given.items()}


def _under(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(kind: Any, given: Any, path: str) -> Any:
    """`given` as the first of the allowed types that it fits. Raises Refused with that type's reason."""
    members = _members(kind)
    literals = _literals(members)
    if isinstance(given, str) and given in literals:
        return given
    words = literals - {""}
    reason = _bad(f"Invalid {path}: must be one of {', '.join(sorted(words))}" if words else f"Invalid {path}", path)
    for member in members:
        if typing.get_origin(member) is Literal or _nests(member) != isinstance(given, Mapping):
            continue
        if member is str and words:
            continue
        try:
            return _one(member, given, path)
        except Refused as error:
            reason = error
    raise reason


def _is_shape(kind: Any) -> bool:
    """Whether it is a TypedDict, of `typing` or of its extensions."""
    return hasattr(kind, "__required_keys__")


def _members(kind: Any) -> list[Any]:
    """The alternatives of a type; plain text, which fits all, comes last."""
    if typing.get_origin(kind) in (Union, types.UnionType):
        return sorted((one for part in typing.get_args(kind) for one in _members(part)), key=lambda one: one is str)
    return [kind]


def _nests(kind: Any) -> bool:
    """Whether values of this type have brackets behind their name."""
    return _is_shape(kind) or typing.get_origin(kind) in (list, dict) or _is_map(kind)


def _is_map(kind: Any) -> bool:
    return getattr(typing.get_origin(kind) or kind, "__name__", "") in ("dict", "UntypedStripeObject")


def _literals(members: Iterable[Any]) -> frozenset[str]:
    return frozenset(
        word
        for one in members
        if typing.get_origin(one) is Literal
        for word in typing.get_args(one)
        if word is not None
    )


def _one(kind: Any, given: Any, path: str) -> Any:
    if _is_shape(kind):
        return _shape(kind, given, path)
    if typing.get_origin(kind) is list:
        return _list(typing.get_args(kind)[0], given, path)
    return _words(given, path) if _is_map(kind) else _leaf(kind, given, path)


def _list(kind: Any, given: Mapping[str, Any], path: str) -> list[Any]:
    if not all(key.isdecimal() for key in given):
        raise _bad("Invalid array", path)
    return [_value(kind, given[key], f"{path}[{key}]") for key in sorted(given, key=int)]


def _words(given: Mapping[str, Any], path: str) -> dict[str, str]:
    """A map of text to text: metadata, with Stripe's limits."""
    if not all(isinstance(value, str) for value in given.values()):
        raise _bad(f"Invalid {path}: must be key-value pairs of strings", path)
    count, key_length, value_length = _MAX_METADATA
    if len(given) > count or any(len(key) > key_length or len(value) > value_length for key, value in given.items()):
        raise _bad(f"{path} can have {count} keys of {key_length} letters with values of {value_length} at most", path)
    return dict(given)


def _leaf(kind: Any, given: str, path: str) -> Any:
    if kind is bool:
        return _boolean(given, path)
    if kind is int:
        return _integer(given, path)
    if kind is str or getattr(kind, "__name__", "") == "Decimal" or kind is float:
        return given
    raise _bad(f"Invalid {path}", path)


def _boolean(given: str, path: str) -> bool:
    if given not in ("true", "false"):
        raise _bad(f"Invalid boolean: {given}", path)
    return given == "true"


def _integer(given: str, path: str) -> int:
    if not _INTEGER.match(given):
        raise _refuse(f"Invalid integer: {given}", path, "parameter_invalid_integer")
    return int(given)


def _bad(message: str, param: str) -> Refused:
    return _refuse(message, param, "")


def _refuse(message: str, param: str, code: str) -> Refused:
    """A refusal before anything was executed, which no idempotency key keeps."""
    return Refused(400, message, param=param, code=code, saved=False)
