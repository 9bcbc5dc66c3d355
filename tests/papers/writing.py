"""A desk, documents on it, and how to read the PDF that they become."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus, TaxAmount
from chalicelib.households.domain import Address, Household
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import BillingTerms, Tax
from chalicelib.papers import composing
from chalicelib.papers.composing import Desk
from chalicelib.papers.documents import invoice_paper
from chalicelib.papers.paper import Look, Paper, Size
from chalicelib.papers.typesetting import Bundle, make
from chalicelib.web.language import Local
from tests.support import world as worlds

MADE_AT = datetime(2026, 6, 6, 15, 0, 0, 123456, tzinfo=UTC)
LOOK = Look(Size.LETTER, "#1f4fa3")
_TAXES = (Tax("TPS", 50_000, registration="123456789 RT0001"), Tax("TVQ", 99_750, registration="1234567890 TQ0001"))


def organisation(**changes: object) -> Organisation:
    """An organisation that charges taxes."""
    plain = worlds.organisation("nord", billing=BillingTerms(legal_name="Musique du Nord inc.", taxes=_TAXES))
    return replace(plain, **changes)  # type: ignore[arg-type]


def desk(language: str = "en", **changes: object) -> Desk:
    """The desk of a household with two members."""
    address = Address("4567, avenue du Parc", "Montréal", "QC", "H2V 4E8", "CA")
    members = (MemberRow("lea", "Léa", "Tremblay"), MemberRow("emile", "Émile", "Tremblay"))
    told = organisation(**changes)
    return Desk(
        told,
        Household("home", "Famille Tremblay", "C-1042", address=address),
        Summary("home", "Famille Tremblay", "C-1042", members=members),
        Local(language, told.country, told.zone),
    )


def line(description: str = "Ballet", minor: int = 18000, member: str = "lea") -> InvoiceLine:
    """A taxed line."""
    taxes = (TaxAmount("TPS", minor * 5 // 100, 50_000), TaxAmount("TVQ", minor * 9975 // 100_000, 99_750))
    return InvoiceLine(description, Decimal(1), minor, minor, member, taxes=taxes)


def invoice(*lines: InvoiceLine, **changes: object) -> Invoice:
    """An issued invoice over `lines`."""
    lines = lines or (line(), line("Piano", 42750, "emile"))
    plain = Invoice(
        "20260601-a", "home", "2026-00142", "CAD", date(2026, 6, 1), date(2026, 6, 15), InvoiceStatus.ISSUED,
        lines, sum(one.total_minor for one in lines),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def paper(*lines: InvoiceLine, language: str = "en", **changes: object) -> Paper:
    """That invoice as a paper."""
    return invoice_paper(desk(language), invoice(*lines, **changes))


def typeset(*papers: Paper, look: Look = LOOK) -> PdfReader:
    """The PDF of `papers`, opened."""
    return read(make(Bundle(papers[0].name, papers, look, MADE_AT)))


def read(content: bytes) -> PdfReader:
    """A PDF, opened; fails when it is none."""
    return PdfReader(io.BytesIO(content), strict=True)


def words(pdf: PdfReader) -> str:
    """What the pages say, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\N{NO-BREAK SPACE}", " ").split())


def plain(text: str) -> str:
    """`text` as `words` has it."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def structure(pdf: PdfReader) -> list[DictionaryObject]:
    """All elements of the tag tree."""
    found: list[DictionaryObject] = []
    waiting: list[Any] = [pdf.root_object["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, DictionaryObject):
            found.append(node)
            waiting.append(node.get("/K", []))
    return found


def tags(pdf: PdfReader) -> list[str]:
    """The kinds of all tags."""
    return [str(node["/S"]).removeprefix("/") for node in structure(pdf) if "/S" in node]


def look_of(**changes: object) -> Look:
    """How an organisation's papers look."""
    return composing.look(organisation(**changes))


def entry(pdf: PdfReader, name: str) -> Any:
    """An entry of the file's catalogue."""
    return pdf.root_object[f"/{name}"].get_object()


def fonts(page: Any) -> list[Any]:
    """What the fonts of a page are described as."""
    found = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    return [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in found]
