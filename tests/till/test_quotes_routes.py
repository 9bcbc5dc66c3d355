"""Quotes as the desk makes, sends and takes them back (QUO-1 to QUO-3)."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import Tax
from chalicelib.quotes import service, store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.shared.times import day_begins
from tests.quotes.quoting import answer, request, sent
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms
from tests.support.world import ZONE, World
from tests.till.counter import at_the_desk, deeds, page_of


def line(number: int, what: str, price: str, **more: str) -> dict[str, str]:
    """The fields of one line."""
    told = {"what": what, "price": price, **more}
    return {f"line-{number}-{name}": value for name, value in told.items()}


def stored(world: World, home: Household) -> list[Quote]:
    """The household's drafts."""
    return list(store.list_drafts(world.org, home.id).rows)


def test_a_draft_is_made_sent_and_answered(world: World, home: Household, lea: Person, desk: Browser) -> None:
    """QUO-1: prices, discounts and taxes come to what the paper says; the family is told once; the log names who."""
    with_terms(world)
    page = page_of(desk, world, home, "quotes/new")
    fields = {
        **line(1, "Summer camp", "1,250.00", quantity="2", member=lea.id, discount="100"),
        **line(2, "T-shirt", "20", taxes="none"),
    }
    page = desk.fill(page, "quotes/new", {**fields, "days": "10", "note": "With lunch"})

    [draft] = stored(world, home)
    assert [(each.amount_minor, each.member) for each in draft.lines] == [(240000, lea.id), (2000, "")]
    assert draft.total_minor == 240000 + 35940 + 2000
    assert (draft.valid_days, draft.note) == (10, "With lunch")
    assert not store.list_quotes(world.org, home.id).rows
    assert "Draft of a quote" in page.text
    page = desk.submit(page, "/send")

    [row] = store.list_quotes(world.org, home.id).rows
    assert page.url.partition("?")[0].endswith(f"quotes/{row.id}")
    assert "Waiting for an answer" in page.text
    assert read.one(MessageItem, keys.outbox(world.org, f"quote-{row.id}"))
    kind, user = deeds(world, home)[0]
    assert (kind, bool(user)) == ("quote_sent", True)
    service.decline(world.organisation, home.id, row.id, answer(world, "Too dear"))
    page = page_of(desk, world, home, f"quotes/{row.id}")
    assert "Too dear" in page.text
    assert "Marie Tremblay" in page.text


def test_mistakes_are_said_at_their_lines_and_nothing_is_stored(world: World, home: Household, desk: Browser) -> None:
    """Every mistake at once; hostile words stay words."""
    page = page_of(desk, world, home, "quotes/new")
    nothing = desk.submit(page, "quotes/new")
    assert nothing.status == 400
    assert "Enter at least one line" in nothing.text

    fields = {
        **line(1, "<script>alert(1)</script>", "cheap", quantity="many"),
        **line(2, "", "5", discount="6"),
        **line(3, "Lesson", "5", member="nobody"),
    }
    wrong = desk.fill(nothing, "quotes/new", fields)
    assert wrong.status == 400
    for words in (
        "Enter an amount such as 120.50", "Enter a number such as 1 or 2.5", "Fill in this field",
        "Enter at most what the line comes to", "Choose one of the answers offered",
    ):  # fmt: skip
        assert words in wrong.text, words
    assert wrong.form("quotes/new").fields["line-1-what"] == "<script>alert(1)</script>"
    assert not stored(world, home)


def test_more_lines_come_without_a_script_and_keep_what_was_typed(world: World, home: Household, desk: Browser) -> None:
    """Up to twenty; asking for more is no mistake."""
    page = page_of(desk, world, home, "quotes/new")
    for _ in range(12):
        form = page.form("quotes/new")
        page = desk.fill(page, "quotes/new", {**line(1, "Lesson", "5"), "more": "yes"})
        assert page.status == 200
    form = page.form("quotes/new")
    assert form.fields["line-1-what"] == "Lesson"
    assert "line-20-what" in form.fields
    assert "line-21-what" not in form.fields
    assert not stored(world, home)


def test_the_same_form_makes_one_draft(world: World, home: Household, desk: Browser) -> None:
    page = page_of(desk, world, home, "quotes/new")
    first = desk.fill(page, "quotes/new", line(1, "Lesson", "5"))
    again = desk.fill(page, "quotes/new", line(1, "Lesson", "5"))
    assert first.url == again.url
    desk.submit(first, "/send")
    late = desk.fill(page, "quotes/new", line(1, "Lesson", "5"))
    assert "Waiting for an answer" in late.text
    assert not stored(world, home)


