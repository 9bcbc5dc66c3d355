"""The packages: what is in each, that they can be made again, and that a faulty one is not made."""

import importlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ModuleLoader, meta

from chalicelib.entry import LISTED
from chalicelib.home import desk_routes
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from infra import BuildError, bytecode, check, dependencies, routes
from infra.build import FOLDER, ROOT, Build, build
from infra.functions import FUNCTIONS, Package
from infra.stages import Stage

MAX_BYTES = 50 * 1000 * 1000
_SECRETS = re.compile(rb"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|sk_live_|whsec_[0-9A-Za-z]{8}")


@pytest.fixture(scope="module", params=list(Package), ids=lambda package: package.value)
def package(request: pytest.FixtureRequest) -> Package:
    """Each package."""
    found: Package = request.param
    return found


@pytest.fixture(scope="module")
def names(made: Build, package: Package) -> list[str]:
    """Names of all files in the zip."""
    with zipfile.ZipFile(made.zip_of(package)) as archive:
        return archive.namelist()


def test_the_zip_is_small_enough_to_upload(made: Build, package: Package) -> None:
    assert made.zip_of(package).stat().st_size < MAX_BYTES


def test_the_pdf_engine_is_in_one_package_alone(made: Build) -> None:
    """It is five times as large as all the rest, and every cold start unpacks its whole package."""
    sizes = {package: made.zip_of(package).stat().st_size for package in Package}
    assert 2 * sizes[Package.PORTAL] < sizes[Package.PAPERS]
    assert [package for package in Package if (made.unpacked(package) / "typst").exists()] == [Package.PAPERS]


def test_stripes_library_is_in_one_package_alone_and_only_what_is_used_of_it(made: Build) -> None:
    """It is larger than all the rest of the portal, most of it types for checkers."""
    assert [package for package in Package if (made.unpacked(package) / "stripe").exists()] == [Package.PAYMENTS]
    shipped = {path.name for path in (made.unpacked(Package.PAYMENTS) / "stripe").iterdir()}
    assert "checkout" in shipped
    assert not {"params", "events", "issuing"} & shipped
    assert made.zip_of(Package.PAYMENTS).stat().st_size < 14_500_000


def test_what_checks_passkeys_is_in_one_package_alone(made: Build) -> None:
    """A-28: it is loaded by its one function, and brings along what the ciphers of slips do without."""
    assert [package for package in Package if (made.unpacked(package) / "webauthn").exists()] == [Package.PASSKEYS]
    signing = "cryptography/hazmat/primitives/asymmetric"
    assert (made.unpacked(Package.PASSKEYS) / signing).exists()
    assert not (made.unpacked(Package.SLIPS) / signing).exists()
    assert made.zip_of(Package.PASSKEYS).stat().st_size < 20_000_000


def test_a_function_that_starts_knows_every_route_without_its_view(made: Build, package: Package) -> None:
    """T-01: the rows are those of the tables, for a start loads only the feature that is asked for."""
    for function in (one for one in FUNCTIONS if one.web and one.package is package):
        module = importlib.import_module(function.module)
        if hasattr(module, "tables"):
            listed = (made.unpacked(package) / LISTED / f"{module.__name__.rpartition('.')[2]}.py").read_text()
            found: dict[str, Any] = {}
            exec(listed, found)
            rows = [route for table in module.tables() for route in table]
            assert [(row.policy, row.view.__name__) for row in found["ROUTES"]] == [
                (row.policy, row.view.__name__) for row in rows
            ]


def test_a_view_that_has_no_name_ends_the_build() -> None:
    """The list names views; one that its module does not hold could not be found again."""
    table = Routes()

    @table.get("/nowhere", Actor.ANYONE)
    def hidden(_request: Request) -> Reply:
        return Reply()

    with pytest.raises(BuildError, match=r"hidden is not the view of GET /nowhere"):
        routes.source(table)


