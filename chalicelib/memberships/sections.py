"""The parts of the portal about belonging and buying, as tabs on top of each; what a household has nothing of is left
out (DASH-6)."""

from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

_SECTIONS: tuple[tuple[str, Message, str], ...] = (
    ("purchases", say("Purchases"), ""),
    ("shop", say("Shop"), ""),
    ("cards", say("Membership cards"), "card"),
    ("passes", say("Passes"), "pass"),
    ("subscriptions", say("Subscriptions"), "subscription"),
)
"""Page, label, and the kind of thing that the household must have for it, as the summary names it."""
PATHS = frozenset(path for path, _, _ in _SECTIONS)
"""First parts of the addresses of these pages; the navigation has one entry for all of them."""
_KINDS = frozenset({"purchase", "card", "pass", "subscription"})


def has_any(organisation: Organisation, home: Summary) -> bool:
    """Whether the portal has such pages for a household: it can buy something here, or has."""
    return organisation.uses(Module.INVOICES) and (organisation.uses(Module.PURCHASES) or bool(_KINDS & home.holds))


def sells(organisation: Organisation) -> bool:
    """Whether families buy in a shop: what they buy is billed."""
    return organisation.uses(Module.INVOICES) and organisation.uses(Module.PURCHASES)


def sections(request: Request, current: str) -> list[Tab]:
    """The parts that this household has, and the one in view."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path), path == current)
        for path, label, kind in _SECTIONS
        if path == current or _is_shown(path, kind, request)
    ]


def _is_shown(path: str, kind: str, request: Request) -> bool:
    if path == "shop":
        return sells(request.organisation)
    return not kind or kind in request.me.home.holds
