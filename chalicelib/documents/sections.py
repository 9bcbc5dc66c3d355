"""The parts of the portal that are about papers, as tabs on top of each; what is not used is left out (DASH-6)."""

from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

_SECTIONS: tuple[tuple[str, Message, Module], ...] = (
    ("documents", say("Documents"), Module.DOCUMENTS),
    ("forms", say("Forms"), Module.FORMS),
    ("consents", say("Consents"), Module.FORMS),
    ("slips", say("Tax slips"), Module.SLIPS),
)
PATHS = frozenset(path for path, _, _ in _SECTIONS)
"""First parts of the addresses of these pages; the navigation has one entry for all of them."""


def sections(request: Request, current: str) -> list[Tab]:
    """The parts about papers that this household has, and the one in view."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path), path == current)
        for path, label, _ in _SECTIONS
        if path == current or path in shown(request.organisation, request.me.home)
    ]


def shown(organisation: Organisation, home: Summary) -> list[str]:
    """Paths of these parts that have a place in a household's portal."""
    return [
        path for path, _, module in _SECTIONS if organisation.uses(module) and (path != "slips" or _has_slips(home))
    ]


def first(organisation: Organisation, home: Summary) -> str:
    """Where the navigation's entry for papers leads; empty where there is none."""
    return next(iter(shown(organisation, home)), "")


def _has_slips(home: Summary) -> bool:
    return "slip" in home.holds