def test_roles_of_the_staff_are_listed_in_an_order_of_their_own() -> None:
    """The same routes make the same package, whatever order a set has in memory."""
    listed = routes.source(desk_routes.routes)

    assert "frozenset(['desk', 'finance', 'instructor', 'owner', 'read_only'])" in listed
    names: dict[str, Any] = {}
    exec(listed, names)
    assert [route.policy for route in names["ROUTES"]] == [route.policy for route in desk_routes.routes]


def test_the_papers_package_holds_templates_and_fonts_as_they_are(made: Build) -> None:
    shipped = made.unpacked(Package.PAPERS) / "templates" / "pdf"
    written = ROOT / "templates" / "pdf"
    here, there = (
        {file.relative_to(top): file.read_bytes() for file in top.rglob("*.*")} for top in (written, shipped)
    )
    assert here == there


def test_nothing_for_development_ships(names: list[str]) -> None:
    """L-07, and the card's rule that the local engine and the command line stay at home."""
    foreign = {
        "tests",
        "local",
        "cli",
        "demo",
        "bench",
        "infra",
        "docs",
        "ministack",
        "typer",
        "rich",
        "pip",
    }
    assert not foreign & {name.split("/")[0] for name in names}
    assert not [name for name in names if name.startswith("templates/") and not name.startswith("templates/pdf/")]
    assert not [name for name in names if name.endswith((".po", ".pot", ".csv", ".pyi", ".toml", ".sh", ".env"))]
    assert {name for name in names if name.startswith("chalice/")} == {
        "chalice/__init__.py",
        "chalice/app.py",
        "chalice/__pycache__/__init__.cpython-311.pyc".replace("311", dependencies.TAG.replace(".", "")),
        "chalice/__pycache__/app.cpython-311.pyc".replace("311", dependencies.TAG.replace(".", "")),
    }


_READS_KEYS = "cryptography/hazmat/primitives/serialization/"
"""Knows how files with keys begin, for it reads them."""


def test_what_brings_files_in_ships_with_its_pages_and_its_clock_alone(names: list[str], package: Package) -> None:
    """NEW-20: what takes money, numbers or passkeys has none of it."""
    ships = any(name.startswith("chalicelib/admin/imports/") for name in names)
    assert ships == (package in (Package.PORTAL, Package.PAPERS))


def test_no_secret_ships(made: Build, package: Package) -> None:
    """L-01."""
    with zipfile.ZipFile(made.zip_of(package)) as archive:
        names = [name for name in archive.namelist() if not name.startswith(_READS_KEYS)]
        assert [name for name in names if _SECRETS.search(archive.read(name))] == []


def test_libraries_nobody_imports_do_not_ship(names: list[str]) -> None:
    assert not {"boto3", "s3transfer", "yaml", "setuptools"} & {name.split("/")[0] for name in names}


def test_every_template_ships_compiled(names: list[str]) -> None:
    """MSG-2: and in its folder all that it takes in: a mail in HTML says sentences of its plain text."""
    for environment, kind, ending in ((render.html(), "html", "html"), (render.text(), "text", "txt")):
        shipped = {Path(name).stem for name in names if name.startswith(f"compiled_templates/{kind}/tmpl_")}
        assert environment.loader
        wanted = environment.list_templates(extensions=[ending])
        assert len(wanted) == len(list((ROOT / "templates").rglob(f"*.{ending}")))
        for name in wanted:
            source, _, _ = environment.loader.get_source(environment, name)
            for each in (name, *meta.find_referenced_templates(environment.parse(source))):
                assert ModuleLoader.get_template_key(str(each)) in shipped, (name, each)


def test_no_function_can_make_code_of_a_text(made: Build, package: Package) -> None:
    """I-01: Jinja's compiler stays behind, so that nothing a person typed can ever become a template."""
    script = "import sys; sys.path.insert(0, sys.argv[1]); import jinja2; jinja2.Environment().from_string('{{ 7 }}')"
    command = [sys.executable, "-I", "-S", "-c", script, str(made.unpacked(package))]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr.splitlines()[-1] == "TypeError: Parser() takes no arguments"


