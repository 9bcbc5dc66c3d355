"""What becomes of papers: PDF that everybody can read, whatever people wrote."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.papers.characters import UNKNOWN, writable
from chalicelib.papers.paper import Kind, Look, Passage, Size
from chalicelib.papers.typesetting import Bundle, make, pictures
from tests.papers import writing
from tests.papers.writing import LOOK, MADE_AT, line, paper, read, tags, typeset, words

LOGO = (Path(__file__).parents[2] / "demo" / "logo.png").read_bytes()
HOSTILE = (
    "#let x = 1", '#image("/etc/passwd")', "$x^2$", "*bold* _emph_", "[a](b)", "<b>bold</b>", "<end-0>", "@ref",
    "\\u{41} \\ backslash", "`code` ```rust```", "// comment", "/* open", "= Heading", "- item", "+ item", "{{7*7}}",
    "a & b < c > d", '"quoted" \'too\'', "line\nbreak", "tab\there", "https://example.com/?a=1&b=2#c",
    "null\x00and\x1bcontrol\x7f", "שלום עולם", "مرحبا بالعالم", "\u202eevil\u202c name", "a\u200bb\u200dc\ufeff",
    "🎻 Émile 👩‍👧", "é vs e\u0301", "日本語", "\ud800", "\ue000\uffff", "½ № ₽ € ’ “ — … ™", "{page} {pages}", "}]})",
)  # fmt: skip


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """An invoice with a logo."""
    return Bundle("Invoice 2026-00142", (paper(note="Thank you!"),), LOOK._replace(logo=LOGO), MADE_AT)


def test_it_is_tagged_and_valid_pdf_ua(bundle: Bundle) -> None:
    """PDF/UA-1: typst checks the rules and writes no file that breaks one; the file says that it keeps them."""
    pdf = read(make(bundle))

    assert writing.entry(pdf, "MarkInfo")["/Marked"]
    assert writing.entry(pdf, "ViewerPreferences")["/DisplayDocTitle"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in writing.entry(pdf, "Metadata").get_data().decode()
    assert {"H1", "Table", "TR", "TH", "TD", "Figure"} <= set(tags(pdf))
    alternatives = [str(node["/Alt"]) for node in writing.structure(pdf) if node.get("/S") == "/Figure"]
    assert alternatives == ["Logo of Northside Music"]


def test_it_says_what_it_is(bundle: Bundle) -> None:
    pdf = read(make(bundle))
    assert pdf.metadata

    assert (pdf.metadata.title, pdf.metadata.author) == ("Invoice 2026-00142", "Musique du Nord inc.")
    assert pdf.metadata.creation_date == MADE_AT.replace(microsecond=0)
    assert str(pdf.root_object["/Lang"]) == "en"


def test_the_same_papers_at_the_same_moment_give_the_same_bytes(bundle: Bundle) -> None:
    assert make(bundle) == make(bundle)
    assert make(bundle) != make(bundle._replace(made_at=MADE_AT.replace(hour=16)))


def test_all_fonts_are_in_the_file(bundle: Bundle) -> None:
    """It looks the same everywhere, in forty years as well."""
    pdf = read(make(bundle))
    fonts = [font for page in pdf.pages for font in writing.fonts(page)]

    assert fonts
    for described in fonts:
        assert {"/FontFile2", "/FontFile3"} & set(described)
        assert "Inter" in described["/FontName"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Bill to"), ("fr", "Facturé à"), ("ru", "Плательщик")],
)
def test_every_language_can_be_read_out_of_it(language: str, said: str) -> None:
    pdf = typeset(paper(line("Балет, жгучий ёж · Œuvre, garçon"), language=language))

    assert str(pdf.root_object["/Lang"]) == language
    assert said in words(pdf)
    assert "Балет, жгучий ёж · Œuvre, garçon" in words(pdf)


def _lean(text: str) -> str:
    """Without spaces, and without what a reader of PDF may set otherwise: breaks, joined letters, direction."""
    return "".join(sorted("".join(text.split()).replace("\u200b", "")))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_markup(text: str) -> None:
    """I-01: in every place where somebody else's words stand."""
    told = paper(line(text), note=text, reference=text)._replace(stamp="", number=text, footer=text)
    told = told._replace(addressee=told.addressee._replace(name=text, lines=(text, text)))
    pdf = typeset(told)

    shown = _lean(words(pdf))
    expected = _lean(writable(text))
    assert all(shown.count(letter) >= 6 * expected.count(letter) for letter in set(expected)), words(pdf)


