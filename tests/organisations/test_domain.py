"""What an organisation may be called in addresses."""

import pytest

from chalicelib.organisations.domain import RESERVED_SLUGS, is_slug
from tests.support.world import organisation


@pytest.mark.parametrize("slug", ["a", "demo", "ecole-arabesque", "u2", "a" * 40])
def test_slugs_are_small_letters_digits_and_inner_hyphens(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "slug", ["", "-a", "a-", "Demo", "école", "a_b", "a.b", "a/b", "a" * 41, "a\n", *sorted(RESERVED_SLUGS)]
)
def test_no_slug_hides_a_page_of_the_products_or_breaks_an_address(slug: str) -> None:
    assert not is_slug(slug)


def test_texts_go_to_the_organisations_own_country_unless_it_said_otherwise() -> None:
    """A-21."""
    assert organisation("o").text_countries == ("CA",)
