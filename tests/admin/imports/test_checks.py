from collections.abc import Iterator

import pytest

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.data import write
from chalicelib.identity.domain import User
from chalicelib.identity.store import create_user
from tests.support.imports import FAMILY, Files, Importer, with_rows
from tests.support.stored import stored_items

BAD_CELLS = {
    "household": {
        "id": ["", "A|B"], "name": ["", "x" * 121], "number": ["x" * 41], "language": ["de"], "email": ["nobody"],
        "phone": ["12"], "street": ["x" * 201], "city": ["x" * 121], "region": ["x" * 121], "postcode": ["x" * 21],
        "country": ["Canada"], "status": ["gone"],
    },
    "member": {
        "id": [""], "households": ["", "H9", "H1|H2|H3"], "first_name": ["", "x" * 81], "last_name": ["x" * 81],
        "birth_date": ["2027-01-01", "31/02/2015"], "email": ["@"], "phone": ["1"], "emergency_name": ["x" * 121],
        "emergency_phone": ["none"], "health_notes": ["x" * 1001], "status": ["dead"],
        "answer:photo": ["maybe"], "answer:level": ["middle"], "answer:note": ["x" * 501],
    },
    "user": {
        "id": [""], "name": [""], "language": ["de"],
        "email": ["marie@example.com", "x"], "mobile": ["514-555-0123", "9"],
        "staff_role": ["boss"], "households": ["H1", "H1=mother", "H9=holder"],
    },
    "programme": {"id": ["", "danse"], "title_fr": ["x" * 121], "title_en": ["x" * 121], "title_ru": ["x" * 121]},
    "class": {
        "id": ["", "ballet"], "title_fr": ["x" * 121], "title_en": ["x" * 121], "title_ru": ["x" * 121],
        "programme": ["sport"], "instructor": ["x" * 121], "capacity": ["0", "2.5"], "level": ["x" * 41],
        "age_min": ["121", "-1"], "age_max": ["six", "4"], "price": ["-1", "free"],
        "online": ["http://zoom.example", "zoom"], "open": ["maybe"],
    },
    "occurrence": {
        "id": [""], "class": ["", "salsa"], "starts": ["", "16:30"],
        "ends": ["", "2026-11-24 10:00", "2026-11-24 16:00"],
        "room": ["x" * 121], "status": ["maybe"], "instructor": ["x" * 121], "planned": ["later"], "note": ["x" * 201],
    },
    "enrolment": {
        "id": ["", "E1"], "member": ["", "P9"], "class": ["salsa"], "household": ["", "H9"], "starts_on": ["soon"],
        "ends_on": ["2026-08-31", ""], "status": ["cart", "held", "offered"], "enrolled_at": ["yesterday"],
        "kind": ["course!"], "meeting": ["o1", "o9"], "ended_at": ["soon"], "reason": ["x" * 201],
        "successor": ["E9", "E1"],
    },
    "attendance": {
        "enrolment": ["", "E9"], "meeting": ["", "o9", "o-other"], "status": ["", "ill"], "reason": ["x" * 201],
    },
    "certificate": {
        "id": [""], "member": ["", "P9"], "kind": ["dog"], "covers_from": ["", "soon"],
        "covers_to": ["", "2026-10-01"], "received_on": ["x"], "note": ["x" * 501],
    },
    "skill": {
        "id": [""], "title_fr": ["x" * 121], "title_en": ["x" * 121], "title_ru": ["x" * 121],
        "levels_fr": ["A|A", "A"], "levels_en": ["x" * 81], "levels_ru": ["|".join(map(str, range(21)))],
    },
    "reached": {
        "member": ["", "P9"], "skill": ["", "juggling"], "level": ["0", "3"], "reached_on": ["", "soon"],
        "note": ["x" * 501],
    },
    "booking": {
        "id": ["B1"], "household": ["H9"], "resource": [""], "starts": [""], "ends": ["2026-11-20 10:00"],
        "status": ["asked"], "member": ["P9"], "note": ["x" * 501], "requested_at": ["x"],
        "resource_id": ["x" * 41],
    },
    "invoice": {
        "id": ["F1"], "household": ["H9"], "number": ["", "2026-1"], "issued_on": ["today!"], "due_on": ["2026-10-31"],
        "status": ["overdue", "paid", "partially_paid"], "total": ["", "10.001", "-1", "11.00"], "note": ["x" * 501],
    },
    "line": {
        "id": ["L1"], "invoice": ["F9"], "description": [""], "quantity": ["0", "1.5"], "unit_price": ["", "ten"],
        "discount": ["-1"], "amount": ["9.99"], "member": ["P9", "P3"], "tax_1_name": ["x" * 41, "TPS"],
        "tax_1_amount": ["x", "1.00"], "tax_2_name": ["TVQ"], "tax_2_amount": ["1.00"],
    },
    "payment": {
        "id": ["R1"], "household": ["H9"], "received_on": [""], "amount": ["", "0", "-5"], "method": [""],
        "status": ["done"], "reference": ["x" * 81], "refunded": ["0", "5,00", "11,00"], "refunded_on": ["soon"],
        "invoices": ["F9", "F5=50,00", "F5=6,00|F6=6,00", "F4=1,00", "F6=1,00", "F5|F6"],
    },
}  # fmt: skip
"""Cells that must each be found out, by kind of row and column."""