def test_every_catalogue_ships_compiled(names: list[str]) -> None:
    written = {path.parts[-3] for path in (ROOT / "locale").glob("*/LC_MESSAGES/foyer.po")}
    assert {name.split("/")[1] for name in names if name.startswith("locale/")} == written


def test_the_stylesheet_is_one_small_file(made: Build, package: Package, names: list[str]) -> None:
    assert not [name for name in names if name.startswith("static/css")]
    sheet = (made.unpacked(package) / "static/portal.css").read_text()
    assert "@import" not in sheet
    assert len(sheet) < 0.9 * sum(path.stat().st_size for path in (ROOT / "static/css").iterdir())


def test_only_the_services_and_languages_in_use_ship(names: list[str]) -> None:
    services = {name.split("/")[2] for name in names if re.match(r"botocore/data/[^/]+/", name)}
    made_by_code = {
        service
        for path in (ROOT / "chalicelib").rglob("*.py")
        for service in re.findall(r'client\("([a-z0-9]+)"\)', path.read_text())
    }
    assert services == made_by_code | {"dynamodb"}
    locales = {Path(name).stem.split("_")[0] for name in names if name.startswith("babel/locale-data/")}
    assert locales == {"root", "en", "fr", "ru"}


_WRITER = """
import json, sys
from datetime import date, datetime, timezone
from decimal import Decimal
from chalicelib.web.language import Local
days = [date(2026, month, 28) for month in range(1, 13)]
told = []
for language in ("en", "fr", "ru"):
    for country in ("CA", "US", "GB", "FR", "BE", "CH", "RU", "KZ", "MU", ""):
        local = Local(language, country, "America/Toronto")
        styles = ("short", "medium", "long", "weekday", "day", "month", "dayname", "month_year")
        told += [local.date(day, style) for day in days for style in styles]
        codes = ("CAD", "EUR", "RUB", "JPY", "USD")
        told += [local.money(minor, code) for minor in (0, -5, 123456789) for code in codes]
        told += [local.number(Decimal("1234567.5")), local.percent(99750), local.first_weekday]
        told += [local.time(datetime(2026, 1, 1, hour, 5, tzinfo=timezone.utc)) for hour in (0, 6, 17, 18)]
json.dump(told, sys.stdout)
"""


def _written_by(folder: Path) -> list[str]:
    told: list[str] = json.loads(
        subprocess.run([sys.executable, "-c", _WRITER], cwd=folder, check=True, capture_output=True, text=True).stdout
    )
    return told


def test_dates_times_and_money_are_written_as_if_nothing_had_been_left_out(made: Build) -> None:
    """Most of Babel's data stays behind (infra.trim)."""
    assert _written_by(made.unpacked(Package.PORTAL)) == _written_by(ROOT)


def test_every_module_ships_with_byte_code_that_is_believed(made: Build, package: Package, names: list[str]) -> None:
    """The zip gives all files one date: only an unchecked hash makes Python take byte code for current."""
    shipped = set(names)
    for name in (name for name in names if name.endswith(".py")):
        compiled = importlib.util.cache_from_source(name)
        assert compiled in shipped, f"{name} has no byte code"
        flags = int.from_bytes((made.unpacked(package) / compiled).read_bytes()[4:8], "little")
        assert flags == 0b01, f"{compiled} is not of the unchecked kind"


def test_byte_code_tells_nothing_of_the_machine_that_built_it(made: Build) -> None:
    """L-03: paths in a traceback are Lambda's."""
    for module in ("chalicelib/entry/account.py", "chalicelib/settings.py", "chalice/app.py"):
        content = (made.unpacked(Package.PORTAL) / importlib.util.cache_from_source(module)).read_bytes()
        assert f"/var/task/{module}".encode() in content
        assert str(ROOT).encode() not in content


