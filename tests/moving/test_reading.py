"""Files as people have them: encodings, quotes, ZIPs; what would spoil names is refused with words that help."""

import io
import tracemalloc
import zipfile

import pytest

from chalicelib.moving import reading
from chalicelib.moving.domain import DayOrder, Holds, Source
from chalicelib.moving.sources import days_in, holds_what, suggested
from chalicelib.shared.errors import Invalid
from chalicelib.web.uploads import Upload

TEXT = "Prénom;Nom\nLéa;Tremblay\nÉmile;Noël\n"


def read(content: bytes, name: str = "a.csv") -> reading.Table:
    (table,) = reading.tables(Upload(name, content))
    return table


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        reading.tables(Upload("a.csv", content))
    message = refused.value.errors["file"]
    return message.key % message.values


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_what_spreadsheets_write_is_read_whatever_the_encoding(encoding: str) -> None:
    table = read(TEXT.encode(encoding))
    assert table.header == ("Prénom", "Nom")
    assert table.samples == (("Léa", "Émile"), ("Tremblay", "Noël"))
    assert table.content.decode() == "Prénom,Nom\nLéa,Tremblay\nÉmile,Noël\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found_by_the_header(separator: str) -> None:
    assert read(f"a{separator}b\n1{separator}2\n".encode()).header == ("a", "b")


def test_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    mixed = "a;b\nLéa;x\n".encode() + "Noël;y\n".encode("cp1252")
    assert "mixes two encodings, first in line 3" in refusal(mixed)


def test_broken_quotes_are_refused_with_the_line() -> None:
    assert "the quotes in line 3 are broken" in refusal(b'a,b\n1,2\n"3,4\n')


def test_binary_rubbish_is_refused() -> None:
    assert "is not a CSV file" in refusal(b"a,b\n\x00\x00,1\n")


def test_nul_bytes_are_refused_wherever_they_are() -> None:
    assert "is not a CSV file" in refusal(b"a,b\n1,2\n" * 5000 + b"3,\x00\n")
    assert "is not a CSV file" in refusal("a,b\n1,\0\n".encode("utf-16"))


def test_a_million_columns_are_refused() -> None:
    assert "more than 150 columns" in refusal(b"a," * 400_000 + b"\n1\n")
    assert "line 1 is too long" in refusal(b"a," * 1_000_000 + b"\n1\n")
    assert "row 2 has more cells" in refusal(b"a,b\n" + b"1," * 400_000 + b"\n")


def test_an_endless_cell_is_refused_with_its_line_in_little_memory() -> None:
    content = b"a,b\n1," + b"x" * 50_000_000 + b"\n"
    tracemalloc.start()
    assert "line 2 is too long" in refusal(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_quote_that_never_ends_is_refused_where_it_begins() -> None:
    assert "the quotes in line 3 are broken" in refusal(b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 100_000)


def test_the_name_of_a_column_is_as_long_as_can_be_shown() -> None:
    assert read(b"a" * 5000 + b",b\n1,2\n").header == ("a" * 80, "b")


def test_headers_that_lack_names_or_repeat_them_are_refused() -> None:
    assert "every column needs a name" in refusal(b"a,a\n1,2\n")
    assert "every column needs a name" in refusal(b"a,,b\n1,2,3\n")


def test_a_row_with_more_cells_than_the_header_is_refused() -> None:
    assert "row 2 has more cells" in refusal(b"a,b\n1,2,3\n")


def test_formulas_stay_text_and_neutralised_cells_become_what_they_were() -> None:
    assert read(b"a,b\n=1+1,'=2+2\n").content == b"a,b\n=1+1,=2+2\n"


def test_a_zip_holds_several_tables() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x/a.csv", "a\n1\n")
        archive.writestr("b.csv", "b\n2\n")
        archive.writestr("picture.png", b"no")
    assert [table.name for table in reading.tables(Upload("all.zip", made.getvalue()))] == ["a.csv", "b.csv"]


def test_a_zip_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1000)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a\n" + "1\n" * 100_000)
    assert "too large" in refusal(made.getvalue())


