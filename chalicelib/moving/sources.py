"""The files of other systems: what their columns are called, and which fields of ours they fill.

A suggestion only: whoever brings a file in sees it beside the first cells, and what they change is remembered.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.moving.domain import DayOrder, Holds, Source
from chalicelib.shared.texts import Message, say

SOURCE_NAMES = {
    Source.AMILIA: "Amilia",
    Source.ACTIVITY_MESSENGER: "Activity Messenger",
    Source.JACKRABBIT: "Jackrabbit",
    Source.ICLASSPRO: "iClassPro",
    Source.INVOICE_NINJA: "Invoice Ninja",
}
"""Names of products are the same in every language; a plain sheet has none."""


class Field(NamedTuple):
    """Something that a column can fill."""

    name: str
    label: Message
    target: tuple[str, str]
    """File and column of the import that it ends in."""
    aliases: tuple[str, ...]
    """Names of columns, as `plain` writes them."""


PEOPLE = (
    Field("household_id", say("Family: number in the old system"), ("households.csv", "id"), (
        "familyid", "accountid", "accountnumber", "householdid", "clientid", "idnumber", "clientnumber", "customerid",
        "numerodecompte", "idcompte", "numeroclient", "famid", "numerodefamille", "номерсемьи", "number",
    )),
    Field("household_name", say("Family: name"), ("households.csv", "name"), (
        "familyname", "accountname", "household", "householdname", "family", "clientname", "client", "nomducompte",
        "famille", "nomdefamilleducompte", "compte", "семья", "названиесемьи", "company", "companyname",
    )),
    Field("language", say("Language"), ("households.csv", "language"), ("language", "langue", "locale", "язык")),
    Field("phone", say("Family: telephone"), ("households.csv", "phone"), (
        "homephone", "phone", "telephone", "telephonedomicile", "primaryphone", "phonenumber", "telephonemaison",
        "clientphone", "телефон", "tel",
    )),
    Field("street", say("Number and street"), ("households.csv", "street"), (
        "address", "address1", "street", "street1", "streetaddress", "adresse", "addressline1", "улица", "адрес",
        "clientaddress1",
    )),
    Field("city", say("Town"), ("households.csv", "city"), ("city", "ville", "town", "город", "clientcity")),
    Field("region", say("Province or region"), ("households.csv", "region"), (
        "state", "province", "region", "stateprovince", "provincestate", "область", "clientstate",
    )),
    Field("postcode", say("Postal code"), ("households.csv", "postcode"), (
        "zip", "zipcode", "postalcode", "postcode", "codepostal", "индекс", "clientpostalcode", "zippostalcode",
    )),
    Field("holder_first", say("Parent or holder: first name"), ("users.csv", "name"), (
        "parentfirstname", "parent1firstname", "contact1firstname", "guardian1firstname", "contactfirstname",
        "guardianfirstname", "ownerfirstname", "prenomduparent", "prenomparent1", "primaryfirstname", "имяродителя",
        "accountownerfirstname", "prenomdutitulaire",
    )),
    Field("holder_last", say("Parent or holder: last name"), ("users.csv", "name"), (
        "parentlastname", "parent1lastname", "contact1lastname", "guardian1lastname", "contactlastname",
        "guardianlastname", "ownerlastname", "nomduparent", "nomparent1", "primarylastname", "фамилияродителя",
        "accountownerlastname", "nomdutitulaire",
    )),
    Field("holder_name", say("Parent or holder: whole name"), ("users.csv", "name"), (
        "parentname", "parent", "parent1", "parent1name", "guardian", "guardian1", "guardianname", "contact",
        "contactname", "owner", "accountowner", "titulaire", "родитель", "primarycontact", "contact1",
    )),
    Field("holder_email", say("Parent or holder: email"), ("users.csv", "email"), (
        "email", "emailaddress", "courriel", "parentemail", "parent1email", "contact1email", "guardian1email",
        "contactemail", "primaryemail", "guardianemail", "adressecourriel", "accountemail", "электроннаяпочта",
        "почта", "mail", "owneremail", "courrielduparent", "accountowneremail", "courrieldutitulaire",
    )),
    Field("holder_mobile", say("Parent or holder: mobile"), ("users.csv", "mobile"), (
        "mobile", "mobilephone", "cell", "cellphone", "cellularphone", "cellulaire", "parentphone", "parent1phone",
        "contact1cellphone", "contact1cell", "guardian1phone", "guardian1cellphone", "contactphone", "мобильный",
        "mobilenumber", "parentmobile", "telephonecellulaire", "telephonemobile", "guardian1mobile",
        "guardian1mobilephone", "telephoneduparent", "accountownerphone",
    )),
    Field("second_first", say("Second parent: first name"), ("users.csv", "name"), (
        "parent2firstname", "contact2firstname", "guardian2firstname", "prenomparent2", "secondaryfirstname",
    )),
    Field("second_last", say("Second parent: last name"), ("users.csv", "name"), (
        "parent2lastname", "contact2lastname", "guardian2lastname", "nomparent2", "secondarylastname",
    )),
    Field("second_name", say("Second parent: whole name"), ("users.csv", "name"), (
        "parent2", "parent2name", "guardian2", "contact2", "secondarycontact",
    )),
    Field("second_email", say("Second parent: email"), ("users.csv", "email"), (
        "parent2email", "contact2email", "guardian2email", "secondaryemail", "courrielparent2",
    )),
    Field("second_mobile", say("Second parent: mobile"), ("users.csv", "mobile"), (
        "parent2phone", "contact2cellphone", "contact2cell", "guardian2phone", "guardian2cellphone", "parent2mobile",
        "guardian2mobile", "guardian2mobilephone",
    )),
    Field("member_id", say("Member: number in the old system"), ("members.csv", "id"), (
        "studentid", "personid", "participantid", "memberid", "idpersonne", "numerodemembre", "membernumber",
        "athleteid", "номерученика", "amiliaid",
    )),
    Field("member_first", say("Member: first name"), ("members.csv", "first_name"), (
        "firstname", "studentfirstname", "participantfirstname", "memberfirstname", "prenom", "childfirstname",
        "prenomduparticipant", "prenomdelenfant", "имя", "athletefirstname", "first",
    )),
    Field("member_last", say("Member: last name"), ("members.csv", "last_name"), (
        "lastname", "studentlastname", "participantlastname", "memberlastname", "nom", "childlastname",
        "nomduparticipant", "nomdelenfant", "фамилия", "nomdefamille", "surname", "athletelastname", "last",
    )),
    Field("member_name", say("Member: whole name"), ("members.csv", "first_name"), (
        "name", "student", "studentname", "participant", "participantname", "member", "membername", "child",
        "childname", "fullname", "nomcomplet", "enfant", "ученик", "фио", "athlete",
    )),
    Field("birth_date", say("Member: day of birth"), ("members.csv", "birth_date"), (
        "birthdate", "dateofbirth", "dob", "birthday", "datedenaissance", "naissance", "датарождения",
        "studentbirthdate", "participantdateofbirth", "participantbirthdate", "bday", "datedenaissanceduparticipant",
    )),
    Field("member_email", say("Member: own email"), ("members.csv", "email"), (
        "studentemail", "participantemail", "memberemail", "courrielduparticipant",
    )),
    Field("member_phone", say("Member: own telephone"), ("members.csv", "phone"), (
        "studentphone", "studentcellphone", "participantphone", "memberphone", "studentcell",
    )),
    Field("emergency_name", say("Emergency contact: name"), ("members.csv", "emergency_name"), (
        "emergencycontact", "emergencycontactname", "emergencyname", "contactdurgence", "nomducontactdurgence",
    )),
    Field("emergency_phone", say("Emergency contact: telephone"), ("members.csv", "emergency_phone"), (
        "emergencyphone", "emergencycontactphone", "emergencynumber", "telephonedurgence",
    )),
    Field("health_notes", say("Health notes"), ("members.csv", "health_notes"), (
        "medicalnotes", "medical", "allergies", "healthnotes", "medicalinformation", "medicalconditions",
        "notesmedicales", "allergiesmedical", "medicalalerts", "здоровье",
    )),
)  # fmt: skip
INVOICES = (
    Field("household_id", say("Family: number in the old system"), ("invoices.csv", "household"), (
        "familyid", "accountid", "accountnumber", "clientnumber", "clientidnumber", "idnumber", "householdid",
        "clientid", "customerid", "numerodecompte", "numeroclient", "номерсемьи",
    )),
    Field("household_name", say("Family: name"), ("invoices.csv", "household"), (
        "client", "clientname", "customer", "customername", "familyname", "family", "accountname", "account",
        "billto", "compte", "nomducompte", "nomduclient", "famille", "клиент", "семья", "name",
    )),
    Field("holder_email", say("Parent or holder: email"), ("invoices.csv", "household"), (
        "email", "clientemail", "contactemail", "courriel", "emailaddress", "почта",
    )),
    Field("number", say("Invoice: number"), ("invoices.csv", "number"), (
        "invoicenumber", "invoice", "number", "invoiceno", "numerodefacture", "facture", "nodefacture", "номерсчета",
        "документ", "docnumber",
    )),
    Field("issued_on", say("Invoice: day of issue"), ("invoices.csv", "issued_on"), (
        "date", "invoicedate", "issuedate", "dateofissue", "datedefacture", "datedelafacture", "дата", "billdate",
    )),
    Field("due_on", say("Invoice: last day to pay"), ("invoices.csv", "due_on"), (
        "duedate", "paymentdue", "datedecheance", "echeance", "срок", "срокоплаты", "due",
    )),
    Field("total", say("Invoice: total"), ("invoices.csv", "total"), (
        "amount", "total", "invoicetotal", "totalamount", "montant", "montanttotal", "сумма", "invoiceamount",
    )),
    Field("balance", say("Invoice: what is left to pay"), ("payments.csv", "amount"), (
        "balance", "balancedue", "amountdue", "solde", "soldedu", "остаток", "outstanding", "invoicebalance",
    )),
    Field("paid", say("Invoice: what was paid"), ("payments.csv", "amount"), (
        "paid", "paidtodate", "amountpaid", "montantpaye", "paye", "оплачено", "totalpaid",
    )),
    Field("paid_on", say("Invoice: day it was paid"), ("payments.csv", "received_on"), (
        "paymentdate", "paidon", "datepaid", "datedepaiement", "lastpaymentdate", "датаоплаты",
    )),
    Field("status", say("Invoice: state"), ("invoices.csv", "status"), (
        "status", "invoicestatus", "statut", "etat", "статус",
    )),
    Field("method", say("How it was paid"), ("payments.csv", "method"), (
        "paymenttype", "paymentmethod", "method", "modedepaiement", "способоплаты",
    )),
    Field("description", say("What it is for"), ("invoice_lines.csv", "description"), (
        "description", "item", "product", "notes", "publicnotes", "activity", "activite", "class", "course", "описание",
    )),
)  # fmt: skip
FIELDS: Mapping[Holds, Sequence[Field]] = {Holds.PEOPLE: PEOPLE, Holds.INVOICES: INVOICES, Holds.OWN: ()}

_ELSE: Mapping[Source, Mapping[str, str]] = {
    Source.INVOICE_NINJA: {"name": "household_name", "firstname": "holder_first", "lastname": "holder_last"},
    Source.ACTIVITY_MESSENGER: {"phone": "holder_mobile"},
    Source.AMILIA: {"number": "household_id"},
    Source.JACKRABBIT: {"home": "phone"},
}
"""What a column means in one system where it means something else in most."""
_ELSE_THEN: Mapping[str, str] = {
    "holder_email": "member_email",
    "holder_mobile": "member_phone",
    "phone": "member_phone",
}
"""What a column means where another one, with a longer name, says already what it usually means."""

_MONTH_FIRST = frozenset({Source.JACKRABBIT, Source.ICLASSPRO})
_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}")
_LAST_MONTH = 12
_SURE_OF_INVOICES = ({"number", "total"}, {"number", "balance"})


def plain(name: str) -> str:
    """A column's name without what different exports write differently: case, accents, spaces and signs."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in bare if each.isalnum())


