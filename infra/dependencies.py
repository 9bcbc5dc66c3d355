"""The libraries of the package: pinned wheels for Lambda, trimmed and compiled, kept between builds.

Strict where `chalice package` is not: a wheel that is missing, or is not the pinned one, ends the build.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from packaging.utils import canonicalize_name

from infra import BuildError, bytecode, trim

TAG = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Version of Python of the functions: the one that builds, since byte code fits no other."""

_GLIBC_MINORS = range(17, 27) if sys.version_info < (3, 12) else range(17, 35)
"""Lambda runs Python 3.11 on Amazon Linux 2 (glibc 2.26), newer ones on Amazon Linux 2023 (glibc 2.34)."""
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}


def ready(names: Iterable[str], architecture: str, requirements: Path, cache: Path) -> Path:
    """The folder with these libraries for Lambda; made once for the same pins. Raises BuildError."""
    pins = pinned(names, requirements.read_text())
    folder = cache / _digest(pins, architecture)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            tree = Path(work) / "tree"
            _install(pins, architecture, Path(work) / "requirements.txt", tree)
            trim.trim(tree)
            bytecode.compile_all(tree)
            tree.replace(folder)
    return folder


def runs_here(architecture: str) -> bool:
    """Whether machine code for this architecture runs on this machine."""
    return platform.machine() == _MACHINES[architecture]


def pinned(names: Iterable[str], requirements: str) -> str:
    """The lines of `requirements` that pin `names`, with their hashes. Raises BuildError for one that is not pinned."""
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in requirements.splitlines():
        if line[:1].isalnum():
            name = canonicalize_name(line.partition("==")[0])
        blocks.setdefault(name, []).append(line)
    missing = sorted(set(names) - set(blocks))
    if missing:
        raise BuildError(f"libraries are imported that are not pinned, {', '.join(missing)}: run make lock")
    return "".join("\n".join(blocks[wanted]) + "\n" for wanted in sorted(names))


def _digest(pins: str, architecture: str) -> str:
    """Changes with whatever changes the result: pins, target, and the steps themselves."""
    steps = [Path(module.__file__ or "").read_text() for module in (sys.modules[__name__], trim, bytecode)]
    return hashlib.sha256("\0".join([sys.version, architecture, pins, *steps]).encode()).hexdigest()[:16]


def _install(pins: str, architecture: str, listing: Path, tree: Path) -> None:
    listing.write_text(pins)
    machine = _MACHINES[architecture]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in reversed(_GLIBC_MINORS)] + [f"manylinux2014_{machine}"]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps",
        "--require-hashes", "--only-binary=:all:", f"--python-version={TAG}", "--implementation=cp",
        *(f"--platform={platform}" for platform in platforms),
        f"--target={tree}", f"--requirement={listing}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shown = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        raise BuildError(f"a library can not be had for Lambda ({TAG}, {architecture}): {shown[-1]}")
    shutil.rmtree(tree / "bin", ignore_errors=True)