def test_a_broken_zip_is_refused() -> None:
    assert "can not be opened" in refusal(b"PK\x03\x04 nothing")


def test_a_zip_that_breaks_off_while_it_is_unpacked_is_refused() -> None:
    """I-12: its list is right, and what it lists is rubbish."""
    content = bytearray(_packed(zipfile.ZIP_DEFLATED))
    content[_DATA + 12 : _DATA + 24] = bytes(each ^ 0xFF for each in content[_DATA + 12 : _DATA + 24])
    assert "can not be opened" in refusal(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_says_itself_how_much_memory_it_takes_is_refused(method: int) -> None:
    """I-12: a few bytes packed that way ask for four gigabytes."""
    content = bytearray(_packed(method))
    content[_DATA + 5 : _DATA + 9] = b"\xff\xff\xff\xff"
    assert "can not be opened" in refusal(bytes(content))


_DATA = 30 + len("a.csv")
"""Where what is packed begins: behind the file's own header and its name."""


def _packed(method: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.csv", "name,born\n" + "Anna,2015\n" * 2000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("source", "header", "fields"),
    [
        (Source.AMILIA, ["Account ID", "First name", "Last name", "Date of birth", "Email"],
         ["household_id", "member_first", "member_last", "birth_date", "holder_email"]),
        (Source.AMILIA, ["Prénom", "Nom", "Date de naissance", "Courriel", "Code postal"],
         ["member_first", "member_last", "birth_date", "holder_email", "postcode"]),
        (Source.JACKRABBIT, ["Family ID", "Student First Name", "Contact 1 Email", "Zip"],
         ["household_id", "member_first", "holder_email", "postcode"]),
        (Source.ICLASSPRO, ["Guardian 1 First Name", "Guardian 1 Email", "Student Birth Date"],
         ["holder_first", "holder_email", "birth_date"]),
        (Source.ACTIVITY_MESSENGER, ["Participant First Name", "Parent Email", "Phone"],
         ["member_first", "holder_email", "holder_mobile"]),
        (Source.INVOICE_NINJA, ["Name", "Contact First Name", "Contact Email"],
         ["household_name", "holder_first", "holder_email"]),
        (Source.PLAIN, ["Имя", "Фамилия", "Дата рождения", "Телефон"],
         ["member_first", "member_last", "birth_date", "phone"]),
    ],
)  # fmt: skip
def test_columns_of_known_systems_are_suggested(source: Source, header: list[str], fields: list[str]) -> None:
    assert list(map(suggested(source, Holds.PEOPLE, header, {}).get, header)) == fields


def test_what_was_chosen_before_comes_first() -> None:
    assert suggested(Source.PLAIN, Holds.PEOPLE, ["Email", "Mail 2"], {"mail2": "holder_email"}) == {
        "Mail 2": "holder_email", "Email": "member_email",
    }  # fmt: skip


def test_invoices_are_told_from_people_by_their_columns() -> None:
    assert holds_what(["Invoice Number", "Client", "Date", "Amount"]) is Holds.INVOICES
    assert holds_what(["Client", "Email"]) is Holds.PEOPLE


def test_the_order_of_days_follows_from_those_that_can_be_read_one_way_only() -> None:
    assert days_in(Source.JACKRABBIT, ["01/02/2015", "31/12/2015"]) is DayOrder.DAY_FIRST
    assert days_in(Source.PLAIN, ["01/02/2015", "12/31/2015"]) is DayOrder.MONTH_FIRST
    assert days_in(Source.JACKRABBIT, ["01/02/2015"]) is DayOrder.MONTH_FIRST
    assert days_in(Source.AMILIA, ["01/02/2015"]) is DayOrder.DAY_FIRST
