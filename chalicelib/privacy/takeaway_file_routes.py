"""The way to a family's finished copy; it stands with the papers, the function that may open the bucket (NEW-12)."""

from chalicelib import bootstrap
from chalicelib.files.naming import disposition
from chalicelib.households.activity import Deed, note_look
from chalicelib.privacy import takeaways
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(own=True)

_SECONDS = 60
"""How long the bucket's own address opens the file: the browser follows it at once."""


@routes.get("/{org}/data/file", Actor.EDITOR, step_up=True)
def fetch_data(request: Request) -> Reply:
    """The last copy, while it can be fetched. Raises NotFound."""
    copy = takeaways.latest(request.org, request.me.household, request.me.user)
    if copy is None or not copy.is_open(request.now):
        raise NotFound
    note_look(request.org, request.me.household, Deed("data_fetched", request.now))
    name = f"{request.local.text(request.organisation.name)} {request.local.say(say('Your data'))} {request.today}.zip"
    return redirect(bootstrap.archives().open(copy.name, "application/zip", disposition(name), _SECONDS))
