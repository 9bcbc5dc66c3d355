"""Compiles the templates, in a process of its own: `python -m infra.pages TARGET`.

The environments are the portal's own, so a compiled page is the page that the tests saw.
"""

import os
import subprocess
import sys
from pathlib import Path

from jinja2 import Environment, meta

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
        wanted = with_what_they_include(environment, ending)
        environment.compile_templates(folder, filter_func=wanted.__contains__, zip=None, ignore_errors=False)


def with_what_they_include(environment: Environment, ending: str) -> set[str]:
    """Names of the templates of a kind, and of those of the other kind that they take in: a mail in HTML says the same
    sentence as its plain text, escaped.
    """
    found: set[str] = set()
    left = [name for name in environment.list_templates() if name.endswith(f".{ending}")]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            assert environment.loader
            source, _, _ = environment.loader.get_source(environment, name)
            left += [each for each in meta.find_referenced_templates(environment.parse(source)) if each]
    return found


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
