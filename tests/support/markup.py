"""What every HTML page must be: valid, titled, labelled, without inline code, its forms protected."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

_UNLABELLED_INPUTS = frozenset({"hidden", "submit", "button", "image", "reset"})
_CONTROLS = frozenset({"input", "select", "textarea", "button", "meter", "output", "progress"})
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "list", "form")


def parse(html: str) -> Element:
    """The document. Raises html5lib.html5parser.ParseError at the first thing that is not HTML5."""
    parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    document: Element = parser.parse(html)
    return document


def problems(document: Element) -> list[str]:
    """Everything that is wrong with a page, in words."""
    checks = (_frame, _ids, _references, _labels, _names, _forms, _inline_code)
    return [problem for check in checks for problem in check(document)]


def text(element: Element) -> str:
    """The words of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def _elements(document: Element) -> Iterator[Element]:
    """All elements; html5lib also hands out comments, whose tag is a function."""
    return (element for element in document.iter() if not callable(element.tag))


def _frame(document: Element) -> Iterator[str]:
    if not document.get("lang"):
        yield "the page does not say its language"
    if document.get("dir") not in ("ltr", "rtl"):
        yield "the page does not say its direction"
    titles = document.findall("./head/title")
    if len(titles) != 1 or not text(titles[0]):
        yield "the page has no title"
    headings = len(list(document.iter("h1")))
    if headings != 1:
        yield f"the page has {headings} h1 elements"


def _ids(document: Element) -> Iterator[str]:
    counted = Counter(element.get("id") for element in _elements(document) if element.get("id") is not None)
    for name, times in counted.items():
        if times > 1 or not name:
            yield f"the id {name!r} is there {times} times"


def _references(document: Element) -> Iterator[str]:
    ids = {element.get("id") for element in _elements(document)}
    for element in _elements(document):
        for attribute in _REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"<{element.tag} {attribute}> points to {name!r}, which is not there"
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
            yield f"a link points to {target!r}, which is not there"


def _labels(document: Element) -> Iterator[str]:
    controls = {element.get("id"): element for element in _elements(document) if element.tag in _CONTROLS}
    for label in document.iter("label"):
        inside = any(element.tag in _CONTROLS for element in label.iter())
        if not inside and label.get("for") not in controls:
            yield f"the label {text(label)!r} points to no control"
        if not text(label):
            yield f"the label for {label.get('for')!r} is empty"


def _names(document: Element) -> Iterator[str]:
    """Each control must be called something."""
    labelled = {label.get("for") for label in document.iter("label")}
    wrapped = {id(element) for label in document.iter("label") for element in label.iter()}
    for element in _elements(document):
        if element.get("aria-label") or element.get("aria-labelledby"):
            continue
        if element.tag == "button" and not text(element):
            yield "a button has no words"
        needs_label = element.tag in ("select", "textarea") or (
            element.tag == "input" and element.get("type", "text") not in _UNLABELLED_INPUTS
        )
        if needs_label and element.get("id") not in labelled and id(element) not in wrapped:
            yield f"the control {element.get('name')!r} has no label"


def _forms(document: Element) -> Iterator[str]:
    for form in document.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf" and field.get("value")]
        if len(tokens) != 1:
            yield f"the form {form.get('action')!r} has {len(tokens)} csrf fields"


def _inline_code(document: Element) -> Iterator[str]:
    for element in _elements(document):
        for attribute in element.attrib:
            if attribute.startswith("on") or attribute == "style":
                yield f"<{element.tag}> carries {attribute}"
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"<{element.tag}> stands in the page"
        if (element.get("href") or "").strip().lower().startswith("javascript:"):
            yield f"<{element.tag}> has a javascript: address"
