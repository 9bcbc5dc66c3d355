"""Pages of consents: read, sign, decline, withdraw, and prove it (NEW-13)."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.consents import store
from chalicelib.consents.domain import Act, Rules, Signers, Wording
from chalicelib.consents.models import SignatureItem
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.forms.domain import Audience
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.store import get_person
from chalicelib.identity.domain import User
from chalicelib.schedule.domain import Ages
from chalicelib.shared.times import months_after
from tests.consents.asking import PHOTOS, fill, published, reworded, says
from tests.support.browser import Browser, Page
from tests.support.world import World

STROKES = "M10 10 L20 30 L40 60 L80 90 L120 40 L160 120"
ADULT = date(1985, 3, 1)


def _family(world: World, **changes: object) -> tuple[Household, Person, User]:
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    return home, lea, world.user(home, **{"born": ADULT, **changes})  # type: ignore[arg-type]


def _open(browser: Browser, world: World, user: User, path: str) -> Page:
    browser.sign_in_staff(world.org, user, world.now)
    return browser.get(f"/{world.org}/{path}")


def _sign(browser: Browser, page: Page, **fields: str) -> Page:
    """Fills in the form that signs, and no other of the page."""
    whom = page.url.partition("/for/")[2].partition("/")[0].partition("?")[0]
    return fill(browser, page, f"/for/{whom}", fields)


def test_a_guardian_reads_signs_and_finds_the_certificate(world: World, browser: Browser) -> None:
    home, _, user = _family(world)
    published(world, Rules(mandatory=True))
    page = _open(browser, world, user, "consents")
    assert "Needed" in page.text

    page = browser.get(page.links["Photographs"])
    assert "You may photograph my child." in page.text
    assert "Law 25, s. 12" in page.text
    assert "As parent or guardian – Léa Tremblay" in page.text
    page = _sign(browser, page, typed="Marie Tremblay")

    assert "You signed this on" in page.text
    assert "Printed pictures stay." in page.text
    certificate = browser.get(page.links["Certificate"])
    assert "This entry is genuine" in certificate.text
    entry = store.list_signatures(world.org, home.id).rows[0]
    for words in ("Marie Tremblay", "Léa Tremblay", "America/Toronto", entry.digest, entry.text_hash, "1, English"):
        assert words in certificate.text
    assert browser.get(f"/{world.org}/consents").text.count("Signed") == 1


def test_a_name_or_a_drawing_is_asked_and_a_mistake_is_told_beside_the_field(world: World, browser: Browser) -> None:
    home, lea, user = _family(world)
    listed = published(world)
    page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")

    empty = _sign(browser, page, typed=" ")
    assert (empty.status, "Fill in this field" in empty.text) == (400, True)
    for drawing in ("<svg onload=x>", "M1 1 L2 2", "M1 1 L2 2 L3 3 L4 4 L999 5", STROKES + " Z", "M١ 1 " + STROKES):
        refused = _sign(browser, page, typed="", drawing=drawing)
        assert (refused.status, "Draw your signature once more" in refused.text) == (400, True)
    assert store.list_signatures(world.org, home.id).rows == []

    _sign(browser, page, typed="", drawing=STROKES)

    entry = store.list_signatures(world.org, home.id).rows[0]
    assert (entry.manner.drawing, entry.manner.typed) == (STROKES, "")
    shown = browser.get(f"/{world.org}/consents/signatures/{entry.id}")
    assert f'd="{STROKES}"' in shown.html


def test_declining_and_withdrawing_take_one_press_and_what_follows_is_told_first(
    world: World, browser: Browser
) -> None:
    home, lea, user = _family(world)
    listed = published(world, Rules(mandatory=True))
    page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")
    page = _sign(browser, page, typed="Marie")
    assert "no new place can be taken" in page.text

    page = browser.submit(page, "withdraw")

    assert "You withdrew your signature on" in page.text
    assert [each.act for each in store.list_signatures(world.org, home.id).rows].count(Act.WITHDRAWN) == 1
    page = browser.submit(page, "decline")
    assert "You declined on" in page.text


def test_another_text_is_shown_before_it_is_signed(world: World, browser: Browser) -> None:
    home, lea, user = _family(world)
    listed = published(world)
    page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")
    reworded(world, listed, "Another text.")

    again = _sign(browser, page, typed="Marie")

    assert again.status == 409
    assert "Another text." in again.text
    assert store.list_signatures(world.org, home.id).rows == []
    _sign(browser, again, typed="Marie")
    assert store.list_signatures(world.org, home.id).rows[0].version == 2


def test_ages_that_nobody_told_are_asked_before_anything_is_signed(world: World, browser: Browser) -> None:
    """X-7, ACC-7."""
    home, _, user = _family(world, born=None)
    child = world.member(home, "Max", None)
    minors = Rules(audience=Audience(ages=Ages(None, 17)))
    listed = published(world, minors)
    page = _open(browser, world, user, f"consents/{listed.id}/for/{child.id}")
    assert "Before you sign" in page.text

    wrong = browser.submit(page, "ages", member_born="2999-01-01", own_born="")
    assert (wrong.status, "Enter a date of birth in the past" in wrong.text) == (400, True)
    page = browser.submit(page, "ages", member_born="2015-06-01", own_born="1985-03-01")

    stored = get_person(world.org, child.id)
    assert stored
    assert stored.birth_date == date(2015, 6, 1)
    assert "Your first and last name" in page.text
    assert "You signed this on" in _sign(browser, page, typed="Marie").text


def test_a_member_who_turns_out_to_be_of_age_is_not_asked_what_minors_are(world: World, browser: Browser) -> None:
    home, _, user = _family(world)
    grown = world.member(home, "Max", None)
    listed = published(world, Rules(audience=Audience(ages=Ages(None, 17))))
    page = _open(browser, world, user, f"consents/{listed.id}/for/{grown.id}")

    page = browser.submit(page, "ages", member_born="1990-01-01")

    assert "This is not asked of you any more." in page.text
    assert "Your signature" not in page.text


def test_minors_sign_nothing(world: World, browser: Browser) -> None:
    """ACC-7: neither by what they told of themselves nor as the member they are."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    listed = published(world)
    for name, changes in (("a", {"born": months_after(world.today, -14 * 12)}), ("b", {"person": lea.id})):
        user = world.user(home, email=f"{name}@example.com", **changes)
        page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")
        assert "Only adults can sign." in page.text
        token = page.form("sign-out").fields["csrf"]
        for act in ("", "/decline"):
            fields = {"csrf": token, "version": "1", "typed": "Léa"}
            refused = browser.post(f"/{world.org}/consents/{listed.id}/for/{lea.id}{act}", fields)
            assert refused.status == 403
    assert store.list_signatures(world.org, home.id).rows == []


