"""Folders of CSV files for tests of the importer, and what an import left in the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chalicelib.admin.imports.plan import Outcome
from chalicelib.admin.imports.service import checked
from chalicelib.admin.imports.staging import Problem
from chalicelib.organisations.domain import Organisation

Files = Mapping[str, str]
"""Text of CSV files by name without `.csv`."""

FAMILY: Files = {
    "households": "id;name;language\nH1;Famille Tremblay;fr\nH2;Семья Петровых;ru\n",
    "members": (
        "id;households;first_name;last_name;birth_date\n"
        "P1;H1;Léa;Tremblay;12/05/2014\n"
        "P2;H1|H2;Emma;Petrov;2015-02-20\n"
    ),
    "users": (
        "id;name;language;email;mobile;households\n"
        "U1;Marie Tremblay;fr;Marie@example.com;514-555-0123;H1=holder|H2=viewer\n"
        "U2;Andreï Petrov;ru;andrei@example.com;;H2=holder\n"
    ),
    "programmes": "id;title_fr;title_en\ndanse;Danse;Dance\n",
    "classes": "id;title_fr;title_ru;programme;instructor\nballet;Ballet 1;Балет 1;danse;Chloé\n",
    "occurrences": (
        "id;class;starts;ends;room;status\n"
        "o1;ballet;24/11/2026 16:30;24/11/2026 17:30;Studio A;\n"
        "o2;ballet;2026-12-01 16:30;2026-12-01 17:30;Studio A;cancelled\n"
    ),
    "enrolments": (
        "id;member;class;household;starts_on;ends_on;status;enrolled_at\n"
        "E1;P1;ballet;H1;2026-09-01;2027-06-01;;2026-11-01 10:00\n"
        "E2;P2;ballet;H2;2026-09-01;2027-06-01;waitlisted;2026-11-02\n"
    ),
    "attendance": "enrolment;meeting;status;reason\nE1;o1;absent_excused;Voyage\n",
    "certificates": "id;member;kind;covers_from;covers_to;note\nC1;P1;medical;2026-11-01;2026-11-05;Grippe\n",
    "skills": "id;title_fr;levels_fr;levels_en\nsplits;Grand écart;Essaie|Réussit;Tries|Does it\n",
    "member_skills": "member;skill;level;reached_on;note\nP2;splits;1;2026-11-10;Bravo\n",
    "bookings": (
        "id;household;resource;starts;ends;status;member;note;requested_at\n"
        "B1;H2;Studio B;2026-11-30 18:00;2026-11-30 20:00;requested;P2;Piano;2026-11-20 09:00\n"
        "B2;H2;Studio B;2026-10-30 18:00;2026-10-30 20:00;completed;;;\n"
    ),
    "invoices": (
        "id;household;number;issued_on;due_on;status;total\n"
        "F1;H1;2026-1;01/10/2026;15/10/2026;;120,00\n"
        "F2;H1;2026-2;01/11/2026;15/12/2026;;57,49\n"
        "F3;H1;2026-3;01/11/2026;15/12/2026;draft;10,00\n"
        "F4;H2;2026-4;01/11/2026;15/11/2026;cancelled;10,00\n"
    ),
    "invoice_lines": (
        "id;invoice;description;quantity;unit_price;discount;member;tax_1_name;tax_1_amount;tax_2_name;tax_2_amount\n"
        "L1;F1;Ballet;2;70,00;20,00;P1;;;;\n"
        "L2;F2;Costume;1;50,00;;P2;TPS;2,50;TVQ;4,99\n"
        "L3;F3;Stage;1;10,00;;;;;;\n"
        "L4;F4;Erreur;1;10,00;;;;;;\n"
    ),
    "payments": (
        "id;household;received_on;amount;method;reference;invoices\n"
        "R1;H1;20/11/2026;140,00;card;;F1=120,00|F2=20,00\n"
        "R2;H2;2026-11-20;30,00;cheque;771;\n"
    ),
}
"""Two homes that share Emma; every file and nearly every column is used."""


def with_rows(files: Files, **rows: str) -> dict[str, str]:
    """`files` with more rows at the end of some."""
    return {**files, **{name: files.get(name, "") + text for name, text in rows.items()}}


def write_folder(folder: Path, files: Files, encoding: str = "utf-8") -> Path:
    """Writes the files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


@dataclass(frozen=True)
class Importer:
    """Imports folders into one organisation."""

    organisation: Organisation
    folder: Path
    now: datetime

    def __call__(
        self, files: Files, *, encoding: str = "utf-8", now: datetime | None = None, tell: bool = False
    ) -> Outcome:
        """Imports files that have no mistakes."""
        for old in self.folder.glob("*.csv"):
            old.unlink()
        write_folder(self.folder, files, encoding)
        with checked(self.organisation, self.folder, now or self.now) as found:
            assert list(found.problems()) == []
            return found.write(send_activation=tell)

    def problems(self, files: Files) -> list[Problem]:
        """Mistakes of files that have some."""
        write_folder(self.folder, files)
        with checked(self.organisation, self.folder, self.now) as found:
            return list(found.problems())

    def places(self, files: Files) -> list[tuple[str, int, str]]:
        """File, line and column of every mistake."""
        return [(problem.file, problem.line, problem.field) for problem in self.problems(files)]
