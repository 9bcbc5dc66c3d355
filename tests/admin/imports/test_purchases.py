"""What an import brings is in the list of purchases, once (PUR-1, BOOK-5, SCH-12)."""

from chalicelib.billing import bought
from chalicelib.billing.bought import Thing
from chalicelib.households.store import get_summaries
from tests.admin.imports.test_households import inner, without
from tests.support.imports import FAMILY, Files, Importer

FILES: Files = {
    **FAMILY,
    "bookings": "id;household;resource;starts;ends;status\nB1;H1;Studio B;2026-10-30 18:00;2026-10-30 20:00;\n",
}


def _lines(load: Importer, household: str) -> list[tuple[Thing, str, bool]]:
    found = bought.list_page(load.organisation.slug, inner(load, "household", household)).rows
    return [(line.thing, next(iter(line.title.values())), line.is_cancelled) for line in found]


def test_places_and_bookings_of_the_files_are_in_the_list_once(load: Importer) -> None:
    """PUR-1: by when they were taken; a place that is only waited for is none; again adds nothing."""
    expected = [(Thing.ENROLMENT, "Ballet 1", False), (Thing.BOOKING, "Studio B", False)]
    for _ in range(2):
        load(FILES)
        assert _lines(load, "H1") == expected
        assert _lines(load, "H2") == []
    home = inner(load, "household", "H1")
    assert "purchase" in get_summaries(load.organisation.slug, (home,))[home].holds


def test_what_a_file_says_was_cancelled_later_is_a_line_of_its_own(load: Importer) -> None:
    """SCH-12."""
    load(FILES)
    load(without(FILES, "enrolments", "2027-06-01;;2026-11-01", "2027-06-01;cancelled;2026-11-01"))
    load(without(FILES, "enrolments", "2027-06-01;;2026-11-01", "2027-06-01;cancelled;2026-11-01"))

    assert sorted(line[1:] for line in _lines(load, "H1")) == [
        ("Ballet 1", False), ("Ballet 1", True), ("Studio B", False),
    ]  # fmt: skip
