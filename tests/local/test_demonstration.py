"""The demonstration: rich enough that each page shows something, and brought in again it is what it was."""

import shutil
from pathlib import Path

import pytest

from chalicelib.data import keys
from chalicelib.identity import store as identity
from chalicelib.organisations import store as organisations
from chalicelib.shared.times import local_day
from chalicelib.slips import listing, store
from chalicelib.slips.domain import SlipStatus, State
from local import demonstration
from local.demonstration import Demonstration
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.stored import stored_items
from tests.web.cast import session_cookie

DEMO = Path(__file__).parents[2] / "demo"


@pytest.fixture
def demo(org: str, clock: TurnedClock, tmp_path: Path) -> Demonstration:
    """The demonstration under a name of its own."""
    files = tmp_path / "demo"
    files.mkdir()
    for path in DEMO.iterdir():
        if path.suffix in (".csv", ".toml", ".png"):
            shutil.copy(path, files)
    settings = files / "organisation.toml"
    settings.write_text(settings.read_text("utf-8").replace('"demo"', f'"{org}"'), "utf-8")
    return demonstration._bring_in(files)


def test_each_page_shows_something_and_doing_it_again_changes_nothing(
    demo: Demonstration, clock: TurnedClock, browser: Browser
) -> None:
    """DASH-1: slips of both kinds, documents, forms, consents, conversations, passes, cards and purchases."""
    org = demo.organisation
    user = identity.require_user(org, demo.user)
    home = user.households[0].household
    organisation = organisations.get(org)
    assert organisation
    year = local_day(clock.now(), organisation.zone).year - 1

    before = stored_items(org)
    demonstration._add_more(demo)
    assert stored_items(org) == before

    slips = store.slips_of_year(org, home, year)
    assert {slip.status for slip in slips} == {SlipStatus.RELEASED, SlipStatus.AMENDED}
    assert listing.list_rows(org, year, State.MISSING).rows
    own = {sk.partition("#")[0] for pk, sk in before if pk == keys.household_partition(org, home)}
    assert {
        "DOCUMENT", "WANTED", "FORM_ANSWERS", "SIGNATURE", "THREAD", "SUBSCRIPTION", "PASS", "BOUGHT", "SLIP",
        "SLIP_FILE", "SLIP_NUMBER", "INVOICE", "PAYMENT", "CREDIT_NOTE", "QUOTE", "RECURRING",
    } <= own  # fmt: skip

    browser.cookies.update(session_cookie(org, user, home))
    for path, words in {
        f"slips?year={year}": "Relevé 24", "documents": "spectacle", "consents": "décharge", "forms": "santé",
        "messages": "Chaussons", "passes": "Carnet", "cards": "Membre", "purchases": "T-shirt",
    }.items():  # fmt: skip
        page = browser.get(f"/{org}/{path}")
        assert page.status == 200, path
        assert words in page.text, path
