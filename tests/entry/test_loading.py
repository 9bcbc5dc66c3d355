"""Each function's module loads with the garbage collector at rest, leaves it working, and loads what it needs alone."""

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

from chalicelib.web.routes import Actor
from infra import routes
from infra.build import ROOT
from infra.functions import FUNCTIONS, REST, Function

_MODULES = sorted(
    path.name.removesuffix(".py")
    for path in files("chalicelib.entry").iterdir()
    if path.name.endswith(".py") and path.name != "__init__.py"
)
_SCRIPT = """
import gc, sys
passes = []
gc.callbacks.append(lambda phase, _info: passes.append(phase))
import chalicelib.entry
before = len(passes)
__import__(f"chalicelib.entry.{sys.argv[1]}")
print(len(passes) - before, gc.isenabled(), gc.get_freeze_count() > 10_000)
"""


@pytest.mark.parametrize("module", _MODULES)
def test_a_function_loads_without_a_look_for_garbage(aws: object, module: str) -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT, module], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["0", "True", "True"], done.stderr


_DESK = frozenset({"admin", "api", "clients", "joining", "moving", "portals", "till", "viewing"})
"""Packages of the organisation's side."""
_THEIRS = ("chalicelib.joining.routes", "chalicelib.portals.button_routes", "chalicelib.viewing.routes")
"""What of them families ask for: registering, the script of the button, the end of a look."""
_LOAD = """
import importlib, json, sys
for name in json.loads(sys.stdin.read()):
    importlib.import_module(name)
print(json.dumps(sorted(name for name in sys.modules if name.startswith("chalicelib."))))
"""


def _views_of_families() -> set[str]:
    """Modules of all views that are not the staff's."""
    functions = [import_module(function.module) for function in FUNCTIONS if function.web]
    tables = [table for function in functions if hasattr(function, "tables") for table in function.tables()]
    return {route.view.__module__ for table in tables for route in table if route.policy.actor is not Actor.STAFF}


def test_no_page_of_a_family_loads_what_only_the_desk_needs() -> None:
    """A cold start costs a family what it asked for, however much the desk can do."""
    views = _views_of_families()
    assert views.issuperset(_THEIRS)
    done = subprocess.run(
        [sys.executable, "-c", _LOAD], input=json.dumps(sorted(views - {*_THEIRS})), cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert [name for name in json.loads(done.stdout) if name.split(".")[1] in _DESK] == []


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of all route tables without their views, as the build makes them."""
    folder = tmp_path_factory.mktemp("listed")
    routes.write_lists(folder, [function.module for function in FUNCTIONS if function.web], ROOT)
    return folder


@pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS if one.web and one is not REST], ids=lambda one: one.name
)
def test_a_function_that_starts_loads_no_feature_of_the_desk(listed: Path, function: Function) -> None:
    """Whatever routes it has: views are loaded when they are asked for."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD], input=json.dumps([function.module]), cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": f"{listed}{os.pathsep}{ROOT}"}, check=True,
    )  # fmt: skip
    assert [name for name in json.loads(done.stdout) if name.split(".")[1] in _DESK] == []
