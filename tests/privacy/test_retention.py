"""How long things stay (NEW-12)."""

from datetime import date

import pytest

from chalicelib.privacy.retention import REASONS, Keep, kept_until, years


@pytest.mark.parametrize(("country", "books"), [("CA", 6), ("FR", 10), ("RU", 5), ("XX", 10)])
def test_years_count_from_the_end_of_the_year(country: str, books: int) -> None:
    """By country; where the law is not known, by the strictest."""
    table = years(country, {})
    assert kept_until(Keep.BOOKS, date(2026, 1, 1), table) == date(2026 + books, 12, 31)
    assert kept_until(Keep.BOOKS, date(2026, 12, 31), table) == date(2026 + books, 12, 31)
    assert kept_until(Keep.NOT, date(2026, 1, 1), table) is None


def test_an_organisation_may_keep_longer_but_never_shorter_than_the_law() -> None:
    """X-15: its own table is laid over the country's."""
    assert years("CA", {"books": 8})[Keep.BOOKS] == 8
    assert years("CA", {"books": 1})[Keep.BOOKS] == 6


def test_every_reason_to_keep_is_explained() -> None:
    """What stays is told with its why."""
    assert set(REASONS) == set(Keep) - {Keep.NOT}
    for country in ("CA", "FR", "RU", "XX"):
        assert set(years(country, {})) == set(REASONS)