def test_an_adult_member_signs_for_himself_or_is_represented(world: World, browser: Browser) -> None:
    home, _, user = _family(world)
    grown = world.member(home, "Paul", date(1980, 1, 1))
    listed = published(world)
    page = _open(browser, world, user, f"consents/{listed.id}/for/{grown.id}")

    assert _sign(browser, page, typed="Paul").status == 400
    _sign(browser, page, typed="Paul", capacity="representative")
    assert store.list_signatures(world.org, home.id).rows[0].signer.capacity.value == "representative"
    refused = _sign(browser, page, typed="Paul", capacity="guardian")
    assert refused.status == 400


def test_viewers_read_and_sign_nothing(world: World, browser: Browser) -> None:
    home, lea, _ = _family(world)
    listed = published(world)
    viewer = world.user(home, email="viewer@example.com", role=Role.VIEWER, born=ADULT)

    page = _open(browser, world, viewer, f"consents/{listed.id}/for/{lea.id}")

    assert "You may photograph my child." in page.text
    assert "Your first and last name" not in page.text


def test_the_other_homes_signature_is_told_without_a_name(world: World, browser: Browser) -> None:
    """NEW-2: and its entry is not theirs to open."""
    mine, theirs = world.household("Mine"), world.household("Theirs")
    child = world.member(mine, "Zoé")
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(child, households=(mine.id, theirs.id)))
    transaction.commit()
    world.builders[theirs.id].members += world.builders[mine.id].members
    world.settle(theirs)
    user = world.user(mine, name="Marker Parent", born=ADULT)
    other = world.user(theirs, email="other@example.com", born=ADULT)
    listed = published(world)
    entry = says(world, user, mine, listed, child)

    page = _open(browser, world, other, f"consents/{listed.id}/for/{child.id}")

    assert "Another guardian signed this." in page.text
    assert "Marker" not in page.html
    assert browser.get(f"/{world.org}/consents/signatures/{entry.id}").status == 404
    assert "Marker" not in browser.get(f"/{world.org}/consents/signatures").html


