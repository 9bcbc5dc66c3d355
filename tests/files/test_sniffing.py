"""What a file is said to be by its bytes: each kind is known, and nothing passes for what it is not (I-12)."""

import pytest

from chalicelib.files.domain import FileKind
from chalicelib.files.sniffing import kind_of
from tests.files.samples import CSV, EXE, HEIC, HTML, PDF, SVG, archive, office, open_document, picture

_DOCX = office("word/document.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (picture("PNG"), FileKind.PNG),
        (picture("JPEG"), FileKind.JPEG),
        (picture("WEBP"), FileKind.WEBP),
        (HEIC, FileKind.HEIC),
        (_DOCX, FileKind.DOCX),
        (office("xl/workbook.xml"), FileKind.XLSX),
        (open_document(FileKind.ODT.value), FileKind.ODT),
        (open_document(FileKind.ODS.value), FileKind.ODS),
        ("Bonjour à tous\r\n\tJeudi".encode(), FileKind.TXT),
        (b"\xef\xbb\xbfOui", FileKind.TXT),
    ],
    ids=lambda value: value.name if isinstance(value, FileKind) else "",
)
def test_every_kind_is_known_by_its_content(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind
    assert kind_of(content, "somebody.exe") is kind, "names say nothing"


def test_only_text_is_called_a_table_by_its_name() -> None:
    assert kind_of(CSV, "liste.CSV") is FileKind.CSV
    assert kind_of(CSV, "liste.txt") is FileKind.TXT
    assert kind_of(PDF, "liste.csv") is FileKind.PDF
    assert kind_of(EXE, "liste.csv") is None


@pytest.mark.parametrize(
    "content",
    [
        EXE, HTML, SVG, b"", b"\x00" * 50, b" \n<script>alert(1)</script>", b"<?xml version='1.0'?><svg/>",
        b"<?php system('id'); ?>", b"#!/bin/sh\nrm -rf /\x00", b"\x7fELF" + bytes(60), b"\xca\xfe\xba\xbe" + bytes(60),
        picture("GIF"), picture("BMP"), picture("TIFF"), b"Rar!\x1a\x07\x00" + bytes(60), b"\x1f\x8b\x08" + bytes(60),
        archive(notes_dot_txt=b"hello"), archive(word__document_dot_xml=b"<x/>"),
        office("word/document.xml", "word/vbaProject.bin"), office("xl/workbook.xml", "xl/vbaProject.bin"),
        office("ppt/presentation.xml"), open_document("application/vnd.oasis.opendocument.text-master"),
        open_document(FileKind.ODT.value, "Basic/Standard/Module1.xml"), open_document("text/html"),
        _DOCX[: len(_DOCX) // 2], _DOCX[:-30], b"PK\x03\x04" + bytes(200), b"PK\x05\x06" + bytes(18),
        "\u202etxt.exe".encode("utf-16"), b"caf\xe9",
    ],
)  # fmt: skip
def test_nothing_else_is_taken(content: bytes) -> None:
    assert kind_of(content, "harmless.pdf") is None


def test_what_only_holds_the_mark_of_a_paper_further_on_is_text() -> None:
    """And so of no kind that a family may send."""
    assert kind_of(b"x" * 40 + b"%PDF-1.7", "facture.pdf") is FileKind.TXT


def test_a_bomb_is_looked_at_without_being_unpacked() -> None:
    """Half a gigabyte in half a megabyte: the list of its parts is all that is read."""
    bomb = archive(mimetype=b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert kind_of(bomb, "thesis.odt") is None
    assert kind_of(archive(**{f"part{number}": b"" for number in range(6000)})) is None
