"""Every role before every set of roles: a route of the staff lets in whom its set names, and nobody else (T-02)."""

import pytest
from chalice.app import Chalice

from chalicelib.identity import staff
from chalicelib.identity.domain import StaffRole
from chalicelib.identity.guard import guard
from chalicelib.web import serve
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from local.gateway import Gateway
from tests.support.browser import Browser
from tests.support.world import World

SETS = {"desk": staff.DESK, "teaching": staff.TEACHING, "reading": staff.READING, "nobody": frozenset[str]()}
MAY = {
    StaffRole.OWNER: {"desk", "teaching", "reading"},
    StaffRole.DESK: {"desk", "teaching", "reading"},
    StaffRole.INSTRUCTOR: {"teaching", "reading"},
    StaffRole.FINANCE: {"reading"},
    StaffRole.READ_ONLY: {"reading"},
}


@pytest.fixture(scope="module")
def doors(aws: object) -> Gateway:
    """A route of the staff for each set, with nothing behind it."""
    table = Routes()
    for name, roles in SETS.items():

        @table.get(f"/{{org}}/desk/{name}", Actor.STAFF, staff=roles)
        def reached(_request: Request) -> Reply:
            return Reply(body="reached", content_type="text/plain")

    app = Chalice("doors", configure_logs=False)
    serve.install(app, guard, [table])
    return Gateway(app.routes, app, "https://portal.test", "test")


@pytest.mark.parametrize("role", StaffRole)
@pytest.mark.parametrize("name", SETS)
def test_a_set_of_roles_lets_in_whom_it_names(world: World, doors: Gateway, role: StaffRole, name: str) -> None:
    """T-02, A-28: a role that may not is refused whether or not it passed; one that may has to pass first."""
    user, path = world.staff(role), f"/{world.org}/desk/{name}"

    passed = Browser(doors).sign_in_staff(world.org, user, world.now).get(path)
    halfway = Browser(doors).sign_in_staff(world.org, user, world.now, second_factor=False).get(path)

    if name in MAY[role]:
        assert (passed.status, passed.body) == (200, b"reached")
        assert halfway.location == f"/{world.org}/second-factor?next=desk%2F{name}"
    else:
        assert (passed.status, halfway.status) == (403, 403)
