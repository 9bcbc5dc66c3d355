"""Who reads a calendar: the family in view, the member that is asked for, and the reader's own time zone."""

from chalicelib.calendar.gathering import Family
from chalicelib.calendar.pages import Reader
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import zone
from chalicelib.web import cookies
from chalicelib.web.http import Request


def family_of(request: Request, member: str = "") -> Family:
    """The household in view, or one member of it. Raises NotFound for a member of somebody else's."""
    if member and request.me.home.member(member) is None:
        raise NotFound
    return Family(request.organisation, request.me.open_home, request.me.role, request.now, member)


def reader_of(request: Request) -> Reader:
    """Who reads the page that is asked for, of the member that `?member=` names, or of all. Raises NotFound."""
    return Reader(family_of(request, request.query.get("member", "")), request.local, own_zone(request))


def own_zone(request: Request) -> str:
    """The reader's own zone, or empty where it is not known, or is the organisation's."""
    name = cookies.get(request.cookies, cookies.ZONE, request.org)
    return name if name != request.organisation.zone and is_zone(name) else ""


def is_zone(name: str) -> bool:
    """Whether there is an IANA zone of this name."""
    try:
        return bool(name) and bool(zone(name))
    except (KeyError, ValueError, OSError):  # unknown; a path that leads out of the data; a folder of it
        return False


def zone_cookie(request: Request) -> str:
    """Name of the cookie in which the page's script tells the reader's zone."""
    return cookies.name(cookies.ZONE, request.org)
