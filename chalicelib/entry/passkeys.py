"""The passkeys function: checks what devices of the staff signed. It knows no pepper and no key of anything."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity import passkey_routes
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    return (passkey_routes.routes,)


app = App("portal-passkeys")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
