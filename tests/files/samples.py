"""Small files of every kind, real and disguised."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CSV = "Nom;Âge\r\nLéa;11\r\n".encode()
EXE = b"MZ\x90\x00" + bytes(300)
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)


def picture(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    """A picture as `PNG`, `JPEG`, `WEBP` or `GIF`."""
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, form)
    return made.getvalue()


def archive(**parts: bytes) -> bytes:
    """A ZIP file of these parts; in their names `__` is a slash and `_dot_` a dot."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def office(main: str, *more: str) -> bytes:
    """A document of an office programme whose main part is `main`."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for name in ("[Content_Types].xml", "_rels/.rels", main, *more):
            packed.writestr(name, "<x/>")
    return made.getvalue()


def open_document(kind: str, *more: str) -> bytes:
    """An OpenDocument file of a type."""
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        for name, content in (("mimetype", kind), ("content.xml", "<x/>"), *((name, "x") for name in more)):
            packed.writestr(name, content)
    return made.getvalue()
