"""Static files: stylesheet, script, icons. Served by the portal itself under a name that changes with them."""

import hashlib
import re
from functools import cache
from pathlib import Path

from chalicelib import settings
from chalicelib.shared.errors import NotFound
from chalicelib.web import urls
from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

FOLDER = Path(__file__).parents[2] / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_IMPORT = re.compile(r'@import url\("(css/[a-z-]+\.css)"\) layer\(([a-z]+)\);')

_WORKER = "worker.js"
"""Works for the whole of a portal, although it lies among the files of all (NEW-18)."""

routes = Routes()


@routes.get("/assets/{version}/{name}", Actor.ANYONE, cache=Cache.IMMUTABLE)
def show_asset(request: Request) -> Reply:
    """A static file, by its name in `static/`."""
    name = request.params["name"]
    if name not in _names():
        raise NotFound
    reply = Reply(body=read(name), content_type=_TYPES[Path(name).suffix])
    if name == _WORKER:
        reply.headers["Service-Worker-Allowed"] = f"{settings.current().base_path}/"
    if request.params["version"] != version():
        reply.headers["Cache-Control"] = Cache.NEVER.value  # a page from before a deployment must not keep new content
    return reply


@cache
def read(name: str) -> str:
    """Text of a static file; a stylesheet comes with its imports inside, each in its cascade layer."""
    text = (FOLDER / name).read_text()
    return _IMPORT.sub(lambda part: f"@layer {part[2]} {{\n{(FOLDER / part[1]).read_text()}}}\n", text)


@cache
def version() -> str:
    """Short hash of all static files together."""
    digest = hashlib.sha256()
    for name in sorted(_names()):
        digest.update(name.encode() + b"\0" + read(name).encode())
    return digest.hexdigest()[:12]


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in _TYPES)


def url(name: str) -> str:
    """Address of a static file as it is now."""
    return urls.asset(name, version())