def test_a_draft_is_changed_over_the_version_that_was_shown(world: World, home: Household, desk: Browser) -> None:
    draft = service.create(world.organisation, home.id, request(valid_days=5), world.now)
    page = page_of(desk, world, home, f"quotes/{draft.id}/edit")
    assert page.form("edit").fields["line-1-price"] == "$100.00"

    desk.fill(page, "edit", line(1, "Winter camp", "90"))
    late = desk.fill(page, "edit", line(1, "Spring camp", "80"))

    assert late.status == 409
    [after] = stored(world, home)
    assert (after.id, after.total_minor, after.valid_days) == (draft.id, 9000, 5)


def test_what_an_organisation_charges_is_kept_line_by_line(world: World, home: Household, desk: Browser) -> None:
    """A book bears the federal tax alone: opened and saved again, the paper comes to the same."""
    terms = replace(world.organisation.billing, taxes=(Tax("GST", 50_000), Tax("QST", 99_750)))
    organisations.update(replace(world.organisation, billing=terms))
    page = page_of(desk, world, home, "quotes/new")
    fields = {**line(1, "Book", "10", taxes="GST"), **line(2, "Lesson", "10"), **line(3, "Gift", "10", taxes="none")}
    page = desk.fill(page, "quotes/new", fields)
    [draft] = stored(world, home)
    assert [sum(tax.minor for tax in each.taxes) for each in draft.lines] == [50, 150, 0]

    page = desk.get(page.links["Edit"])
    assert [page.form("edit").fields[f"line-{number}-taxes"] for number in (1, 2, 3)] == ["GST", "usual", "none"]
    desk.submit(page, "edit")
    [after] = stored(world, home)
    assert after.lines == draft.lines


def test_a_draft_goes_and_a_sent_quote_is_taken_back(world: World, home: Household, desk: Browser) -> None:
    """What a family saw never disappears: it has expired."""
    draft = service.create(world.organisation, home.id, request(), world.now)
    page = desk.submit(page_of(desk, world, home, f"quotes/{draft.id}"), "/discard")
    assert "The draft is gone." in page.text
    assert not stored(world, home)

    quote = sent(world, home)
    page = page_of(desk, world, home, f"quotes/{quote.id}")
    for _ in range(2):
        page_after = desk.submit(page, "/withdraw")
        assert "Expired" in page_after.text
    found = store.get_quote(world.org, home.id, quote.id)
    assert found
    assert found.status_at(world.today) is QuoteStatus.EXPIRED
    assert [kind for kind, _ in deeds(world, home)].count("quote_withdrawn") == 1


def test_a_family_is_told_again_once_a_day(world: World, home: Household, desk: Browser, clock: TurnedClock) -> None:
    quote = sent(world, home)
    tomorrow = world.today + timedelta(days=1)
    clock.set(day_begins(tomorrow, ZONE))
    desk = at_the_desk(replace(world, now=clock.now()))
    page = page_of(desk, world, home, f"quotes/{quote.id}")
    for _ in range(2):
        assert desk.submit(page, "/send").status == 200

    assert read.one(MessageItem, keys.outbox(world.org, f"quote-{quote.id}-{tomorrow}"))
    service.decline(world.organisation, home.id, quote.id, answer(world)._replace(at=clock.now()))
    assert desk.submit(page, "/send").status == 409


def test_a_new_quote_begins_with_the_lines_of_another(world: World, home: Household, desk: Browser) -> None:
    quote = sent(world, home)
    page = page_of(desk, world, home, f"quotes/{quote.id}")
    page = desk.get(page.links["New quote with the same lines"])
    desk.submit(page, "quotes/new")
    [draft] = stored(world, home)
    assert (draft.lines, draft.number) == (quote.lines, "")


def test_who_only_reads_sees_and_changes_nothing(world: World, home: Household) -> None:
    """Read-only staff find no button, and no route behind it."""
    draft = service.create(world.organisation, home.id, request(), world.now)
    reader = at_the_desk(world, StaffRole.READ_ONLY)
    page = page_of(reader, world, home, f"quotes/{draft.id}")
    assert "Send it to the family" not in page.text
    refused = reader.submit(page_of(at_the_desk(world), world, home, f"quotes/{draft.id}"), "/send")
    assert refused.status == 403
    assert stored(world, home)


def test_a_quote_of_another_household_is_not_there(world: World, home: Household, desk: Browser) -> None:
    """T-03: the household in the address is the one whose quote it is."""
    quote = sent(world, world.household("Roy"))
    assert page_of(desk, world, home, f"quotes/{quote.id}").status == 404
