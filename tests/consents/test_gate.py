"""What is asked of whom, and what places wait for, by table (NEW-13)."""

from datetime import date, timedelta

import pytest

from chalicelib.consents.domain import Act, Catalogue, Lasts, Listed, Rules, Signers, State, Word, outcome_of
from chalicelib.consents.gate import KIND, due, missing
from chalicelib.forms.domain import Audience
from chalicelib.households.summary import EnrolmentRow, GivenRow, MemberRow, Summary
from chalicelib.schedule.domain import Ages

TODAY = date(2026, 11, 22)
MINORS = Audience(ages=Ages(None, 17))
CHILD = MemberRow("child", "Léa", "Roy", date(2015, 1, 1))
GROWN = MemberRow("grown", "Paul", "Roy", date(1980, 1, 1))
AGELESS = MemberRow("ageless", "Max", "Roy")
SEVENTEEN = MemberRow("young", "Ann", "Roy", date(2008, 11, 23))
EIGHTEEN = MemberRow("adult", "Ann", "Roy", date(2008, 11, 22))


def _home(*members: MemberRow, given: tuple[GivenRow, ...] = (), classes: tuple[str, ...] = ()) -> Summary:
    rows = tuple(
        EnrolmentRow(f"e-{each}", members[0].id, each, "active", TODAY, TODAY + timedelta(days=9)) for each in classes
    )
    return Summary("home", "Roy", members=members, given=given, enrolments=rows)


def _asks(rules: Rules, version: int = 1) -> Catalogue:
    return Catalogue((Listed("c", {"en": "C"}, rules, version),))


def _row(state: State, member: str = "child", version: int = 1, until: date | None = None) -> GivenRow:
    return GivenRow(KIND, "c", version, member, TODAY, state.value, until)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(), {"child", "grown", "ageless"}),
        (MINORS, {"child", "ageless"}),
        (Audience(household=True), {""}),
        (Audience(class_groups=frozenset({"ballet"})), {"child"}),
        (Audience(programmes=frozenset({"dance"})), {"child"}),
        (Audience(programmes=frozenset({"music"})), set()),
        (Audience(ages=Ages(18, None), class_groups=frozenset({"ballet"})), set()),
    ],
)
def test_only_those_of_the_audience_are_asked(audience: Audience, expected: set[str]) -> None:
    """X-7: whose age nobody told is asked, never passed over."""
    home = _home(CHILD, GROWN, AGELESS, classes=("ballet",))

    asked = due(_asks(Rules(audience)), home, TODAY, {"ballet": "dance"})

    assert {each.member for each in asked} == expected


def test_a_minor_is_one_until_the_eighteenth_birthday() -> None:
    asked = due(_asks(Rules(MINORS)), _home(SEVENTEEN, EIGHTEEN), TODAY, {})

    assert [each.member for each in asked] == ["young"]


@pytest.mark.parametrize(
    ("row", "voluntary", "mandatory"),
    [
        (None, 1, 1),
        (_row(State.SIGNED), 0, 0),
        (_row(State.SIGNED, version=0), 1, 1),
        (_row(State.SIGNED, until=TODAY), 0, 0),
        (_row(State.SIGNED, until=TODAY - timedelta(days=1)), 1, 1),
        (_row(State.PARTLY), 1, 1),
        (_row(State.DECLINED), 0, 1),
        (_row(State.WITHDRAWN), 0, 1),
        (_row(State.DECLINED, version=0), 1, 1),
        (_row(State.SIGNED, member="other"), 1, 1),
    ],
)
def test_what_was_said_settles_it_or_not(row: GivenRow | None, voluntary: int, mandatory: int) -> None:
    home = _home(CHILD, given=(row,) if row else ())
    for is_mandatory, expected in ((False, voluntary), (True, mandatory)):
        catalogue = _asks(Rules(mandatory=is_mandatory))
        assert len(due(catalogue, home, TODAY, {})) == expected
        blocked = missing(catalogue, home, "child", "", "", TODAY)
        assert len(blocked) == (mandatory if is_mandatory else 0)


