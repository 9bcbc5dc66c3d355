"""Lists the routes of the web functions, in a process of its own: `python -m infra.routes TARGET`.

A module for each function that has pages, so that starting one loads the views of a feature only when they are
asked for. What stands there is what the route tables say; on other machines the tables themselves are used.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from enum import Enum
from importlib import import_module
from pathlib import Path

from chalicelib.entry import LISTED
from chalicelib.web.routes import Route
from infra import BuildError

_HEAD = "from chalicelib.web.routes import Later, Policy, Route"


def write_lists(target: Path, functions: Iterable[str], root: Path) -> None:
    """Writes the list of each of `functions`, given by their modules, into `target`. Raises BuildError."""
    command = [sys.executable, "-m", __spec__.name, str(target / LISTED), *functions]
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"routes can not be listed: {done.stderr.strip().splitlines()[-1]}")


def source(routes: Iterable[Route]) -> str:
    """A module that holds `routes`, each view by its name. Raises BuildError for a view that has none."""
    rows = [(route.policy, _view(route)) for route in routes]
    enums = {type(value) for policy, _ in rows for value in policy if isinstance(value, Enum)}
    imports = sorted({_HEAD, *(f"from {kind.__module__} import {kind.__name__}" for kind in enums)})
    listed = (f"    Route(Policy({', '.join(map(_literal, policy))}), {view}),\n" for policy, view in rows)
    return "\n".join([*imports, "", f"ROUTES = (\n{''.join(listed)})\n"])


def _view(route: Route) -> str:
    module, name = route.view.__module__, route.view.__name__
    if getattr(import_module(module), name, None) is not route.view:
        raise BuildError(f"{module}.{name} is not the view of {route.policy.method} {route.policy.path}")
    return f"Later({module!r}, {name!r})"


def _literal(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, frozenset):  # in an order of its own: the same routes make the same package
        return f"frozenset({sorted(value)!r})" if value else "frozenset()"
    return repr(value)


def _write(folder: Path, functions: Iterable[str]) -> None:
    folder.mkdir()
    (folder / "__init__.py").touch()
    for function in map(import_module, functions):
        if hasattr(function, "tables"):
            name = function.__name__.rpartition(".")[2]
            (folder / f"{name}.py").write_text(source(route for table in function.tables() for route in table))


if __name__ == "__main__":
    _write(Path(sys.argv[1]), sys.argv[2:])
