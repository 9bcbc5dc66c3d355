import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.admin.imports.files import Unreadable, lines
from chalicelib.admin.imports.rows import read_folder
from chalicelib.admin.imports.staging import open_staging
from chalicelib.admin.imports.values import Context
from chalicelib.organisations.domain import Organisation


def read(folder: Path, raw: bytes) -> list[tuple[int, list[str]]]:
    path = folder / "households.csv"
    path.write_bytes(raw)
    return [(line.number, line.cells) for line in lines(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_files_are_read_in_each_encoding_with_either_separator(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    text = ending.join([separator.join(("id", "name")), separator.join(("H1", "Léa, œuvre"[:3])), ""])
    assert read(tmp_path, text.encode(encoding)) == [(1, ["id", "name"]), (2, ["H1", "Léa"])]


def test_a_letter_split_between_two_reads_is_still_utf_8(tmp_path: Path) -> None:
    text = "id,name\nH1," + "é" * 70_001
    assert read(tmp_path, text.encode())[1][1][1] == "é" * 70_001


def test_lines_are_counted_where_rows_begin_and_blank_ones_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, b'id,note\nA,"two\nlines"\n\n,\nB,x\n')
    assert [(number, cells[0]) for number, cells in found] == [(1, "id"), (2, "A"), (6, "B")]


@pytest.mark.parametrize(
    ("raw", "line"), [(b'id,name\nA,"x\n', 2), (b'id,name\nA,"x"y\n', 2), (b"id,name\nA,\x81\xff\n", 1)]
)
def test_what_is_no_csv_is_refused_with_its_line(tmp_path: Path, raw: bytes, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, raw)
    assert refused.value.line == line


def test_a_file_of_two_gigabytes_is_refused_before_a_byte_of_it_is_read(tmp_path: Path) -> None:
    """A sparse one: it takes no room, and no time."""
    with (tmp_path / "households.csv").open("wb") as stream:
        stream.truncate(2 << 30)
    school = Organisation("x", {"fr": "X"}, "CA", "America/Toronto", "CAD", ("fr", "en"))
    began = time.process_time()
    with open_staging() as staging:
        read_folder(tmp_path, Context(school, datetime(2026, 11, 22, tzinfo=UTC)), staging, lambda: None)
        assert [problem.message for problem in staging.problems()] == ["is larger than 1 GB; bring it in parts"]
    assert time.process_time() - began < 1
