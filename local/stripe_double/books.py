"""Everything that one Stripe account holds: its objects, its events, and what its stored cards do.

All of it is plain JSON, so that it can be saved as it is. Whoever reads or changes it holds `lock`.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.stripe_double.errors import missing
from local.stripe_double.objects import Thing, new_id, plain, sample

Kinds = dict[str, dict[str, Thing]]


@dataclass(slots=True)
class Books:
    """The objects of one account, by kind and id in the order of their making."""

    clock: Callable[[], datetime]
    account_id: str
    currency: str = "cad"
    country: str = "CA"
    livemode: bool = False
    api_version: str = ""
    kinds: Kinds = field(default_factory=dict)
    pages: str = ""
    """Where the double's pages are, e.g. `http://127.0.0.1:8003`."""
    cards: dict[str, str] = field(default_factory=dict)
    """Which behaviour (cards.BEHAVIOURS) each payment method has; those that may not be used again have none."""
    fresh: list[str] = field(default_factory=list)
    """Ids of events that nobody has taken for delivery yet."""
    request: dict[str, str | None] = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    """What the events of the call at hand say about it."""
    next_expiry: float = 0
    """No open session expires before this second."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> int:
        """Seconds since 1970 by the double's clock."""
        return int(self.clock().timestamp())

    def new(self, kind: str, **values: Any) -> Thing:
        """A new object from Stripe's sample, kept from now on."""
        blank = sample(kind)
        own = {"created": self.now(), "livemode": self.livemode}
        given = blank | {name: value for name, value in own.items() if name in blank}
        given |= {"id": new_id(kind, livemode=self.livemode), **values}
        self.kinds.setdefault(kind, {})[given["id"]] = given
        return given

    def get(self, kind: str, id_: str, param: str = "id") -> Thing:
        """The object itself. Raises Refused (resource_missing) when this account has none; `param` named it."""
        found = self.kinds.get(kind, {}).get(id_)
        if found is None:
            raise missing(kind, id_, param)
        return found

    def find(self, kind: str, id_: str | None) -> Thing | None:
        """The object, or None."""
        return self.kinds.get(kind, {}).get(id_ or "")

    def all(self, kind: str) -> list[Thing]:
        """Objects of `kind`, oldest first."""
        return list(self.kinds.get(kind, {}).values())

    def where(self, kind: str, **values: Any) -> list[Thing]:
        """Objects of `kind` whose fields have these values, oldest first."""
        return [one for one in self.all(kind) if all(one.get(name) == value for name, value in values.items())]

    def emit(self, happened: str, thing: Thing, before: Thing | None = None) -> Thing:
        """Records the event `happened` with `thing` as it is now; `before` holds the changed fields as they were."""
        data: Thing = {"object": plain(thing)}
        if before is not None:
            data["previous_attributes"] = plain(before)
        event = self.new(
            "event",
            type=happened,
            data=data,
            api_version=self.api_version,
            request=dict(self.request),
            pending_webhooks=1,
        )
        self.fresh.append(event["id"])
        return event

    def change(self, thing: Thing, happened: str | Iterable[str], **values: Any) -> None:
        """Sets fields of `thing` and tells it as `happened`; nothing happens where nothing changes."""
        before = {name: thing.get(name) for name, value in values.items() if thing.get(name) != value}
        if not before:
            return
        thing.update(values)
        for name in [happened] if isinstance(happened, str) else happened:
            self.emit(name, thing, before)

    def take_fresh(self) -> list[str]:
        """Events that are to be delivered, once."""
        taken, self.fresh = self.fresh, []
        return taken
