"""The desk's pages about what is sold, as tabs on top of each."""

from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

_SECTIONS: tuple[tuple[str, Message, Module], ...] = (
    ("desk/plans", say("Plans"), Module.INVOICES),
    ("desk/products", say("Products"), Module.PURCHASES),
    ("desk/orders", say("Sold"), Module.PURCHASES),
)


def desk_sections(request: Request, current: str) -> list[Tab]:
    """The parts that the organisation uses, and the one in view."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path), path == current)
        for path, label, module in _SECTIONS
        if request.organisation.uses(module)
    ]