def test_a_place_waits_for_what_its_own_class_or_programme_asks() -> None:
    home = _home(CHILD)
    catalogue = _asks(Rules(Audience(programmes=frozenset({"dance"})), mandatory=True))

    waiting = missing(catalogue, home, "child", "dance", "ballet", TODAY)
    assert [each.href for each in waiting] == ["consents/c/for/child"]
    assert missing(catalogue, home, "child", "music", "piano", TODAY) == []
    assert missing(catalogue, home, "nobody", "dance", "ballet", TODAY) == []


def test_nobody_waits_for_what_is_not_asked() -> None:
    """Drafts, what is out of use, and what a season is over for."""
    rules = Rules(mandatory=True)
    over = Rules(mandatory=True, lasts=Lasts(until=TODAY - timedelta(days=1)))
    listed = Listed("c", {}, rules, 1)
    for each in (listed._replace(version=0), listed._replace(retired=True), listed._replace(rules=over)):
        assert missing(Catalogue((each,)), _home(CHILD), "child", "", "", TODAY) == []
        assert due(Catalogue((each,)), _home(CHILD), TODAY, {}) == []


def test_what_is_needed_stands_before_what_is_wished() -> None:
    wished = Listed("wished", {}, Rules(), 1)
    needed = Listed("needed", {}, Rules(mandatory=True), 1)

    asked = due(Catalogue((wished, needed)), _home(CHILD), TODAY, {})

    assert [each.id for each in asked] == ["needed", "wished"]


def _word(user: str, act: Act, version: int = 2, until: date | None = None) -> Word:
    return Word(user, "home", act, version, TODAY, until, f"s-{user}")


SIGNED, DECLINED, WITHDRAWN = (Act.SIGNED, Act.DECLINED, Act.WITHDRAWN)
ENDED = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "one", "every"),
    [
        ([_word("a", SIGNED)], State.SIGNED, State.PARTLY),
        ([_word("a", SIGNED), _word("b", SIGNED)], State.SIGNED, State.SIGNED),
        ([_word("a", SIGNED), _word("b", DECLINED)], State.SIGNED, State.DECLINED),
        ([_word("b", WITHDRAWN), _word("a", SIGNED)], State.SIGNED, State.WITHDRAWN),
        ([_word("a", DECLINED)], State.DECLINED, State.DECLINED),
        ([_word("a", SIGNED, version=1), _word("b", SIGNED)], State.SIGNED, State.PARTLY),
        ([_word("a", DECLINED, version=1), _word("b", SIGNED)], State.SIGNED, State.PARTLY),
        ([_word("a", SIGNED, until=ENDED), _word("b", SIGNED)], State.SIGNED, State.PARTLY),
        ([_word("stranger", SIGNED)], State.SIGNED, State.PARTLY),
    ],
)
def test_what_words_come_to(words: list[Word], one: State, every: State) -> None:
    """NEW-2: the organisation says whether one guardian's signature is enough, or whether all must sign."""
    guardians = {"a", "b"}
    assert outcome_of(words, 2, Signers.ONE, guardians, TODAY).state is one
    assert outcome_of(words, 2, Signers.ALL, guardians, TODAY).state is every


def test_the_longest_signature_counts_where_one_is_enough_and_the_shortest_where_all_must_sign() -> None:
    near, far = TODAY + timedelta(days=5), TODAY + timedelta(days=50)
    words = [_word("a", SIGNED, until=near), _word("b", SIGNED, until=far)]
    assert outcome_of(words, 2, Signers.ONE, (), TODAY).until == far
    assert outcome_of(words, 2, Signers.ALL, {"a", "b"}, TODAY).until == near
    forever = [words[0]._replace(until=None), words[1]]
    assert outcome_of(forever, 2, Signers.ONE, (), TODAY).until is None
