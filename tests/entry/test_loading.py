"""Each function's module loads with the garbage collector at rest, and leaves it working."""

import subprocess
import sys
from importlib.resources import files

import pytest

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