GOOD = {
    "household": {"id": "H3", "name": "Famille Roy"},
    "member": {"id": "P4", "households": "H1", "first_name": "Hugo"},
    "user": {"id": "U3", "name": "Luc", "email": "luc@example.com"},
    "programme": {"id": "chant", "title_fr": "Chant"},
    "class": {"id": "chant", "title_fr": "Chant", "age_min": "5"},
    "occurrence": {"id": "o3", "class": "ballet", "starts": "2026-11-24 16:00", "ends": "2026-11-24 17:00"},
    "enrolment": {
        "id": "E3", "member": "P1", "class": "ballet", "household": "H1",
        "starts_on": "2026-09-01", "ends_on": "2027-06-01",
    },
    "attendance": {"enrolment": "E1", "meeting": "o2", "status": "late"},
    "certificate": {"id": "C2", "member": "P1", "covers_from": "2026-11-01", "covers_to": "2026-11-03"},
    "skill": {"id": "turns", "title_fr": "Pirouettes", "levels_en": "Single|Double", "levels_fr": "Simple|Double"},
    "reached": {"member": "P1", "skill": "splits", "level": "2", "reached_on": "2026-11-01"},
    "booking": {
        "id": "B3", "household": "H1", "resource": "A", "starts": "2026-11-24 16:00", "ends": "2026-11-24 17:00",
    },
    "invoice": {
        "id": "F7", "household": "H1", "number": "2026-7",
        "issued_on": "2026-11-01", "due_on": "2026-12-01", "total": "10",
    },
    "line": {"id": "L7", "invoice": "F7", "description": "Cours", "unit_price": "10.00"},
    "payment": {"id": "R3", "household": "H1", "received_on": "2026-11-21", "amount": "10.00", "method": "cash"},
}  # fmt: skip

BASE = with_rows(
    FAMILY,
    households="H0;Ailleurs;fr\n",
    members="P3;H0;Ada;Ailleurs;2010-01-01\n",
    invoices="F5;H1;2026-5;2026-11-01;2026-12-01;;10,00\nF6;H1;2026-6;2026-11-01;2026-12-01;draft;10,00\n",
    classes="tango;Tango;;danse;\n",
    occurrences="o-other;tango;2026-11-25 16:30;2026-11-25 17:30;;\n",
    invoice_lines="L5;F5;Cours;1;10,00;;;;;;\nL6;F6;Cours;1;10,00;;;;;;\n",
)


