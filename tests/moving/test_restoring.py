"""An organisation that was taken along and made anew elsewhere is the same one, record for record and file for file."""

import json
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys, read, write
from chalicelib.documents.models import DocumentItem
from chalicelib.files import keeping
from chalicelib.moving import exporting, restoring
from chalicelib.moving.plainly import LEFT_OUT, is_carried, item_of, line_of
from chalicelib.moving.restoring import NotAnExport, renamed, restore
from chalicelib.organisations import audit
from chalicelib.organisations import store as organisations
from chalicelib.viewing import demo
from tests.moving.bringing import KATE, begun, never, worker, written
from tests.moving.test_undoing import OWN
from tests.support.world import World


def exported(world: World, folder: Path, is_late: Callable[[], bool] = never) -> Path:
    """The export of an organisation, fetched."""
    exporting.ask(world.org, "UTC", KATE, world.now)
    last = exporting.latest(world.org)
    assert last
    key = keys.moving_export(world.org, last.id)
    outcomes: list[str] = []
    while "ready" not in outcomes and len(outcomes) < 500:
        outcomes.append(exporting.work(worker(is_late), key, world.now))
    address = bootstrap.archives().open(last.name, "application/zip", "attachment", 60)
    path = folder / "export.zip"
    with urllib.request.urlopen(address) as answer:
        path.write_bytes(answer.read())
    return path


def carried(org: str) -> dict[str, dict[str, Any]]:
    """All that an organisation takes along, by key."""
    return {
        f"{item['pk']['S']} {item['sk']['S']}": item
        for page, _ in read.everything(org)
        for item in page
        if is_carried(item)
    }