def test_a_second_build_gives_the_same_bytes(stage: Stage, made: Build, tmp_path: Path) -> None:
    (tmp_path / "dependencies").symlink_to(FOLDER / "dependencies")
    again = build(stage, tmp_path)
    for package in Package:
        assert again.zip_of(package).read_bytes() == made.zip_of(package).read_bytes()
    assert again.template.read_bytes() == made.template.read_bytes()
    written = again.zip_of(Package.PORTAL).stat().st_mtime_ns
    assert build(stage, tmp_path).zip_of(Package.PORTAL).stat().st_mtime_ns == written, (
        "nothing changed, so nothing is built"
    )


def test_libraries_compile_to_the_same_bytes(made: Build, tmp_path: Path) -> None:
    trees = [tmp_path / "a", tmp_path / "b"]
    for tree in trees:
        shutil.copytree(
            made.unpacked(Package.PORTAL) / "pynamodb", tree / "pynamodb", ignore=shutil.ignore_patterns("__pycache__")
        )
        bytecode.compile_all(tree)
    first, second = ({path.relative_to(tree): path.read_bytes() for path in tree.rglob("*.pyc")} for tree in trees)
    assert first
    assert first == second


def test_a_library_that_is_not_pinned_ends_the_build() -> None:
    with pytest.raises(BuildError, match="not pinned, nowhere-to-be-had: run make lock"):
        dependencies.pinned(["jinja2", "nowhere-to-be-had"], (ROOT / "requirements.txt").read_text())


def test_pins_keep_their_hashes() -> None:
    block = dependencies.pinned(["jinja2"], (ROOT / "requirements.txt").read_text())
    assert block.startswith("jinja2==")
    assert block.count("--hash=sha256:") == 2
    assert "markupsafe" not in block


def test_a_wheel_that_can_not_be_had_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"six==1.17.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(BuildError, match=r"can not be had for Lambda .*six==1\.17\.0") as refused:
        dependencies.ready(["six"], "arm64", requirements, tmp_path / "cache")
    assert "\n" not in str(refused.value)
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_a_package_that_lacks_something_is_refused(tmp_path: Path) -> None:
    """Not even what this virtual environment has helps it."""
    (tmp_path / "app.py").write_text("import jinja2\n")
    with pytest.raises(BuildError, match="does not start: app: ModuleNotFoundError: No module named 'jinja2'"):
        check.imports(tmp_path, ["app"])


def test_machine_code_for_another_machine_has_to_be_there_and_is_not_run(tmp_path: Path) -> None:
    """A package for arm64 can be built on any machine."""
    (tmp_path / "chalicelib" / "web").mkdir(parents=True)
    (tmp_path / "chalicelib" / "web" / "assets.py").write_text("def version(): return 'v'\n")
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("from engine import machine\n")
    (tmp_path / "engine" / "machine.so").write_bytes(b"for nobody here")
    (tmp_path / "ours.py").write_text("import engine\n")
    assert check.imports(tmp_path, ["engine", "ours"], runs_here=False) == "v"
    with pytest.raises(BuildError, match="does not start: engine"):
        check.imports(tmp_path, ["engine"])
    with pytest.raises(BuildError, match="does not start: absent"):
        check.imports(tmp_path, ["engine", "absent"], runs_here=False)


@pytest.mark.parametrize("name", ["", "Prod", "a" * 21, "1st", "a_b", "../x"])
def test_a_stage_must_be_a_name(name: str) -> None:
    with pytest.raises(BuildError, match="can not be a stage"):
        Stage.read(name, ROOT)


def test_stages_differ_as_the_configuration_says() -> None:
    told = json.loads((ROOT / ".chalice/config.json").read_text())
    from infra.functions import API_HANDLER

    days = {name: Stage.read(name, ROOT).of(API_HANDLER).log_retention_in_days for name in ("dev", "prod")}
    assert days == {"dev": told["stages"]["dev"]["log_retention_in_days"], "prod": told["log_retention_in_days"]}
