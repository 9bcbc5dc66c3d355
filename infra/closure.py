"""What the deployed functions import: our own modules, and the libraries behind them.

The package holds exactly this. A module that only the command line or the tests use stays out by
itself, and a library comes in by being imported, at the top of a module or inside a function.
"""

import ast
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_OWN = frozenset({"app", "chalicelib"})
_WITHOUT_REQUIREMENTS = frozenset({"chalice"})
"""Chalice's requirements are its command line's; its runtime needs none of them."""
_FOUND_BY_NAME = frozenset({"tzdata"})
"""Libraries that are looked up while running, without an import: `zoneinfo` reads tzdata."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Names of all modules of ours, and of the foreign modules that they import."""

    modules: frozenset[str]
    foreign: frozenset[str]


def of_modules(root: Path, starts: Iterable[str], unused: Collection[str] = ()) -> Closure:
    """Everything that the modules `starts` below `root` import, directly or through others; but not through `unused`.

    Modules are unused where an import stands inside a function that these starts never call.
    """
    modules: set[str] = set()
    foreign: set[str] = set()
    waiting = [name for start in starts for name in _ours(root, start)]
    while waiting:
        name = waiting.pop()
        if name in modules or name in unused:
            continue
        modules.add(name)
        for imported in _imports(source_of(root, name)):
            if imported.partition(".")[0] in _OWN:
                waiting.extend(_ours(root, imported))
            else:
                foreign.add(imported.partition(".")[0])
    return Closure(frozenset(modules), frozenset(foreign - sys.stdlib_module_names))


def source_of(root: Path, module: str) -> Path:
    """The file that a module of ours is written in."""
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _ours(root: Path, imported: str) -> Iterator[str]:
    """`imported` with the packages around it, as far as they are modules: `a.b.name` may name a thing in `a.b`."""
    parts = imported.split(".")
    names = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return (name for name in names if source_of(root, name).exists())


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_libraries(foreign: Iterable[str]) -> frozenset[str]:
    """Canonical names of the distributions that hold these modules, with all that they require to run."""
    owners = packages_distributions()
    waiting = [owners[module][0] for module in foreign] + list(_FOUND_BY_NAME)
    found: set[str] = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting.extend(_required(name))
    return frozenset(found)


def _required(name: str) -> Iterator[str]:
    if name in _WITHOUT_REQUIREMENTS:
        return
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
