"""The sign-in function: the pages in front of the door, alone with the right to the pepper."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity import door_routes  # whoever comes here comes for the door: loaded beforehand
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    from chalicelib.identity import authenticator_routes, proof_routes
    from chalicelib.joining import routes as joining
    from chalicelib.sharing import invited_routes
    from chalicelib.viewing import start_routes as viewing

    return (
        door_routes.routes, proof_routes.routes, authenticator_routes.routes, invited_routes.routes, viewing.routes,
        joining.routes,
    )  # fmt: skip


app = App("portal-sign-in")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
