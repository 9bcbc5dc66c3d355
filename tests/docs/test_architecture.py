"""The architecture's document names the packages and functions that there are."""

import re

from infra.functions import FUNCTIONS
from tests.docs import pages

_DOCUMENT = (pages.ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_every_function_stands_in_the_table_of_functions() -> None:
    told = {(row[0].strip("`"), row[1].strip("`")) for row in pages.rows(_DOCUMENT) if row[0] != "Function"}

    assert told == {(function.name, function.handler) for function in FUNCTIONS}


def test_every_package_stands_in_the_tree() -> None:
    tree = pages.code(_DOCUMENT, "text")[0].partition("\ncli/")[0]
    packages = {path.parent.name for path in (pages.ROOT / "chalicelib").glob("*/__init__.py")}

    assert set(re.findall(r"^  ([a-z]+)/", tree, re.MULTILINE)) == packages


def test_the_order_of_the_tree_is_the_order_of_imports() -> None:
    """pyproject.toml lists the layers from the top; the tree begins at the ground."""
    layers = re.findall(r'"chalicelib\.(\w+)",', (pages.ROOT / "pyproject.toml").read_text("utf-8"))
    features = layers[: layers.index("web") + 1]
    told = [name for name in re.findall(r"^  ([a-z]+)/", _DOCUMENT, re.MULTILINE) if name in features]

    assert told == list(reversed(features))
