"""The last step of a build: an unzipped package, alone with Python's own library, imports everything it needs."""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from infra import BuildError

_SCRIPT = """
import importlib, json, sys
folder, names, runs_here = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
sys.path.insert(0, folder)
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        is_machine_code = str(getattr(error, "path", "")).endswith(".so")
        if runs_here or not is_machine_code:
            sys.exit(f"{name}: {type(error).__name__}: {error}")
from chalicelib.web import assets
print(assets.version())
"""


def imports(package: Path, modules: Collection[str], *, runs_here: bool = True) -> str:
    """Imports `modules` from `package` in a clean interpreter. Returns the version of the static files in it.

    Machine code for another machine (`runs_here` false) only has to be there: what imports it is tried as far as that.
    Neither the virtual environment nor a variable of the environment can help it. Raises BuildError.
    """
    told = (str(package), json.dumps(sorted(modules)), json.dumps(runs_here))
    command = [sys.executable, "-I", "-S", "-c", _SCRIPT, *told]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"the package does not start: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip()