def with_cells(kind: str, /, **cells: str) -> dict[str, str]:
    """BASE with one more row of a kind, good but for `cells`; an invoice comes with its line."""
    files = dict(BASE)
    wanted = {kind: {**GOOD[kind], **cells}}
    if kind == "invoice":
        wanted["line"] = {**GOOD["line"], "invoice": cells.get("id", "F7")}
    if kind == "line":
        wanted["invoice"] = GOOD["invoice"]
    for each, row in wanted.items():
        sheet = next(sheet for sheet in SHEETS if sheet.kind == each)
        name = sheet.file.removesuffix(".csv")
        header, *rows = files[name].strip().split("\n")
        columns = list(dict.fromkeys([*header.split(";"), *row]))
        padding = ";" * (len(columns) - len(header.split(";")))
        new = ";".join(row.get(column, "") for column in columns)
        files[name] = "\n".join([";".join(columns), *(line + padding for line in rows), new]) + "\n"
    return files


def cells() -> Iterator[tuple[str, str, str]]:
    for kind, columns in BAD_CELLS.items():
        for column, wrong in columns.items():
            for cell in wrong:
                yield kind, column, cell


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_good_row_has_no_mistakes(load: Importer, kind: str) -> None:
    assert load.problems(with_cells(kind)) == []


@pytest.mark.parametrize(("kind", "column", "cell"), list(cells()))
def test_a_bad_cell_is_reported_with_its_file_line_and_column(
    load: Importer, kind: str, column: str, cell: str
) -> None:
    files = with_cells(kind, **{column: cell})
    sheet = next(sheet for sheet in SHEETS if sheet.kind == kind)
    line = files[sheet.file.removesuffix(".csv")].count("\n")
    found = [
        (problem.file, problem.line, problem.field.replace("_amount", "_name")) for problem in load.problems(files)
    ]
    assert (sheet.file, line, column.replace("_amount", "_name")) in found


def test_every_column_has_a_bad_cell_in_these_tests() -> None:
    for sheet in SHEETS:
        assert {column.name for column in sheet.columns} <= set(BAD_CELLS[sheet.kind])


def test_all_mistakes_are_reported_at_once_and_nothing_is_written(load: Importer) -> None:
    before = stored_items(load.organisation.slug)
    files = with_rows(
        FAMILY,
        households="H1;;fr\n",
        members="P9;H7;;Roy;40/01/2015\n",
        payments="R3;H1;2026-11-21;200,00;card;;F1\n",
    )
    assert load.places(files) == [
        ("households.csv", 4, "name"),
        ("households.csv", 4, "id"),
        ("members.csv", 4, "first_name"),
        ("members.csv", 4, "birth_date"),
        ("members.csv", 4, "households"),
        ("payments.csv", 4, "invoices"),
    ]
    assert stored_items(load.organisation.slug) == before


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("households", "id;nom\nH1;Roy\n", ("households.csv", 1, "nom")),
        ("households", "id;number\nH1;7\n", ("households.csv", 1, "name")),
        ("households", "id;name;name\nH1;Roy;Roy\n", ("households.csv", 1, "name")),
        ("households", "", ("households.csv", 1, "id")),
        ("households", "id;name\nH1;Roy;extra\n", ("households.csv", 2, "")),
        ("households", 'id;name\nH1;"Roy\n', ("households.csv", 2, "")),
        ("household", "id;name\nH1;Roy\n", ("household.csv", 0, "")),
        ("members", "id;households;first_name;answer:pets\nP1;H1;A;no\n", ("members.csv", 1, "answer:pets")),
        ("programmes", "id;title_fr;title_en\nx;;\n", ("programmes.csv", 2, "title_fr")),
        ("users", "id;name;email;mobile\nU1;Marie;;\n", ("users.csv", 2, "email")),
    ],
)
def test_a_file_that_is_not_as_documented_is_reported(
    load: Importer, name: str, text: str, place: tuple[str, int, str]
) -> None:
    assert place in load.places({name: text})


def test_an_invoice_needs_lines_that_make_its_total(load: Importer) -> None:
    files = {**BASE, "invoices": FAMILY["invoices"] + "F8;H1;2026-8;2026-11-01;2026-12-01;;5,00\n"}
    assert ("invoices.csv", 6, "id") in load.places(files)


