"""What many operations do with what they are given: empty values, metadata, and fields that are taken as they are."""

from collections.abc import Iterable
from typing import Any

from local.stripe_double.objects import Thing
from local.stripe_double.parameters import Given


def metadata(now: Thing, given: Any) -> Thing:
    """`now` with `given` on top: an empty value unsets a key, an empty `given` unsets all."""
    if given is None:
        return now
    return {key: value for key, value in {**now, **given}.items() if value} if given else {}


def taken(thing: Thing, given: Given, names: Iterable[str]) -> Thing:
    """Those of `names` that were given, as an update of `thing`. Empty text unsets."""
    values = {name: given[name] if given[name] != "" else None for name in names if name in given}
    if "metadata" in given:
        values["metadata"] = metadata(thing.get("metadata") or {}, given["metadata"])
    return values