def suggested(source: Source, holds: Holds, header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The field of each column that means one, by the column as the file writes it; each field once.

    What was chosen before comes first, then what the system is known for, then what a name means in most; a column
    with a longer name says more exactly what it holds.
    """
    usual = {alias: field.name for field in FIELDS[holds] for alias in field.aliases}
    names = {field.name for field in FIELDS[holds]}
    meanings = {**usual, **_ELSE.get(source, {}), **known}
    found: dict[str, str] = {}
    for column in sorted(header, key=lambda each: (plain(each) not in known, -len(plain(each)))):
        usually = meanings.get(plain(column), "")
        field = _ELSE_THEN.get(usually, "") if usually in found.values() else usually
        if field in names and field not in found.values():
            found[column] = field
    return found


def holds_what(header: Sequence[str]) -> Holds:
    """Whether rows are invoices, by the names of the columns."""
    fields = set(suggested(Source.PLAIN, Holds.INVOICES, header, {}).values())
    return Holds.INVOICES if any(sure <= fields for sure in _SURE_OF_INVOICES) else Holds.PEOPLE


def days_in(source: Source, cells: Sequence[str]) -> DayOrder:
    """How days are written: by those that can be read one way only, else as the system usually writes them."""
    for cell in cells:
        found = _NUMERIC_DAY.match(cell.strip())
        if found and int(found.group(1)) > _LAST_MONTH:
            return DayOrder.DAY_FIRST
        if found and int(found.group(2)) > _LAST_MONTH:
            return DayOrder.MONTH_FIRST
    return DayOrder.MONTH_FIRST if source in _MONTH_FIRST else DayOrder.DAY_FIRST
