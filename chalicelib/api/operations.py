"""The table of the API's operations: what programs may ask, how it is checked and how it is described come from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from chalicelib.api.domain import Scope, Token
from chalicelib.data.read import Page
from chalicelib.households.service import require_summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.errors import Invalid
from chalicelib.shared.ids import derived_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.web.language import Local

T = TypeVar("T")
BASE = "/api/v1/{org}"


@dataclass(slots=True)
class Call:
    """What a program asks, checked against the table."""

    organisation: Organisation
    token: Token
    params: Mapping[str, str]
    after: str
    """Where the page of a list goes on; empty at the beginning."""
    body: Mapping[str, Any]
    version: int
    """That the program saw what it changes in; 0 where nothing is changed."""
    key: str
    """The program's own name of this call, under which it is done once; empty for what changes nothing."""
    asked: str
    """Digest of what is asked: the same key may name another call once the first one is forgotten."""
    now: datetime

    @property
    def org(self) -> str:
        """Slug of the organisation."""
        return self.organisation.slug

    @property
    def today(self) -> date:
        """The calendar day in the organisation's zone."""
        return local_day(self.now, self.organisation.zone)

    @property
    def new_id(self) -> str:
        """The id of what this call makes: trying the call again finds what the first try made."""
        return derived_id(self.organisation.import_key, "api", self.token.id, self.key, self.asked)

    def local(self, language: str = "") -> Local:
        """How things are written for a reader of `language`; empty: for the organisation's own."""
        return Local(language or self.organisation.language, self.organisation.country, self.organisation.zone)


class Answer(NamedTuple):
    """What a program is told."""

    body: Mapping[str, Any]
    version: int | None = None
    """Of what is told; it becomes the ETag."""


View = Callable[[Call], Answer]


class Operation(NamedTuple):
    """One thing that programs may ask."""

    method: str
    path: str
    """Below `BASE`."""
    name: str
    summary: str
    scope: Scope
    view: View
    gives: str
    """Schema of the answer."""
    takes: str = ""
    """Schema of the body; empty: there is none."""
    status: int = 200
    module: Module | None = None
    """Part of the portal that it belongs to; where the organisation does not use it, there is no such operation."""

    @property
    def route(self) -> str:
        """The whole path, with its parameters in braces."""
        return f"{BASE}{self.path}"

    @property
    def is_list(self) -> bool:
        """Whether it is told page by page."""
        return self.name.startswith("list")

    @property
    def is_once(self) -> bool:
        """Whether the program has to name the call, so that trying it again does nothing twice."""
        return self.method == "POST"

    @property
    def is_conditional(self) -> bool:
        """Whether the program has to say which version it changes."""
        return self.method == "PATCH"


class Operations:
    """Operations of one kind of thing, collected by a decorator."""

    def __init__(self, read: Scope, write: Scope, module: Module | None = None) -> None:
        self._rows: list[Operation] = []
        self._read = read
        self._write = write
        self._module = module

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._rows)

    def get(self, path: str, name: str, summary: str, gives: str) -> Callable[[View], View]:
        """Registers what changes nothing."""

        def register(view: View) -> View:
            self._rows.append(Operation("GET", path, name, summary, self._read, view, gives, module=self._module))
            return view

        return register

    def change(
        self, method: str, path: str, name: str, summary: str, *, takes: str, gives: str, status: int = 200
    ) -> Callable[[View], View]:
        """Registers what changes something: POST is done once under a name, PATCH changes the version that was seen."""

        def register(view: View) -> View:
            self._rows.append(
                Operation(method, path, name, summary, self._write, view, gives, takes, status, self._module)
            )
            return view

        return register


def page(found: Page[T], tell: Callable[[T], Mapping[str, Any]]) -> Answer:
    """A page of a list, each thing as `tell` tells it."""
    return Answer({"data": [tell(each) for each in found.rows], "next": found.next or None})


def page_of_household(
    call: Call, listing: Callable[[str, str, str], Page[T]], tell: Callable[[T], Mapping[str, Any]]
) -> Answer:
    """A page of what the household of the path has, as the store's `listing` finds it. Raises NotFound."""
    home = require_summary(call.org, call.params["household"])
    return page(listing(call.org, home.household, call.after), tell)


def versioned(told: Mapping[str, Any]) -> Answer:
    """One thing that says its version itself."""
    return Answer(told, told["version"])


def day(call: Call, name: str) -> date:
    """The day that a field of the body tells, which has to be there. Raises Invalid."""
    try:
        return date.fromisoformat(call.body[name])
    except ValueError as error:
        raise Invalid({name: say("Enter a date such as 2014-05-31")}) from error
