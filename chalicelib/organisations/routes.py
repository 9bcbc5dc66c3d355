"""What the portal shows of an organisation without anybody signed in: brand files and plain information."""

import hashlib
from functools import lru_cache

from chalicelib.organisations import brand, store
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.web import render, urls
from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_SHORT = 12


def stylesheet_url(organisation: Organisation) -> str:
    """Address of the brand's stylesheet; it changes with the colour, so it may be kept forever."""
    return urls.portal(organisation.slug, f"brand/{_digest(organisation.brand.colour)}-css")


@lru_cache(maxsize=64)
def _digest(colour: str) -> str:
    return hashlib.sha256(brand.stylesheet(colour).encode()).hexdigest()[:_SHORT]


def logo_url(organisation: Organisation) -> str:
    """Address of the logo, or empty when there is none."""
    digest = organisation.brand.logo[:_SHORT]
    return urls.portal(organisation.slug, f"brand/{digest}-logo") if digest else ""


@routes.get("/{org}/brand/{file}", Actor.ANYONE, cache=Cache.IMMUTABLE)
def show_brand_file(request: Request) -> Reply:
    """The brand's stylesheet or logo."""
    address = urls.portal(request.org, f"brand/{request.params['file']}")
    if address == stylesheet_url(request.organisation):
        return Reply(body=brand.stylesheet(request.organisation.brand.colour), content_type="text/css; charset=utf-8")
    found = store.get_logo(request.org) if address == logo_url(request.organisation) else None
    if found is None:
        raise NotFound
    return Reply(body=found[1], content_type="image/png")


@routes.get("/{org}/accessibility", Actor.ANYONE)
def show_accessibility(request: Request) -> Reply:
    """What works for whom, and whom to tell when something does not."""
    return render.page(request, "organisations/accessibility.html")


@routes.get("/{org}/privacy", Actor.ANYONE)
def show_privacy(request: Request) -> Reply:
    """What is kept, why, and which cookies there are."""
    return render.page(request, "organisations/privacy.html")
