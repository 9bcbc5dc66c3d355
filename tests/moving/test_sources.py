"""What other systems export, with the columns that they write: each file becomes families without any matching."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.data import read
from chalicelib.households.models import SummaryItem
from chalicelib.households.store import summary_from
from chalicelib.identity.models import UserItem
from chalicelib.identity.store import user_from
from chalicelib.moving.domain import Source
from tests.moving.bringing import begun, everything, written
from tests.support.world import World

FILES: Mapping[Source, Mapping[str, str]] = {
    Source.AMILIA: {"clients.csv": (
        "Prénom;Nom;Adresse;Ville;Province;Code postal;Téléphone;Sexe;Courriel;Amilia ID;Date de naissance;"
        "Prénom du titulaire;Nom du titulaire;Courriel du titulaire\n"
        "Léa;Tremblay;1 rue A;Montréal;QC;H2X 1Y4;514 555-0123;F;;77;2014-05-12;Marie;Tremblay;marie@example.com\n"
        "Tom;Tremblay;1 rue A;Montréal;QC;H2X 1Y4;514 555-0123;M;;78;2016-06-30;Marie;Tremblay;marie@example.com\n"
    )},
    Source.ACTIVITY_MESSENGER: {"participants.csv": (
        "Participant First Name,Participant Last Name,Participant Date of Birth,Parent First Name,Parent Last Name,"
        "Parent Email,Parent Phone,Activity,Medical Information\n"
        "Léa,Tremblay,2014-05-12,Marie,Tremblay,marie@example.com,(514) 555-0123,Ballet,Peanuts\n"
        "Tom,Tremblay,2016-06-30,Marie,Tremblay,marie@example.com,(514) 555-0123,Judo,\n"
    )},
    Source.JACKRABBIT: {"students.csv": (
        "Family ID,Family Name,Student First Name,Student Last Name,Birth Date,Gender,Contact 1 First Name,"
        "Contact 1 Last Name,Contact 1 Email,Contact 1 Cell #,Home #,Address,City,State,Zip,Status\n"
        "41,Tremblay,Léa,Tremblay,05/12/2014,F,Marie,Tremblay,marie@example.com,514-555-0123,514-555-0100,1 rue A,"
        "Montréal,QC,H2X 1Y4,Active\n"
        "41,Tremblay,Tom,Tremblay,06/30/2016,M,Marie,Tremblay,marie@example.com,514-555-0123,514-555-0100,1 rue A,"
        "Montréal,QC,H2X 1Y4,Active\n"
    )},
    Source.ICLASSPRO: {"students.csv": (
        "Family ID,Family Name,Guardian 1 First Name,Guardian 1 Last Name,Guardian 1 Email,Guardian 1 Mobile Phone,"
        "Student ID,Student First Name,Student Last Name,Student Birth Date,Street,City,State,Zip\n"
        "9,Tremblay,Marie,Tremblay,marie@example.com,514-555-0123,1,Léa,Tremblay,5/12/2014,1 rue A,Laval,QC,H2X 1Y4\n"
        "9,Tremblay,Marie,Tremblay,marie@example.com,514-555-0123,2,Tom,Tremblay,6/30/2016,1 rue A,Laval,QC,H2X 1Y4\n"
    )},
    Source.INVOICE_NINJA: {
        "clients.csv": (
            "Client Name,Client Number,Client Address1,Client City,Client State,Client Postal Code,Contact First Name,"
            "Contact Last Name,Contact Email,Contact Phone,Client Balance\n"
            "Tremblay,0007,1 rue A,Montréal,QC,H2X 1Y4,Marie,Tremblay,marie@example.com,514 555-0123,30.00\n"
        ),
        "invoices.csv": (
            "Invoice Number,Client Name,Client Number,Amount,Balance,Paid to Date,Date,Due Date,Status\n"
            '2026-1,Tremblay,0007,"$1,120.00",$0.00,"$1,120.00",2026-01-10,2026-02-10,Paid\n'
            "2026-2,Tremblay,0007,$80.00,$30.00,$50.00,2026-03-10,2026-04-10,Partial\n"
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize("source", FILES, ids=lambda source: source.value)
def test_an_export_becomes_a_family_without_any_matching(world: World, source: Source) -> None:
    """NEW-20: who they are, who signs in, when the children were born, and what is owed."""
    written(world, begun(world, FILES[source], source))
    [family] = [summary_from(item) for item in _all(world, SummaryItem, "summary")]
    [user] = [user_from(item) for item in _all(world, UserItem, "user")]
    assert "Tremblay" in family.name
    assert (user.name, user.email) == ("Marie Tremblay", "marie@example.com")
    born = {member.name: str(member.birth_date) for member in family.members}
    if source is Source.INVOICE_NINJA:
        assert (born, [row.minor for row in family.open]) == ({}, [3000])
    else:
        assert born == {"Léa Tremblay": "2014-05-12", "Tom Tremblay": "2016-06-30"}


def _all(world: World, model: type, kind: str) -> list[Any]:
    keys = [key for key, item in everything(world.org).items() if item["kind"] == {"S": kind}]
    return list(read.many(model, keys).values())
