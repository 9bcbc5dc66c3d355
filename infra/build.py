"""`python -m infra.build STAGE`: the packages and their template, in `build/STAGE/`.

Each zip holds what its functions import (`closure`), their libraries (`dependencies`), and what they
read: templates and catalogues compiled, static files minified. The same inputs give the same bytes.
"""

import argparse
import fcntl
import hashlib
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import lightningcss

from chalicelib.web import assets
from chalicelib.web.language import LOCALE_FOLDER, compiled
from infra import BuildError, bytecode, check, closure, dependencies, pages, routes, template
from infra.functions import FUNCTIONS, Package
from infra.stages import Stage

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build"
MAX_ZIP_BYTES = 50 * 1000 * 1000

_INPUTS = ("app.py", "chalicelib", "templates", "static", "locale", "infra", ".chalice", "requirements.txt")
_READ = {"chalicelib.papers.characters": "templates/pdf"}
"""Folders that ship as they are with the modules that read them."""
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Build:
    """What a build left."""

    folder: Path

    def zip_of(self, package: Package) -> Path:
        """A package, as it is uploaded."""
        return self.folder / f"{package.value}.zip"

    def unpacked(self, package: Package) -> Path:
        """A package, unzipped."""
        return self.folder / package.name.lower()

    @property
    def template(self) -> Path:
        """The CloudFormation template."""
        return self.folder / "template.json"

    @property
    def seal(self) -> Path:
        """What it was built from; written last."""
        return self.folder / "inputs.sha256"


def build(stage: Stage, folder: Path = FOLDER) -> Build:
    """Builds the package of `stage`, unless it is there and nothing has changed. Raises BuildError."""
    made = Build(folder / stage.name)
    with _alone(folder):
        _build(made, stage, folder / "dependencies")
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets one build run at a time; another one waits, and finds its work done."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(made: Build, stage: Stage, cache: Path) -> None:
    inputs = digest_of_inputs(stage)
    if made.seal.exists() and made.seal.read_text() == inputs:
        return
    shutil.rmtree(made.folder, ignore_errors=True)
    made.folder.mkdir(parents=True)
    versions = {_build_package(made, package, stage, cache) for package in Package}
    if len(versions) != 1:
        raise BuildError(f"the packages differ in their static files: {', '.join(sorted(versions))}")
    made.template.write_text(json.dumps(template.make(stage, versions.pop()), indent=1))
    made.seal.write_text(inputs)


def _build_package(made: Build, package: Package, stage: Stage, cache: Path) -> str:
    """Writes, unpacks and checks one package. Returns the version of the static files in it."""
    modules = _write_zip(made.zip_of(package), package, stage, cache)
    with zipfile.ZipFile(made.zip_of(package)) as archive:
        archive.extractall(made.unpacked(package))
    return check.imports(made.unpacked(package), modules, runs_here=dependencies.runs_here(stage.architecture))


def _write_zip(path: Path, package: Package, stage: Stage, cache: Path) -> frozenset[str]:
    """Writes a package; returns the names of the modules that must be importable from it."""
    starts = [function.module for function in FUNCTIONS if function.package is package]
    found = closure.of_modules(ROOT, starts, package.unused)
    libraries = closure.of_libraries(found.foreign)
    tree = dependencies.ready(libraries, stage.architecture, ROOT / "requirements.txt", cache)
    with tempfile.TemporaryDirectory() as work:
        own = Path(work)
        _write_own(own, found.modules)
        routes.write_lists(own, [one.module for one in FUNCTIONS if one.web and one.package is package], ROOT)
        bytecode.compile_all(own)
        _pack(path, tree, own)
    if path.stat().st_size > MAX_ZIP_BYTES:
        raise BuildError(f"{path.name} has {path.stat().st_size} bytes; Lambda takes at most {MAX_ZIP_BYTES}")
    return found.modules | found.foreign


def _write_own(target: Path, modules: Collection[str]) -> None:
    """Writes what is ours of the package."""
    for module in modules:
        source = closure.source_of(ROOT, module)
        copy = target / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    for folder in (_READ[module] for module in modules if module in _READ):
        shutil.copytree(ROOT / folder, target / folder)
    pages.compile_templates(target / "compiled_templates", ROOT)
    _write_catalogues(target / "locale")
    _write_static(target / "static")


def _write_catalogues(target: Path) -> None:
    for source in sorted(LOCALE_FOLDER.glob("*/LC_MESSAGES/*.po")):
        catalogue = (target / source.relative_to(LOCALE_FOLDER)).with_suffix(".mo")
        catalogue.parent.mkdir(parents=True)
        catalogue.write_bytes(compiled(source))


def _write_static(target: Path) -> None:
    """Writes static files; a stylesheet is one file with all that it imports, and minified."""
    target.mkdir()
    for source in sorted(path for path in assets.FOLDER.iterdir() if path.is_file()):
        text = assets.read(source.name)
        if source.suffix == ".css":
            text = lightningcss.process_stylesheet(text, filename=source.name, minify=True)
        (target / source.name).write_text(text)


def _pack(path: Path, *trees: Path) -> None:
    """Zips the files of `trees` together, so that neither order, date nor mode depends on this machine."""
    files = {file.relative_to(tree).as_posix(): file for tree in trees for file in tree.rglob("*") if file.is_file()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name].read_bytes())


def digest_of_inputs(stage: Stage) -> str:
    """Digest of all that a stage's packages and template are made of: the same one, the same packages."""
    digest = hashlib.sha256(f"{sys.version}\0{stage.name}\0{stage.architecture}".encode())
    for path in _files(ROOT / name for name in _INPUTS):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
            continue
        inside = (found for found in path.rglob("*") if found.is_file())
        yield from sorted(found for found in inside if not re.search(r"__pycache__|/deploy(ed|ments)/", str(found)))


def main() -> int:
    """Builds; says where the result is and how large, or in one line what is wrong."""
    arguments = argparse.ArgumentParser(prog="make package", description="Builds the package and its template.")
    arguments.add_argument("stage")
    arguments.add_argument("--architecture", choices=("arm64", "x86_64"), help="instead of the stage's own")
    told = arguments.parse_args()
    try:
        made = build(Stage.read(told.stage, ROOT, told.architecture))
    except BuildError as error:
        print(f"No package: {error}", file=sys.stderr)
        return 1
    for package in Package:
        print(_described(made, package))
    print(made.template.relative_to(ROOT))
    return 0


def _described(made: Build, package: Package) -> str:
    path = made.zip_of(package)
    unpacked = sum(file.stat().st_size for file in made.unpacked(package).rglob("*") if file.is_file())
    return f"{path.relative_to(ROOT)} ({path.stat().st_size / 1e6:.1f} MB, unpacked {unpacked / 1e6:.1f} MB)"


if __name__ == "__main__":
    sys.exit(main())
