"""The sign-in function: the pages in front of the door, alone with the right to the pepper."""

from chalice.app import Chalice

from chalicelib.home.frame import frame
from chalicelib.identity import door_routes
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve

TABLES = (door_routes.routes,)

app = Chalice("portal-sign-in", configure_logs=False)
serve.install(app, guard, TABLES)
render.frame_with(frame)
