"""Compiles the templates, in a process of its own: `python -m infra.pages TARGET`.

The environments are the portal's own, so a compiled page is the page that the tests saw.
"""

import os
import subprocess
import sys
from pathlib import Path

from infra import BuildError


def compile_templates(target: Path, root: Path) -> None:
    """Writes each kind of template as modules into its folder below `target`. Raises BuildError."""
    command = [sys.executable, "-m", __spec__.name, str(target)]
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"a template can not be compiled: {done.stderr.strip().splitlines()[-1]}")


def _write(target: Path) -> None:
    from chalicelib.web import render

    for environment, ending in ((render.html(), "html"), (render.text(), "txt")):
        folder = target / ("html" if environment.autoescape else "text")
        environment.compile_templates(folder, extensions=[ending], zip=None, ignore_errors=False)


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
