"""A mail on a page of the desk, just as it is sent: in light or in dark, as wide as a telephone or a screen (ADM-9).

Mails carry their styles in themselves, and pages may not. So this one page names each style that it holds by its hash,
and no other is let in; nothing runs on it, and nobody can frame it.
"""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

from chalicelib.web import assets

_DARK = "@media (prefers-color-scheme:dark)"
"""How `templates/messages/base.html` begins what it says for dark."""
_PHONE = 375
"""Points across that many telephones have."""
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def looks_like(html: str, look: str) -> str:
    """The mail in one look: `light`, `dark`, `phone` or `phone-dark`, whatever the browser would choose by itself.

    It gets the portal's icon, which browsers else ask for where there is none.
    """
    dark = look.endswith("dark")
    html = html.replace("</title>", f'</title>\n<link rel="icon" href="{assets.url("favicon.svg")}">', 1)
    html = html.replace(_DARK, "@media all" if dark else "@media not all")
    html = html.replace("color-scheme:light dark;", "color-scheme:dark;" if dark else "color-scheme:light;", 1)
    if look.startswith("phone"):
        html = html.replace("</style>", f"body{{max-width:{_PHONE}px}}\n</style>", 1)
    return html


def policy(html: str) -> str:
    """The Content-Security-Policy under which a browser shows this mail and nothing else (W-02)."""
    styles = dict.fromkeys([*_SHEET.findall(html), *map(unescape, _STYLE.findall(html))])
    hashes = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles)
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {hashes}; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
