"""What the portal shows of an organisation without anybody signed in: brand files and plain information."""

import hashlib
import json
from functools import lru_cache

from chalicelib.organisations import brand, store
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import in_language
from chalicelib.web import assets, render, urls
from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_SHORT = 12
_IN_MAILS = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""Of the logo alone, which anybody may see: mails show it, in programs that are of no site or of another."""


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


def manifest_url(organisation: Organisation) -> str:
    """Address of what a phone needs to keep the portal among its apps (NEW-18); it changes with its content."""
    digest = hashlib.sha256(_manifest(organisation).encode()).hexdigest()[:_SHORT]
    return urls.portal(organisation.slug, f"brand/{digest}-manifest")


def _manifest(organisation: Organisation) -> str:
    name = in_language(organisation.name, organisation.language)
    told = {
        "name": name,
        "short_name": name,
        "lang": organisation.language,
        "start_url": urls.portal(organisation.slug, "cards"),
        "scope": f"{urls.portal(organisation.slug)}/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": organisation.brand.colour,
        "icons": [{"src": assets.url("favicon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return json.dumps(told, ensure_ascii=False)


@routes.get("/{org}/brand/{file}", Actor.ANYONE, cache=Cache.IMMUTABLE)
def show_brand_file(request: Request) -> Reply:
    """The brand's stylesheet or logo, or the manifest."""
    address = urls.portal(request.org, f"brand/{request.params['file']}")
    if address == stylesheet_url(request.organisation):
        return Reply(body=brand.stylesheet(request.organisation.brand.colour), content_type="text/css; charset=utf-8")
    if address == manifest_url(request.organisation):
        return Reply(body=_manifest(request.organisation), content_type="application/manifest+json; charset=utf-8")
    found = store.get_logo(request.org) if address == logo_url(request.organisation) else None
    if found is None:
        raise NotFound
    return Reply(body=found[1], content_type="image/png", headers=_IN_MAILS)


@routes.get("/{org}/accessibility", Actor.ANYONE)
def show_accessibility(request: Request) -> Reply:
    """What works for whom, and whom to tell when something does not."""
    return render.page(request, "organisations/accessibility.html")