def test_what_no_font_has_becomes_a_box() -> None:
    assert f"Émile {UNKNOWN}" in words(typeset(paper(line("Émile 🎻"))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_any_text_makes_a_paper(text: str) -> None:
    pdf = typeset(paper(line(text), note=text, number=text))

    assert len(pdf.pages) >= 1


def _right_edges(content: bytes) -> list[int]:
    """Columns of the last inked pixel of each page, and whether the margin is kept."""
    from io import BytesIO

    from PIL import Image, ImageChops

    edges = []
    for picture in pictures(Bundle("x", (), LOOK, MADE_AT)) if not content else [content]:
        page = Image.open(BytesIO(picture)).convert("L")
        box = ImageChops.invert(page).getbbox()
        edges.append(page.width - box[2] if box else page.width)
    return edges


def test_a_word_of_2000_letters_stays_on_the_paper() -> None:
    """Nothing reaches into the margin, and all letters are there."""
    word = "W" * 2000
    told = paper(line(word), note=word, reference=word)._replace(number=word, footer="x" * 300)
    told = told._replace(addressee=told.addressee._replace(name=word), issuer=told.issuer._replace(name=word))
    pdf = typeset(told)

    assert words(pdf).count("W") >= 6 * 2000
    for picture in pictures(Bundle("x", (told,), LOOK, MADE_AT), 72):
        assert _right_edges(picture)[0] >= 50, "18 mm are 51 points"


@pytest.mark.parametrize(
    ("size", "points"), [(Size.A4, (595, 842)), (Size.LETTER, (612, 792))], ids=lambda value: str(value)
)
def test_the_sheet_is_the_countrys(size: Size, points: tuple[int, int]) -> None:
    box = typeset(paper(), look=LOOK._replace(size=size)).pages[0].mediabox

    assert (round(box.width), round(box.height)) == points


@pytest.mark.parametrize(("country", "size"), [("CA", Size.LETTER), ("US", Size.LETTER), ("FR", Size.A4)])
def test_countries_have_their_sheet(country: str, size: Size) -> None:
    assert writing.look_of(country=country).size is size


def test_500_lines_repeat_the_heads_of_their_columns_on_each_page() -> None:
    lines = [line(f"Lesson {number}", member="lea" if number < 250 else "emile") for number in range(500)]
    pdf = typeset(paper(*lines))
    pages = [page.extract_text() for page in pdf.pages]

    assert len(pages) > 10
    assert all("Description" in page and "Unit price" in page for page in pages[:-1])
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    told = words(pdf)
    assert all(f"Lesson {number} " in told for number in range(500))


def test_each_paper_of_a_file_counts_its_own_pages() -> None:
    many = [line(f"Lesson {number}") for number in range(60)]
    pdf = typeset(paper(number="A-1"), paper(*many, number="A-2"), paper(number="A-3"))
    pages = [page.extract_text() for page in pdf.pages]

    assert "Page 1 of 1" in pages[0]
    assert "Page 1 of 1" in pages[-1]
    assert f"Page 2 of {len(pages) - 2}" in pages[2]
    assert "A-2" in pages[2], "a page that goes on says of what"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_template(kind: Kind) -> None:
    assert "2026-00142" in words(typeset(paper()._replace(kind=kind)))


def test_a_stamp_is_no_part_of_the_text_for_readers() -> None:
    """It is decoration: the headline says the same in words."""
    plain, stamped = (typeset(paper()._replace(stamp=stamp)) for stamp in ("", "Cancelled"))

    assert "Cancelled" in words(stamped)
    assert len(tags(plain)) == len(tags(stamped))


def test_right_to_left_is_set_from_the_right() -> None:
    told = paper()._replace(language="he", direction="rtl", notes=(Passage("תודה רבה"),), title="חשבונית")

    assert str(typeset(told).root_object["/Lang"]) == "he"


def test_a_paper_takes_less_than_300_ms_once_warm(bundle: Bundle) -> None:
    """Processor time, the middle of five; each with other words, so nothing is remembered."""
    make(bundle)
    spent = []
    for number in range(5):
        began = time.process_time()
        make(bundle._replace(papers=(paper(line(f"Lesson {number}"), number=f"N-{number}"),)))
        spent.append(time.process_time() - began)

    assert sorted(spent)[2] < 0.3


def test_a_dark_brand_and_a_pale_one_can_both_be_read() -> None:
    """ADM-9: the colour that papers use keeps contrast with white and with its own pale ground."""
    from chalicelib.organisations import brand

    for colour in ("#ffff00", "#ffffff", "#000000", "#1f4fa3", "#88ccee"):
        assert brand.contrast(brand.parse(brand.on_white(colour)), (255, 255, 255)) >= 4.5


def test_looks_without_a_logo_show_none() -> None:
    assert "Figure" not in tags(typeset(paper(), look=Look(Size.A4, "#123456")))
