"""The pages around notifications, as tabs of each other."""

from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

_PAGES: tuple[tuple[str, str, Message], ...] = (
    ("notifications", "", say("What is new")),
    ("notifications/sent", "", say("Emails and texts")),
    ("notifications/sent", "me", say("To you alone")),
    ("settings/notifications", "", say("What you want")),
    ("settings/addresses", "", say("Addresses")),
)


def sections(request: Request, path: str, to: str = "") -> list[Tab]:
    """The tabs, with the one at `path` as the one that is shown."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, page, to=whom), (page, whom) == (path, to))
        for page, whom, label in _PAGES
    ]
