"""A program that calls the API through API Gateway's own event shapes."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.api import tokens
from chalicelib.api.domain import Scope
from chalicelib.identity.domain import StaffRole, User
from chalicelib.organisations.audit import Author
from local.events import Answer, Call
from local.gateway import Gateway
from tests.support.world import World

BASE_URL = "https://portal.test"


@dataclass(frozen=True)
class Told:
    """What the program was answered."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def tag(self) -> str:
        """The version in the form in which it is sent back."""
        return self.headers["etag"]


@dataclass
class Program:
    """A program with a token."""

    gateway: Gateway
    world: World
    token: str
    sent: list[Told] = field(default_factory=list)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Told:
        """Sends a call to a path below the organisation's; names it as new, unless `idempotency_key` says otherwise."""
        named = {"Authorization": f"Bearer {self.token}"}
        if method == "POST":
            named["Idempotency-Key"] = secrets.token_hex(8)
        if body is not None:
            named["Content-Type"] = "application/json"
        told = {name.replace("_", "-").title(): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        target = path if path.startswith("/api/") else f"/api/v1/{self.world.org}{path}"
        return read(self.gateway.answer(Call(method, target, tuple((named | told).items()), raw)))

    def get(self, path: str, **headers: str) -> Told:
        """Reads something."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Told:
        """Does something."""
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: object, version: str) -> Told:
        """Changes something of which a version was seen."""
        return self.ask("PATCH", path, body, if_match=version)


def read(answer: Answer) -> Told:
    """An answer of the gateway's as programs read it."""
    headers = {name.lower(): value for name, value in answer.headers}
    is_json = "json" in headers.get("content-type", "") and answer.body
    return Told(answer.status, headers, json.loads(answer.body) if is_json else answer.body)


def gateway() -> Gateway:
    """The API behind a gateway."""
    from chalicelib.entry import rest

    return Gateway(rest.app.routes, rest.app, BASE_URL, "test")


def program(world: World, *scopes: Scope, days: int = 30, maker: User | None = None) -> Program:
    """A program whose token may do this; all there is when nothing is said."""
    user = maker or world.staff(StaffRole.OWNER)
    last_day = world.today + timedelta(days=days)
    told = tokens.make(
        world.org, "Bookkeeping", scopes or tuple(Scope), last_day, Author(user.id, user.name), world.now
    )
    return Program(gateway(), world, told)
