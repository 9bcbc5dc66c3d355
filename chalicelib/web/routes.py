"""The route table: the single source of who may ask what (T-01). A route without a row can not exist."""

from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request

if TYPE_CHECKING:
    from chalicelib.households.domain import Private
    from chalicelib.organisations.domain import Module

View = Callable[[Request], Reply]


class Actor(Enum):
    """Who may use a route."""

    ANYONE = "anyone"
    """No session is looked at."""
    USER = "user"
    """Signed in; a household need not be in view."""
    DELEGATE = "delegate"
    """Signed in, with a household in view, in whatever role: what even a delegate may see (C5)."""
    MEMBER = "member"
    """Signed in, with a household in view, in a role that sees the whole account."""
    EDITOR = "editor"
    """Signed in, with a household in view, as its holder or a guardian."""
    HOLDER = "holder"
    """Signed in, with a household in view, as its holder: who else has access is for them to say (NEW-7)."""
    STAFF = "staff"
    """Signed in, in one of the roles that `Policy.staff` names, with the second factor passed in this session."""


class Policy(NamedTuple):
    """The rules of one route."""

    path: str
    method: str
    actor: Actor
    csrf: bool
    step_up: bool = False
    cache: Cache = Cache.NEVER
    owns: str = ""
    """Path parameter that names something of a household's; the access matrix is generated from it (T-02)."""
    module: "Module | None" = None
    """Part of the portal that it belongs to; where the organisation does not use it, there is no such page (DASH-6)."""
    staff: frozenset[str] = frozenset()
    """Roles among the staff (`StaffRole` values) that may use it; empty where such a role is not asked for."""
    private: "Private | None" = None
    """What of the member in its address it shows; one who grew up may keep that from the others (NEW-14)."""
    uploads: bool = False
    """Whether its form may carry files, and so comes as multipart/form-data."""
    has_page: bool = False
    """Whether a page stands at the same address, to which somebody may be led back."""
    own: bool = False
    """An act that is the family's own: staff who act for it, with its code, do it neither (C7, T-11)."""
    viewing: bool = False
    """Open to staff while they see the portal as a family does, though it is no page of the family's (T-10)."""

    @property
    def has_organisation(self) -> bool:
        """Whether the address names an organisation."""
        return self.path.startswith("/{org}")


class Later:
    """A view whose module is loaded when the view is first asked for: nobody waits for features that are not used."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self.__name__ = name

    def __call__(self, request: Request) -> Reply:
        """What the view answers."""
        return cast("View", getattr(import_module(self._module), self.__name__))(request)


class Route(NamedTuple):
    """A policy and the view behind it."""

    policy: Policy
    view: View


class Routes:
    """The routes of a feature, collected by decorators; all of them belong to its `module`, if it is one.

    Of a feature that is the family's `own`, all acts are.
    """

    def __init__(self, module: "Module | None" = None, *, own: bool = False) -> None:
        self._rows: list[Route] = []
        self._module = module
        self._own = own

    def __iter__(self) -> Iterator[Route]:
        return iter(self._rows)

    def get(
        self,
        path: str,
        actor: Actor,
        *,
        owns: str = "",
        step_up: bool = False,
        cache: Cache = Cache.NEVER,
        staff: frozenset[str] = frozenset(),
        private: "Private | None" = None,
        viewing: bool = False,
    ) -> Callable[[View], View]:
        """Registers a page: it changes nothing, whoever or whatever fetches it (A-25)."""
        policy = Policy(path, "GET", actor, csrf=False, step_up=step_up, cache=cache, owns=owns, staff=staff)
        return self._add(policy._replace(private=private, has_page=True, viewing=viewing))

    def post(
        self,
        path: str,
        actor: Actor,
        *,
        owns: str = "",
        step_up: bool = False,
        staff: frozenset[str] = frozenset(),
        uploads: bool = False,
        signed: bool = False,
        private: "Private | None" = None,
        own: bool = False,
        viewing: bool = False,
    ) -> Callable[[View], View]:
        """Registers an act: a posted form with a token; one whose address is `signed` by us wants no other proof."""
        csrf = not signed
        policy = Policy(path, "POST", actor, csrf, step_up=step_up, owns=owns, staff=staff, uploads=uploads)
        has_page = any(row.policy.path == path for row in self._rows)
        own = own or self._own
        return self._add(policy._replace(private=private, has_page=has_page, own=own, viewing=viewing))

    def _add(self, policy: Policy) -> Callable[[View], View]:
        def register(view: View) -> View:
            self._rows.append(Route(policy._replace(module=self._module), view))
            return view

        return register
