"""Where to go afterwards: only ever a page of the same portal (W-05)."""

import re

_PAGE = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+){0,5}")
_LONGEST = 160


def safe_next(path: str) -> str:
    """`path` if it is a page within the portal, otherwise empty: letters, digits, hyphens and single slashes.

    It is appended to the portal's own address, so no value of it can name another site.
    """
    return path if len(path) <= _LONGEST and _PAGE.fullmatch(path) else ""