def test_two_payments_together_can_not_cover_more_than_the_invoice(load: Importer) -> None:
    files = with_rows(FAMILY, payments="R3;H1;2026-11-21;40,00;card;;F2=40,00\n")
    assert load.places(files) == [("payments.csv", 4, "invoices")]


def test_a_failed_payment_covers_nothing(load: Importer) -> None:
    files = {
        **FAMILY,
        "payments": "id;household;received_on;amount;method;status;invoices\nR9;H1;2026-11-21;500,00;card;failed;F1\n",
    }
    assert load.problems(files) == []


def test_an_invoice_is_not_paid_by_a_payment_that_failed(load: Importer) -> None:
    rows = "id;household;received_on;amount;method;status;invoices\nR9;H1;2026-11-21;120,00;card;failed;F1\n"
    files = {**FAMILY, "invoices": FAMILY["invoices"].replace("15/10/2026;;", "15/10/2026;paid;"), "payments": rows}
    assert load.places(files) == [("invoices.csv", 2, "status")]


def test_a_payment_covers_invoices_of_its_own_household_only(load: Importer) -> None:
    files = with_rows(FAMILY, payments="R3;H2;2026-11-21;1,00;card;;F2=1,00\n")
    assert load.places(files) == [("payments.csv", 4, "invoices")]


def test_records_of_an_earlier_import_may_be_named(load: Importer) -> None:
    load(FAMILY)
    later = {
        "members": "id;households;first_name\nP5;H2;Ivan\n",
        "enrolments": "id;member;class;household;starts_on;ends_on\nE5;P1;ballet;H1;2026-09-01;2027-06-01\n",
        "payments": "id;household;received_on;amount;method;invoices\nR5;H1;2026-11-22;37,49;card;F2\n",
    }
    assert load(later).counts == {("member", "new"): 1, ("enrolment", "new"): 1, ("payment", "new"): 1}


def again(load: Importer, files: Files) -> list[tuple[str, int, str]]:
    """Mistakes of `files` alone, after what was imported before."""
    for old in load.folder.glob("*.csv"):
        old.unlink()
    return load.places(files)


@pytest.mark.parametrize(
    ("name", "text", "other", "place"),
    [
        ("invoices", "F2;H1;", "F2;H2;", ("invoices.csv", 3, "household")),
        ("bookings", "B2;H2;", "B2;H1;", ("bookings.csv", 3, "household")),
        ("payments", "R2;H2;", "R2;H1;", ("payments.csv", 3, "household")),
        ("enrolments", "E1;P1;", "E1;P2;", ("enrolments.csv", 2, "member")),
    ],
)
def test_a_record_can_not_move_to_another_owner(
    load: Importer, name: str, text: str, other: str, place: tuple[str, int, str]
) -> None:
    """Two homes would list it."""
    load(FAMILY)
    before = stored_items(load.organisation.slug)
    assert place in again(load, {**FAMILY, name: FAMILY[name].replace(text, other)})
    assert stored_items(load.organisation.slug) == before


def test_a_line_may_name_a_member_of_an_earlier_import(load: Importer) -> None:
    load(FAMILY)
    later = {name: FAMILY[name].replace("57,49", "50,00").replace("2,50;TVQ;4,99", "0,00;;") for name in LINES}
    assert again(load, later) == []
    foreign = {
        **later,
        "invoice_lines": later["invoice_lines"].replace("L4;F4;Erreur;1;10,00;;;", "L4;F4;E;1;10,00;;P1;"),
    }
    assert again(load, foreign) == [("invoice_lines.csv", 5, "member")]


LINES = ("invoices", "invoice_lines")


def test_a_line_comes_with_its_invoice(load: Importer) -> None:
    load(FAMILY)
    assert again(load, {"invoice_lines": "id;invoice;description;unit_price\nL9;F1;Cours;1,00\n"}) == [
        ("invoice_lines.csv", 2, "invoice")
    ]