def told_in(path: Path, folder: str) -> list[str]:
    """Lines of all files of an export in a folder."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return [line for name in names for line in archive.read(name).decode("utf-8-sig").splitlines()]


def filled(world: World) -> World:
    """An organisation with every kind of record that an import brings, and a file in the vault."""
    written(world, begun(world, OWN))
    home = world.household("=HYPERLINK(1)", "Ann")
    told = {"id": "f1", "name": "a.pdf", "kind": "application/pdf", "size": 4, "sha256": "0" * 64}
    pk, sk = keys.document(world.org, home.id, "20261101-x")
    write.put(DocumentItem(pk, sk, household=home.id, document="20261101-x", told={"versions": [{"file": told}]}))
    bootstrap.vault().put(keeping.key(world.org, home.id, "f1"), b"%PDF", "application/pdf")
    return world


def test_an_export_restored_under_another_slug_compares_equal(world: World, tmp_path: Path) -> None:
    stood = carried(filled(world).org)
    path = exported(world, tmp_path)
    other = f"{world.org}-b"
    done = restore(path, bootstrap.vault(), other)
    before = {key: renamed(item, world.org, other) for key, item in stood.items()}
    after = carried(other)
    assert {key.replace(world.org, other, 1) for key in before} == set(after)
    assert {key.replace(world.org, other, 1): item for key, item in before.items()} == after
    assert (done.records, done.files) == (len(after), 1)
    home = next(item["household"]["S"] for item in after.values() if item["kind"]["S"] == "document")
    assert bootstrap.vault().get(keeping.key(other, str(home), "f1")) == b"%PDF"
    found, former = organisations.get(other), organisations.get(world.org)
    assert found
    assert former
    assert (found.slug, found.name, found.import_key) == (other, former.name, former.import_key)


def test_an_export_that_several_workers_made_is_the_same(world: World, tmp_path: Path) -> None:
    stood = carried(filled(world).org)
    path = exported(world, tmp_path, lambda: True)
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("manifest.json"))
        words = archive.read("read-me.txt").decode()
    assert all(part in words for part in ("manifest.json", "records/", "tables/", "files/"))
    assert told["records"] == len(told_in(path, "records/")) == len(stood)


def test_tables_hold_no_formulas(world: World, tmp_path: Path) -> None:
    filled(world)
    lines = told_in(exported(world, tmp_path), "tables/")
    assert any("'=HYPERLINK(1)" in line for line in lines)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))


def test_nothing_that_opens_something_is_taken_along(world: World, tmp_path: Path) -> None:
    home = world.household()
    world.user(home, email="ann@example.com")
    kinds = {json.loads(line)["kind"] for line in told_in(exported(filled(world), tmp_path), "records/")}
    assert {"household", "person", "user", "login", "invoice", "ledger", "roll", "organisation"} <= kinds
    assert not kinds & set(LEFT_OUT)


def test_what_is_there_already_is_not_written_over(world: World, tmp_path: Path) -> None:
    path = exported(world, tmp_path)
    with pytest.raises(NotAnExport, match="already"):
        restore(path, bootstrap.vault())


def test_a_broken_file_or_anothers_record_is_refused(world: World, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 no")
    with pytest.raises(NotAnExport, match="broken"):
        restore(broken, bootstrap.vault(), f"{world.org}-c")
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(forged, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 1, "organisation": world.org, "records": 1}))
        archive.writestr("records/0.jsonl", '{"pk": "ORG#somebody-else", "sk": "X", "kind": "household"}\n')
    with pytest.raises(NotAnExport, match="no export"):
        restore(forged, bootstrap.vault(), f"{world.org}-c")
    assert organisations.get("somebody-else") is None


def test_values_keep_their_form() -> None:
    item: dict[str, dict[str, object]] = {
        "pk": {"S": "ORG#a"}, "sk": {"S": "X"}, "kind": {"S": "x"}, "whole": {"N": "12"}, "exact": {"N": "1.50"},
        "bytes": {"B": b"\x00\xff"}, "list": {"L": [{"S": "1"}, {"N": "1"}, {"BOOL": True}, {"NULL": True}]},
        "map": {"M": {"$number": {"S": "1"}, "b": {"M": {}}}},
    }  # fmt: skip
    assert item_of(line_of(item)) == item


def test_a_demonstration_is_not_taken_along(world: World, tmp_path: Path) -> None:
    shown = demo.make(world.organisation, world.now)
    lines = told_in(exported(world, tmp_path), "records/")
    assert "organisation" in {json.loads(line)["kind"] for line in lines}
    assert not [line for line in lines if shown.organisation.slug in line or shown.family.household in line]


def test_peoples_own_words_that_look_like_data_do_not_stop_an_export(world: World, tmp_path: Path) -> None:
    """Somebody writes braces, or what a kept file looks like, into a field of their own."""
    home = world.household("Roy", "Ann")
    for number, words in enumerate(
        ('{"sha256"', '["sha256"', '{"id":"../x","name":"","kind":"?","size":1,"sha256":""}')
    ):
        pk, sk = keys.document(world.org, home.id, f"2026110{number + 1}-x")
        write.put(DocumentItem(pk, sk, household=words, document=words, told={"text": f'say "sha256" {words}'}))
    assert told_in(exported(world, tmp_path), "records/")


def forged(world: World, tmp_path: Path, files: dict[str, str], records: int = 0, **told: object) -> Path:
    """An archive that somebody made by hand."""
    path = tmp_path / "forged.zip"
    manifest = {"format": 1, "organisation": world.org, "records": records, **told}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "name", ["files/../../x", "files/a/../b", "files/a/b/c", "files/a", "files//b", "files/a/b.exe"]
)
def test_names_that_lead_elsewhere_are_refused(world: World, tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAnExport, match="no export gives"):
        restore(forged(world, tmp_path, {name: "x"}), bootstrap.vault(), f"{world.org}-d")


def test_a_bomb_is_not_unpacked(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a manifest, a file or a line larger than any that an export has; nor more records than are told."""
    monkeypatch.setattr(restoring, "_LARGEST_FILE", 1000)
    other = f"{world.org}-d"
    with pytest.raises(NotAnExport, match="larger than"):
        restore(forged(world, tmp_path, {"files/a/b": "0" * 5_000_000}), bootstrap.vault(), other)
    with pytest.raises(NotAnExport, match="larger than"):
        restore(forged(world, tmp_path, {}, note="0" * 5_000_000), bootstrap.vault(), other)
    with pytest.raises(NotAnExport, match="broken"):
        restore(forged(world, tmp_path, {"records/0.jsonl": "[" * 9_000_000}, 1), bootstrap.vault(), other)
    line = f'{{"pk": "ORG#{world.org}#HH#x", "sk": "X", "kind": "news"}}\n'
    with pytest.raises(NotAnExport, match="2 or more"):
        restore(forged(world, tmp_path, {"records/0.jsonl": line * 100_000}, 1), bootstrap.vault(), other)


@pytest.mark.parametrize("slug", ["a#b", "ORG", "", "api", "x" * 60])
def test_a_slug_that_can_not_be_is_refused(world: World, tmp_path: Path, slug: str) -> None:
    with pytest.raises(NotAnExport, match="can not be an organisation"):
        restore(forged(world, tmp_path, {}, organisation=slug), bootstrap.vault())


def test_a_kind_that_opens_something_is_refused_from_a_forged_file(world: World, tmp_path: Path) -> None:
    line = f'{{"pk": "ORG#{world.org}#USER#x", "sk": "SESSION#y", "kind": "session"}}\n'
    with pytest.raises(NotAnExport, match="no export"):
        restore(forged(world, tmp_path, {"records/0.jsonl": line}, 1), bootstrap.vault(), f"{world.org}-d")


def test_who_made_an_export_stands_in_the_log_of_the_organisation(world: World, tmp_path: Path) -> None:
    exported(world, tmp_path)
    [entry] = audit.page(world.org).rows
    assert (entry.act, entry.author) == ("moving_exported", KATE)
