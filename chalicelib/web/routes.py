"""The route table: the single source of who may ask what (T-01). A route without a row can not exist."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request

View = Callable[[Request], Reply]


class Actor(Enum):
    """Who may use a route."""

    ANYONE = "anyone"
    """No session is looked at."""
    USER = "user"
    """Signed in; a household need not be in view."""
    MEMBER = "member"
    """Signed in, with a household in view."""
    EDITOR = "editor"
    """Signed in, with a household in view, as its holder or a guardian."""


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

    @property
    def has_organisation(self) -> bool:
        """Whether the address names an organisation."""
        return self.path.startswith("/{org}")


class Route(NamedTuple):
    """A policy and the view behind it."""

    policy: Policy
    view: View


class Routes:
    """The routes of a feature, collected by decorators."""

    def __init__(self) -> None:
        self._rows: list[Route] = []

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
    ) -> Callable[[View], View]:
        """Registers a page: it changes nothing, whoever or whatever fetches it (A-25)."""
        return self._add(Policy(path, "GET", actor, csrf=False, step_up=step_up, cache=cache, owns=owns))

    def post(self, path: str, actor: Actor, *, owns: str = "", step_up: bool = False) -> Callable[[View], View]:
        """Registers an act: a posted form with a token."""
        return self._add(Policy(path, "POST", actor, csrf=True, step_up=step_up, owns=owns))

    def _add(self, policy: Policy) -> Callable[[View], View]:
        def register(view: View) -> View:
            self._rows.append(Route(policy, view))
            return view

        return register
