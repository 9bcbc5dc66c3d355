"""Links lead somewhere, commands exist, and nothing speaks of one particular machine."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.docs import pages

_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_NAMED = re.compile(r"\bmake ([a-z][a-z-]*)")
_ELSEWHERE = ("http://", "https://", "mailto:")
_MACHINE = re.compile(r"(?<![\w.])/(?:work|home|Users|root)/\w+")
_SHARED = re.compile(r"(\.\./)?\bshared/([\w-]*)")
_SHARED_PACKAGES = (pages.ROOT / "chalicelib" / "shared", pages.ROOT / "tests" / "shared")
_THIS = "tests/docs/test_markdown.py"


def _read(path: str) -> str:
    return (pages.ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", pages.markdown())
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(path: str) -> None:
    broken = [target for target in pages.links(_read(path)) if not _leads(pages.ROOT / path, target)]

    assert not broken


def _leads(page: Path, target: str) -> bool:
    if target.startswith(_ELSEWHERE):
        return True
    name, _, fragment = target.partition("#")
    found = (page.parent / name).resolve() if name else page
    return found.exists() and (not fragment or fragment in pages.anchors(found.read_text("utf-8")))


def test_a_link_into_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A heading\n\n[gone](gone.md) [here](#a-heading) [not here](#other) `[code](no.md)`\n")
    found = pages.links(page.read_text())

    assert [target for target in found if not _leads(page, target)] == ["gone.md", "#other"]


@pytest.mark.parametrize("path", pages.markdown())
def test_every_make_target_that_a_page_names_exists(path: str) -> None:
    targets = set(_TARGET.findall(_read("Makefile")))

    assert set(_NAMED.findall(_commands(_read(path)))) <= targets


def _commands(text: str) -> str:
    """What a page shows as code."""
    blocks = [block for language in ("", "sh", "text") for block in pages.code(text, language)]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


def test_the_newcomers_commands_are_those_of_the_gate() -> None:
    """README's two commands are what is tested: `make test` is all that the gate runs, and `make run` has its test."""
    readme = [line for block in pages.code(_read("README.md"), "sh") for line in block.splitlines()]
    gate = [line for line in _read(".ci/run").splitlines() if line.startswith("make ")]

    assert readme[:2] == ["make run", "make test"]
    assert gate == ["make test"]


def test_the_lines_of_the_readme_are_those_of_the_portal() -> None:
    shown = next(block for block in pages.code(_read("README.md"), "text") if block.startswith("Portal"))
    printed = re.findall(r'print\(f"(\w[\w ]*?)  \{?', _read("local/portal.py"))

    assert [re.split(r" {2,}", line)[0] for line in shown.splitlines()] == printed


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    """A clone anywhere else must work, and documents speak of the project alone."""
    found = [f"{path}: {name}" for path in pages.files() if path != _THIS for name in _foreign(_text(path))]

    assert not found


def _text(path: str) -> str:
    """Content of a file; empty for a picture."""
    try:
        return _read(path)
    except UnicodeDecodeError:
        return ""


def _foreign(text: str) -> list[str]:
    """Paths that only one machine has, and folders called shared that are not packages of ours."""
    outside = [match[0] for match in _SHARED.finditer(text) if match[1] or not _is_ours(match[2])]
    return [match[0] for match in _MACHINE.finditer(text)] + outside


def _is_ours(name: str) -> bool:
    return not name or any((package / f"{name}.py").exists() for package in _SHARED_PACKAGES)


@pytest.mark.parametrize("text", ["/home/marie/foyer", "see ../shared/", "shared/plan.md"])
def test_a_path_of_somebodys_machine_is_noticed(text: str) -> None:
    assert _foreign(text)


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (pages.ROOT / "LICENSE").read_bytes()

    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def test_every_decision_is_in_the_list_of_decisions() -> None:
    records = {Path(path).name for path in pages.markdown() if path.startswith("docs/decisions/0")}

    assert records == set(pages.links(_read("docs/decisions/README.md")))


def test_every_library_that_is_asked_for_has_its_reason() -> None:
    told = {name.strip() for row in pages.rows(_read("docs/decisions/0015-libraries.md")) for name in row[0].split(",")}
    asked = {
        name[0]
        for path in ("requirements.in", "requirements-dev.in")
        for line in _read(path).splitlines()
        if (name := re.match(r"[a-z][a-z0-9-]*", line))
    }

    assert asked == told - {"Library"}
