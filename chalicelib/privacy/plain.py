"""Records as plain JSON (NEW-12, X-15): names as in the code's glossary, days and moments as ISO 8601, money in minor
units. What a class of records looks like is told by its own types, so that the description never falls behind.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chalicelib.billing.domain import InvoiceLine
from chalicelib.shared.times import to_iso

_INTERNAL = frozenset({"source", "version"})
"""Fields that only say how a record is stored."""
_TURNING = {code: f"\\u{code:04x}" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Characters that turn the writing around: written out, so that nobody who opens the file is deceived."""


def plain(value: Any) -> Any:
    """`value` as JSON can hold it; what only says how something is stored is left out."""
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    fields = fields_of(value)
    if fields is not None:
        return {name: plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(each) for name, each in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted((plain(each) for each in value), key=str)
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def fields_of(value: Any) -> list[str] | None:
    """Names of the fields of a record, or of a class of records; None for what is none."""
    if dataclasses.is_dataclass(value):
        names: Iterable[str] = (each.name for each in dataclasses.fields(value))
    elif hasattr(value, "_fields"):
        names = value._fields
    else:
        return None
    return [name for name in names if name not in _INTERNAL]


_LATER = {"InvoiceLine": InvoiceLine}
"""Types that modules name without loading them."""


def written(value: Any) -> bytes:
    """The JSON text of plain values, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, indent=1).translate(_TURNING).encode()


def described(kind: Any) -> dict[str, Any]:
    """What each field of a class of records holds, as its types say, and so on for the classes within: `{"minor":
    "int", "status": ["paid", "issued"], "lines": [{…}]}`.
    """
    hints = get_type_hints(kind, localns=_LATER)
    return {name: _described(hints[name]) for name in fields_of(kind) or ()}


def _described(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [each.value for each in hint]
    if fields_of(hint) is not None:
        return described(hint)
    parts = [each for each in get_args(hint) if each is not Ellipsis]
    if not parts:
        return "nothing" if hint is type(None) else getattr(hint, "__name__", str(hint))
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return {"one of": [_described(each) for each in parts]}
    inner = [_described(each) for each in parts]
    return {"by name": inner[-1]} if origin in (Mapping, dict) else {"list of": inner[0] if len(inner) == 1 else inner}
