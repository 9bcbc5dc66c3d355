"""The desk's form of a product: what stands in it, and what is read from it."""

from dataclasses import replace
from typing import Any

from chalicelib.memberships.desk_forms import (
    box,
    read_price,
    shown_texts,
    text_fields,
    ticked,
)
from chalicelib.memberships.passes import MAX_USES
from chalicelib.purchases.domain import MAX_VARIANTS, Product, ProductKind, Variant
from chalicelib.purchases.pages import KIND_WORDS
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.web.forms import LONG, SHORT, Form, whole
from chalicelib.web.http import Request

_MOST_DAYS = 3660
_MOST_PIECES = 99_999


def choices(request: Request) -> dict[str, Any]:
    """Names, labels and choices of the form's fields."""
    languages, local = request.organisation.languages, request.local
    titles = text_fields("title", say("Title"), languages, local)
    descriptions = text_fields("description", say("Description"), languages, local)
    return {
        "titles": titles,
        "descriptions": descriptions,
        "labels": dict([*titles, *descriptions]),
        "kinds": [(kind.value, local.say(words)) for kind, words in KIND_WORDS.items()],
    }


def fields_of(product: Product, request: Request) -> dict[str, str]:
    """What stands in the form of a stored product."""
    languages = request.organisation.languages
    return {
        **shown_texts("title", product.title, languages),
        **shown_texts("description", product.description, languages),
        "kind": product.kind.value,
        "price": request.local.money(product.price_minor, product.currency),
        "sizes": "\n".join(map(_written, product.variants)),
        "uses": str(product.uses or ""),
        "days": str(product.days or ""),
        "from_first_use": box(product.from_first_use),
        "for_family": box(product.for_family),
        "taxed": box(product.taxed),
        "offered": box(product.is_offered),
        "version": str(product.version or ""),
    }


def stock_words(product: Product) -> str:
    """How many there are of each size, in one line; empty where nothing is counted."""
    return ", ".join(_written(each) for each in product.variants if each.left is not None)


def _written(variant: Variant) -> str:
    return variant.label if variant.left is None else f"{variant.label}: {variant.left}".removeprefix(": ")


def read(request: Request, form: Form, stored: Product | None) -> Product:
    """The product that a form tells; mistakes are noted in it."""
    languages = request.organisation.languages
    currency = stored.currency if stored else request.organisation.currency
    title = form.texts("title", languages, required=languages)
    kind = form.choice("kind", tuple(each.value for each in ProductKind), required=True)
    product = Product(
        id=stored.id if stored else new_id(),
        kind=ProductKind.GOODS,
        title=title,
        price_minor=read_price(form, currency, request.local),
        currency=currency,
        description=form.texts("description", languages, maximum=LONG, lines=True),
        variants=_variants(form),
        taxed=ticked(request.form, "taxed"),
        is_offered=ticked(request.form, "offered"),
        version=_version(form, stored),
    )
    return product if form.errors else _with_terms(product, ProductKind(kind), form, request)


def _with_terms(product: Product, kind: ProductKind, form: Form, request: Request) -> Product:
    """The product with what a pass of it allows."""
    if not kind.is_pass:
        return product
    uses, days = form.number("uses", MAX_USES) or 0, form.number("days", _MOST_DAYS) or 0
    if kind is ProductKind.PUNCH_CARD and not uses and "uses" not in form.errors:
        form.errors["uses"] = say("Say how many visits a punch card has")
    return replace(
        product,
        kind=kind,
        uses=uses if kind is ProductKind.PUNCH_CARD else 0,
        days=days,
        from_first_use=ticked(request.form, "from_first_use"),
        for_family=ticked(request.form, "for_family"),
    )


def _version(form: Form, stored: Product | None) -> int | None:
    """The version that the form showed."""
    return whole(form.text("version")) if stored else None


def _variants(form: Form) -> tuple[Variant, ...]:
    """Sizes, one on a line, each with how many there are: `Small: 5`. A number alone is stock without sizes."""
    lines = [line.strip() for line in form.lines("sizes").split("\n") if line.strip()]
    found = tuple(map(_variant, lines)) or (Variant(),)
    labels = [each.label for each in found]
    is_wrong = len(set(labels)) < len(labels) or ("" in labels and len(labels) > 1) or len(labels) > MAX_VARIANTS
    if is_wrong or any(len(each.label) > SHORT or (each.left or 0) > _MOST_PIECES for each in found):
        form.errors.setdefault("sizes", say("Write each size once, on a line of its own, such as “Small: 5”"))
    return found


def _variant(line: str) -> Variant:
    label, colon, number = line.rpartition(":")
    left = whole(number.strip(), 6)
    return Variant(line if colon else number) if left is None else Variant(label.strip(), left)