def test_payments_of_an_earlier_import_count(load: Importer) -> None:
    load(FAMILY)
    paid = {**{name: FAMILY[name] for name in LINES}, "members": FAMILY["members"]}
    paid["invoices"] = paid["invoices"].replace("15/10/2026;;", "15/10/2026;paid;")
    assert again(load, paid) == []
    twice = "id;household;received_on;amount;method;invoices\nR9;H1;2026-11-21;120,00;card;F1\n"
    assert again(load, {"payments": twice}) == [("payments.csv", 2, "invoices")]
    less = {**paid, "invoices": paid["invoices"].replace("120,00", "70,00").replace(";paid;", ";;")}
    less["invoice_lines"] = less["invoice_lines"].replace("L1;F1;Ballet;2;70,00;20,00", "L1;F1;Ballet;1;70,00;0,00")
    assert again(load, less) == [("invoices.csv", 2, "total")]


def test_a_payment_that_comes_again_counts_once(load: Importer) -> None:
    load(FAMILY)
    assert again(load, {"payments": FAMILY["payments"]}) == []
    moved = {"payments": FAMILY["payments"].replace("F1=120,00|F2=20,00", "F1=100,00|F2=40,00")}
    assert again(load, moved) == []


@pytest.mark.parametrize(("household", "invoice"), [("H2", "F2"), ("H1", "F3"), ("H1", "F9")])
def test_a_payment_covers_stored_invoices_that_its_household_owes(load: Importer, household: str, invoice: str) -> None:
    """Not another household's, not a draft, not one that nobody knows."""
    load(FAMILY)
    row = f"id;household;received_on;amount;method;invoices\nR9;{household};2026-11-21;1,00;card;{invoice}\n"
    assert again(load, {"payments": row}) == [("payments.csv", 2, "invoices")]


@pytest.mark.parametrize(
    ("status", "refunded", "covers", "fine"),
    [
        ("partially_refunded", "4,00", "F2=6,00", True),
        ("partially_refunded", "4,00", "F2", True),
        ("partially_refunded", "4,00", "F2=6,01", False),
        ("partially_refunded", "", "", False),
        ("partially_refunded", "10,00", "", False),
        ("refunded", "", "", True),
        ("refunded", "10,01", "", False),
        ("completed", "1,00", "", False),
    ],
)
def test_what_was_given_back_covers_nothing(
    load: Importer, status: str, refunded: str, covers: str, fine: bool
) -> None:
    rows = "id;household;received_on;amount;method;status;refunded;invoices\n"
    files = {**FAMILY, "payments": rows + f"R9;H1;2026-11-21;10,00;card;{status};{refunded};{covers}\n"}
    assert (load.problems(files) == []) is fine


def test_a_stored_member_of_another_household_can_not_be_enrolled_by_this_one(load: Importer) -> None:
    load(FAMILY)
    for old in load.folder.glob("*.csv"):
        old.unlink()
    files = {"enrolments": "id;member;class;household;starts_on;ends_on\nE5;P1;ballet;H2;2026-09-01;2027-06-01\n"}
    assert load.places(files) == [("enrolments.csv", 2, "member")]


def test_a_sign_in_address_of_somebody_else_is_a_mistake_of_the_row(load: Importer) -> None:
    """D-01."""
    transaction = write.Transaction()
    create_user(
        transaction, load.organisation.slug, User("u", "Other", email="marie@EXAMPLE.com", mobile="+15145550123")
    )
    transaction.commit()
    assert load.places(FAMILY) == [("users.csv", 2, "email"), ("users.csv", 2, "mobile")]


def test_a_class_can_not_meet_more_often_than_it_may(load: Importer) -> None:
    rows = "".join(f"x{number};ballet;+1d 10:00;+1d 11:00;;\n" for number in range(999))
    assert load.places(with_rows(FAMILY, occurrences=rows)) == [("occurrences.csv", 1002, "class")]
