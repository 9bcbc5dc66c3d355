"""The last step of a build: the unzipped package, alone with Python's own library, imports everything it needs."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from infra import BuildError

_SCRIPT = """
import importlib, json, sys
folder, names = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, folder)
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        sys.exit(f"{name}: {type(error).__name__}: {error}")
from chalicelib.web import assets
print(assets.version())
"""


def imports(package: Path, modules: Iterable[str]) -> str:
    """Imports `modules` from `package` in a clean interpreter. Returns the version of the static files in it.

    Neither the virtual environment nor a variable of the environment can help it. Raises BuildError.
    """
    command = [sys.executable, "-I", "-S", "-c", _SCRIPT, str(package), json.dumps(sorted(modules))]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"the package does not start: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip()
