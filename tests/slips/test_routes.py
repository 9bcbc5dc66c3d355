"""A family's pages about its slips: what is ready, what is missing and from whom, who claims (DOC-2, NEW-9)."""

from datetime import date

import pytest

from chalicelib.slips import releasing, store
from chalicelib.slips.domain import NumberState, SlipFile
from tests.papers.writing import read, words
from tests.slips.giving import SIN, Giving, giving
from tests.support.browser import Page
from tests.support.door import Door
from tests.support.world import World

HOSTILE = "<script>alert(1)</script> =HYPERLINK(1) \N{RIGHT-TO-LEFT OVERRIDE}evil"


@pytest.fixture
def family(world: World) -> Giving:
    """Paid for a day camp in the last year, and told nothing yet."""
    family = giving(world)
    family.bill()
    family.pay()
    world.user(family.home)
    return family


@pytest.fixture
def inside(door: Door, family: Giving) -> Door:
    """Signed in."""
    door.enter("marie@example.com")
    return door


def open_page(door: Door, path: str) -> Page:
    return door.browser.get(f"/{door.org}/{path}")


def send(door: Door, path: str, action: str, **fields: str) -> Page:
    """Fills a form of a page in and sends it."""
    form = open_page(door, path).form(action)
    return door.browser.follow(door.browser.post(form.action, {**form.fields, **fields}))


def told(family: Giving) -> SlipFile:
    return store.get_file(family.world.org, family.home.id)


PARENT = {
    "first_name": "Marie", "last_name": "Tremblay", "street": "4567, avenue du Parc", "city": "Montréal",
    "region": "QC", "postcode": "H2V 4E8",
}  # fmt: skip


def test_a_family_sees_what_is_missing_and_supplies_it(family: Giving, inside: Door) -> None:
    """NEW-9: the whole journey, up to what only the organisation can do."""
    page = open_page(inside, "slips")
    assert "Something is missing" in page.text
    assert "$300.00" in page.text
    assert "The name of the parent who claims" in page.text
    assert "(you)" in page.text

    asked = send(inside, "slips/parents/add", "/add", **PARENT)
    (parent,) = told(family).parents
    assert asked.url.endswith(f"/slips/parents/{parent.id}/number")
    done = send(inside, f"slips/parents/{parent.id}/number", "/number", number="130 692 544")

    assert "kept sealed" in done.text
    page = open_page(inside, "slips")
    assert "Nothing is missing. You are told as soon as the organisation releases it." in page.text
    assert told(family).parents[0].number is NumberState.GIVEN


def test_a_number_is_never_shown_not_even_when_it_is_mistyped(family: Giving, inside: Door) -> None:
    """NEW-9."""
    parent = family.name_parent()
    wrong = send(inside, f"slips/parents/{parent}/number", "/number", number="130 692 545")
    assert (wrong.status, "check its nine digits" in wrong.text) == (400, True)
    releasing.release(family.desk)
    (slip,) = family.slips()
    for path in ("slips", "slips/parents", f"slips/parents/{parent}/number", f"slips/{slip.id}"):
        page = open_page(inside, path)
        assert page.status == 200
        assert not [digits for digits in (SIN, "130 692 54", "13069254") if digits in page.html + wrong.html]
    paper = words(read(open_page(inside, f"slips/{slip.id}/pdf").body))
    assert SIN not in paper.replace(" ", "")
    assert "never printed" in paper


@pytest.mark.parametrize(
    ("field", "value"),
    [("region", "ON"), ("postcode", "K1A 0B1"), ("postcode", "H2V4E"), ("street", ""), ("last_name", "")],
)
def test_an_address_that_is_not_in_quebec_is_refused(family: Giving, inside: Door, field: str, value: str) -> None:
    """X-12."""
    page = send(inside, "slips/parents/add", "/add", **{**PARENT, field: value})

    assert page.status == 400
    assert told(family).parents == ()


def test_two_parents_are_told_for_each_child(family: Giving, inside: Door) -> None:
    """X-12: all of it, or half each."""
    one, other = family.name_parent(), family.name_parent("Luc")
    page = open_page(inside, "slips/parents")
    assert "Marie Tremblay and Luc Tremblay, half each" in page.html

    field = f"claim-{family.child.id}"
    done = send(inside, "slips/parents", "/claims", **{field: f"{one}+{other}"})

    assert "saved" in done.text
    assert told(family).claims == {family.child.id: (one, other)}
    form = open_page(inside, "slips/parents").form("/claims")
    for wrong in (f"{one}+{one}", "none", f"{one}+{other}+x"):
        status = inside.browser.post(form.action, {**form.fields, field: wrong}).status
        assert status == (404 if wrong != f"{one}+{one}" else 303), wrong


