"""Names of files, whatever somebody called them."""

import pytest

from chalicelib.files.naming import disposition, neutral


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("certificat médical.PDF", "certificat médical.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Marie\\scan.pdf", "scan.pdf"),
        ("facture.pdf.exe", "facture.pdf"),
        ("photo.jpeg", "photo.pdf"),
        ("\u202eexe.fdp", "exe.pdf"),
        ("a\r\nSet-Cookie: x=y.pdf", "aSet-Cookie- x=y.pdf"),
        ("nul\x00byte.pdf", "nulbyte.pdf"),
        ("CON", "file-CON.pdf"),
        ("nul.txt.pdf", "file-nul.txt.pdf"),
        ("....", "file.pdf"),
        ("", "file.pdf"),
        (" . ", "file.pdf"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).pdf"),
        ("a\"b'c;d`e$f.pdf", "a-b-c-d-e-f.pdf"),
        ("=HYPERLINK(x).csv", "=HYPERLINK(x).pdf"),
        ("Справка.pdf", "Справка.pdf"),
        ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("\ud800.pdf", "file.pdf"),
        ("a\u2066b\u200bc\ufeff.pdf", "abc.pdf"),
    ],
)
def test_a_name_keeps_its_words_and_loses_what_is_dangerous(given: str, kept: str) -> None:
    assert neutral(given, "pdf") == kept
    assert neutral(kept, "pdf") == kept, "a neutral name stays as it is"


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("Facture 2026-1.pdf", "Facture-2026-1.pdf", "Facture-2026-1.pdf"),
        ("Reçu été.pdf", "Recu-ete.pdf", "Re%C3%A7u-%C3%A9t%C3%A9.pdf"),
        ("Счёт 1.pdf", "1.pdf", "%D0%A1%D1%87%D1%91%D1%82-1.pdf"),
        ("Счёт.pdf", "document.pdf", "%D0%A1%D1%87%D1%91%D1%82.pdf"),
        ('a"b\r\nSet-Cookie: x/../y.pdf', "a-b-Set-Cookie-x-..-y.pdf", "a-b-Set-Cookie-x-..-y.pdf"),
        (".pdf", "document.pdf", ".pdf"),
    ],
)
def test_names_of_files_are_safe_in_any_language(name: str, plain: str, full: str) -> None:
    assert disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