def test_what_was_changed_behind_the_ledger_is_found_out(world: World, browser: Browser) -> None:
    """Each field that is sealed, and the text itself."""
    home, lea, user = _family(world)
    listed = published(world)
    entry = says(world, user, home, listed, lea)
    item = read.one(SignatureItem, keys.signature(world.org, home.id, entry.id))
    assert item
    genuine = dict(item.told)
    others = {"at": "2020-01-01T00:00:00Z", "version": "2", "until": "2027-01-01"}
    _open(browser, world, user, "consents")
    for name in ("typed", "name", "at", "member", "version", "language", "address", "until"):
        item.told = {
            **genuine,
            name: others.get(name, "x"),
        }
        write.put(item)
        page = browser.get(f"/{world.org}/consents/signatures/{entry.id}")
        assert "does not match its fingerprint" in page.text, name
    item.told = genuine
    write.put(item)
    assert "This entry is genuine" in browser.get(f"/{world.org}/consents/signatures/{entry.id}").text


def test_hostile_words_stay_words(world: World, browser: Browser) -> None:
    home, _, user = _family(world)
    evil = "<script>alert(1)</script>\"'&\u202e{{7919*7919}}"
    child = world.member(home, evil)
    listed = published(world, wording=Wording({"en": evil}, {"en": evil + "\nsecond"}, {"en": evil}, evil))
    page = _open(browser, world, user, f"consents/{listed.id}/for/{child.id}")
    page = _sign(browser, page, typed=evil)

    for shown in (page, browser.get(page.links["Certificate"]), browser.get(f"/{world.org}/consents")):
        assert shown.status == 200
        assert "<script>alert" not in shown.html
        assert "62710561" not in shown.text


@pytest.mark.parametrize("language", ["fr", "ru"])
def test_the_text_is_read_in_the_readers_language_or_in_the_one_there_is(
    world: World, browser: Browser, language: str
) -> None:
    """NEW-19: and the page says in which language a foreign text is."""
    _, lea, user = _family(world, language=language)
    listed = published(world, wording=PHOTOS._replace(text={"en": "English only."}))

    page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")

    assert "English only." in page.text
    assert 'lang="en"' in page.html


def test_where_all_must_sign_each_is_told_who_is_missing(world: World, browser: Browser) -> None:
    home, lea, user = _family(world)
    second = world.user(home, email="second@example.com", role=Role.GUARDIAN, born=ADULT)
    listed = published(world, Rules(mandatory=True, signers=Signers.ALL))
    page = _open(browser, world, user, f"consents/{listed.id}/for/{lea.id}")

    page = _sign(browser, page, typed="Marie")
    assert "once all guardians have signed" in page.text
    page = _open(browser, world, second, f"consents/{listed.id}/for/{lea.id}")
    page = _sign(browser, page, typed="Paul")

    assert "once all guardians have signed" not in page.text
    assert "You signed this on" in page.text
