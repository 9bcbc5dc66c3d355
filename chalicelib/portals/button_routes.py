"""The portal's address, and the button that leads to it from the organisation's own website (ADM-7, ADM-8).

The button is a plain link that a small script makes look like one; nothing of the portal is shown within another site,
for whoever frames a page can have people press what they do not see.
"""

import base64
import hashlib

from chalicelib.identity.staff import GOVERNING
from chalicelib.organisations import brand
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import assets, render, urls
from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import catalogue, own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes()

SCRIPTS = ("button-1.js",)
"""Every one that websites may name, the one that is offered now last. None is ever changed or taken away."""
MY_ACCOUNT = say("My account")


@routes.get("/{org}/button/{file}", Actor.ANYONE, cache=Cache.IMMUTABLE)
def show_script(request: Request) -> Reply:
    """The script of the button, for any website: it is the same for all and holds nothing of anybody."""
    if request.params["file"] not in SCRIPTS:
        raise NotFound
    reply = Reply(body=assets.read(request.params["file"]), content_type="text/javascript; charset=utf-8")
    reply.headers["Access-Control-Allow-Origin"] = "*"
    return reply


@routes.get("/{org}/desk/settings/address", Actor.STAFF, staff=GOVERNING)
def show_address(request: Request) -> Reply:
    """Where the portal is, and what a website takes up to lead there."""
    organisation = request.organisation
    return render.page(
        request,
        "portals/address.html",
        address=urls.absolute(request.org),
        links=[(name, link(organisation, code)) for code, name in own_names(organisation.languages)],
        button=button(organisation),
        corner=button(organisation, corner=True),
    )


def link(organisation: Organisation, language: str) -> str:
    """The link alone, which works wherever HTML does."""
    words = catalogue(language).gettext(MY_ACCOUNT.key)
    return f'<a href="{urls.absolute(organisation.slug)}" hreflang="{language}">{words}</a>'


def button(organisation: Organisation, *, corner: bool = False) -> str:
    """The script, by its checksum, and the link that it makes a button in the organisation's colour."""
    colour = organisation.brand.colour
    ink = "black" if brand.ink(brand.parse(colour)) == (0, 0, 0) else "white"
    place = ' place="corner"' if corner else ""
    address = urls.absolute(organisation.slug, f"button/{SCRIPTS[-1]}")
    leads = link(organisation, organisation.language)
    return (
        f'<script src="{address}" integrity="{integrity(SCRIPTS[-1])}" crossorigin="anonymous" async></script>\n'
        f'<account-button colour="{colour}" ink="{ink}"{place}>{leads}</account-button>'
    )


def integrity(name: str) -> str:
    """What a browser compares a script with before it runs it (SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(assets.read(name).encode()).digest()).decode()
