"""What a program's reads cost: a household, a short list of invoices and a full page of a long one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench import pages, world
from bench.figures import Figure
from bench.pages import Portal, Work
from bench.world import ORG, Home
from chalicelib.api import domain, tokens
from chalicelib.api.domain import Scope
from chalicelib.data.write import Transaction
from chalicelib.entry import rest
from chalicelib.identity import store as identity
from chalicelib.identity.domain import StaffRole, User
from chalicelib.organisations.audit import Author
from chalicelib.shared.ids import new_id
from local import events
from local.events import Call, Resources


@dataclass(slots=True)
class Program(Portal):
    """The function of the API, called by a program with a token."""

    token: str = ""

    def event(self, path: str, _home: Home | None = None) -> dict[str, Any]:
        """The event of a GET call."""
        resource = Resources(self.app.routes).find(path)
        if resource is None:
            raise LookupError(path)
        call = Call("GET", path, (("Authorization", f"Bearer {self.token}"),))
        return events.build(call, resource, base_url=self.base_url, stage="bench")


def measure(base_url: str, floor: Work, small: Home, large: Home) -> Iterator[Figure]:
    """CPU of reads against the floor, their calls and what these read, and what a long history adds."""
    domain.CALLS_A_MINUTE = 10**9  # what is measured is no single minute's work
    program = Program(rest.app, base_url, _token())
    few, many = (program.get(f"{_home(home)}/invoices") for home in (small, large))
    reads = {"api-household": program.get(_home(small)), "api-invoices": few}
    yield from pages.each(reads, floor)
    yield pages.growth("large.api-invoices", few, many)


def _home(home: Home) -> str:
    return f"/api/v1/{ORG}/households/{home.household}"


def _token() -> str:
    """A token of the owner's that may do everything."""
    now = world.moment()
    owner = User(new_id(), "Anna Roy", "en", "anna@example.com", staff_role=StaffRole.OWNER)
    transaction = Transaction()
    identity.create_user(transaction, ORG, owner)
    transaction.commit()
    return tokens.make(ORG, "Bench", tuple(Scope), (now + timedelta(days=1)).date(), Author(owner.id, owner.name), now)
