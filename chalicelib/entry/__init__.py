"""Where Lambda comes in: one module for each function, or for two that share their work.

Loading a function makes a hundred thousand objects that all stay. Python would look through them again and again
for garbage, which is a tenth of a cold start; so the collector rests from here on until the function is `loaded`.
Of a function's features, a cold start loads only what is asked for: the package lists their routes (`routes_of`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from chalicelib import settings

if TYPE_CHECKING:
    from chalicelib.web.routes import Route, Routes

gc.disable()
settings.place_zones()

LISTED = "listed_routes"
"""Package of the modules, one for each function, in which a build lists the routes (`infra.routes`)."""


def routes_of(function: str, tables: Callable[[], Iterable[Routes]]) -> Iterable[Iterable[Route]]:
    """The routes of a function, by its module: as the build listed them, or else from its tables with all views."""
    try:
        return [import_module(f"{LISTED}.{function.rpartition('.')[2]}").ROUTES]
    except ModuleNotFoundError:
        pass
    return tables()


def loaded() -> None:
    """To be called last in each module of this package: the collector works again, on what is made from now on."""
    gc.freeze()
    gc.enable()