def test_erasing_and_refusing_from_the_page(family: Giving, inside: Door) -> None:
    parent = family.name_parent()
    send(inside, "slips/parents", f"{parent}/erase")
    assert told(family).parents[0].number is NumberState.NONE
    page = send(inside, "slips/parents", f"{parent}/refuse")
    assert "so there is no slip" in page.text
    assert "No slip: number not given" in open_page(inside, "slips").text
    send(inside, "slips/parents", f"{parent}/remove")
    assert told(family).parents == ()


def test_a_released_slip_is_shown_and_comes_as_a_paper(family: Giving, inside: Door) -> None:
    """DOC-2: amended and cancelled ones stay beside, with their marks."""
    family.name_parent()
    releasing.release(family.desk)
    (slip,) = family.slips()
    page = open_page(inside, f"slips/{slip.id}")
    assert "$300.00" in page.text
    assert family.slips()[0].viewed_at == family.world.now

    family.bill(10000, "Day camp, August")
    family.pay(10000, date(family.year, 8, 15))
    releasing.amend(family.desk, family.child.id, "A payment was missing")
    listed = open_page(inside, "slips").text
    assert "Amended" in listed
    assert f"Amends {slip.number}" in listed
    old = open_page(inside, f"slips/{slip.id}").text
    assert "A payment was missing" in old
    paper = words(read(open_page(inside, f"slips/{slip.id}/pdf").body))
    for word in ("RL-24", "not the form of Revenu Québec", "Amended", "$300.00", "Marie Tremblay", "Léa Tremblay"):
        assert word in paper


def test_before_the_year_is_over_figures_are_only_so_far(family: Giving, inside: Door) -> None:
    family.name_parent()
    family.bill(5000)
    family.pay(5000, family.world.today)

    page = open_page(inside, f"slips?year={family.world.today.year}")

    assert "So far. The slip is made when the year is over." in page.text
    assert "$50.00" in page.text
    assert open_page(inside, "slips?year=1066").status == 200
    assert open_page(inside, "slips?year=x").status == 200


def test_hostile_names_change_no_page_and_no_paper(family: Giving, inside: Door) -> None:
    send(inside, "slips/parents/add", "/add", **{**PARENT, "first_name": HOSTILE, "city": HOSTILE})
    family.parents.append(told(family).parents[0].id)
    send(inside, f"slips/parents/{family.parents[0]}/number", "/number", number=SIN)
    releasing.release(family.desk)
    (slip,) = family.slips()

    for path in ("slips", "slips/parents", f"slips/{slip.id}"):
        page = open_page(inside, path)
        assert "<script>alert" not in page.html
    assert open_page(inside, f"slips/{slip.id}/pdf").status == 200


def test_too_old_and_unknown_birth_dates_are_said(world: World, door: Door) -> None:
    """X-7, X-12: 16 in the tax year is young enough, 17 is not; what is unknown is asked, never assumed."""
    family = giving(world)
    year = family.year
    for name, born in (("Young", date(year - 16, 12, 31)), ("Old", date(year - 17, 12, 31)), ("Unknown", None)):
        member = world.member(family.home, name, born)
        family.bill(member=member.id)
        family.pay()
    world.user(family.home)
    door.enter("marie@example.com")

    states = {each.name.split()[0]: each.state.value for each in family.look()}

    assert states == {"Young": "missing", "Old": "too_old", "Unknown": "missing"}
    page = open_page(door, "slips")
    assert "up to 16 years old" in page.text
    assert "The child’s date of birth" in page.text


def test_a_parent_who_claims_is_not_removed_before_somebody_else_does(family: Giving, inside: Door) -> None:
    one, other = family.name_parent(), family.name_parent("Luc")
    field = f"claim-{family.child.id}"
    send(inside, "slips/parents", "/claims", **{field: one})
    form = open_page(inside, "slips/parents").form(f"{one}/remove")
    assert inside.browser.post(form.action, form.fields).status == 409

    send(inside, "slips/parents", "/claims", **{field: other})
    assert inside.browser.post(form.action, form.fields).status == 303
    assert [parent.id for parent in told(family).parents] == [other]
