"""Quotes, recurring invoices, subscriptions and plans from the command line."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib.billing import store as billing
from chalicelib.households.domain import Household
from chalicelib.memberships import service as memberships
from chalicelib.memberships import store as subscriptions
from chalicelib.memberships.domain import SubscriptionStatus
from chalicelib.memberships.service import Who
from chalicelib.organisations.terms import AutopayMode
from chalicelib.quotes import store as quotes
from chalicelib.recurring import store as recurring
from chalicelib.recurring.domain import Frequency, RecurringStatus
from cli.__main__ import app
from tests.support.terms import with_terms
from tests.support.world import World

_ID = re.compile(r"\d{8}-[a-z2-7]{32}")

QUOTE = """
valid_days = 10
note = "Bring a hat."

[[lines]]
description = "Summer camp"
quantity = 2
price = 100.25
member = "{member}"
discount_percent = 10

[[lines]]
description = "Book"
price = 20
taxes = []
"""
RECURRING = """
title = "Piano lessons"
frequency = "two_weeks"
starts_on = {today}
cycles = 6
autopay = "opt_out"

[[lines]]
description = "Piano"
price = 50
"""
PLANS = """
[[plans]]
id = "silver"
title = {{ fr = "Argent", en = "Silver" }}
price = 40
may_cancel = true
may_change_to = ["gold"]

[[plans]]
id = "gold"
title = {{ fr = "Or" }}
kind = "membership"
period = "yearly"
renews = false
price = 400.50
"""
SUBSCRIPTION = """
plan = "silver"
starts_on = {today}
member = "{member}"
"""


def foyer(*arguments: str, code: int = 0) -> str:
    """What a command says; its exit code must be `code`."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def made(said: str) -> str:
    """The id that a command printed."""
    found = _ID.search(said)
    assert found, said
    return found[0]


@pytest.fixture
def home(world: World) -> Household:
    """A household with a member, of an organisation with taxes."""
    with_terms(world)
    return world.household("Tremblay", "Léa")


@pytest.fixture
def write(world: World, home: Household, tmp_path: Path) -> "Write":
    """Writes a file about the household."""
    return Write(world, home, tmp_path)


class Write:
    """A file with the household's member and today's day in their places."""

    def __init__(self, world: World, home: Household, folder: Path) -> None:
        self._places = {"member": world.builders[home.id].members[0].id, "today": world.today.isoformat()}
        self._folder = folder

    def __call__(self, text: str, name: str = "file.toml") -> str:
        path = self._folder / name
        path.write_text(text.format(**self._places), "utf-8")
        return str(path)


def test_a_quote_is_drafted_and_sent(world: World, home: Household, write: Write) -> None:
    """QUO-1: prices as people write them; taxes are the organisation's unless the line says otherwise."""
    draft = made(foyer("quotes", "create", world.org, home.id, write(QUOTE)))
    assert quotes.list_quotes(world.org, home.id).rows == []

    sent = made(foyer("quotes", "send", world.org, home.id, draft))

    quote = quotes.get_quote(world.org, home.id, sent)
    assert quote
    assert [line.amount_minor for line in quote.lines] == [18045, 2000]
    assert (quote.total_minor, quote.valid_days, quote.note) == (18045 + 902 + 1800 + 2000, 10, "Bring a hat.")
    assert "no such" in foyer("quotes", "send", world.org, home.id, draft, code=1)
    assert "Sent quote" in foyer("quotes", "create", world.org, home.id, write(QUOTE), "--send")


def test_a_recurring_invoice_is_made_paused_and_resumed(world: World, home: Household, write: Write) -> None:
    """REC-1."""
    here = ("recurring", world.org, home.id)
    draft = made(foyer(here[0], "create", *here[1:], write(RECURRING), "--draft"))
    found = recurring.get(world.org, home.id, draft)
    assert found
    assert (found.terms.frequency, found.cycles_left, found.autopay) == (Frequency.TWO_WEEKS, 6, AutopayMode.OPT_OUT)
    assert "the next invoice" in foyer(here[0], "start", *here[1:], draft)
    foyer(here[0], "pause", *here[1:], draft)
    paused = recurring.get(world.org, home.id, draft)
    assert paused
    assert paused.status is RecurringStatus.PAUSED
    foyer(here[0], "resume", *here[1:], draft)
    assert "Made" in foyer("recurring", "run")
    assert [each.total_minor for each in billing.list_invoices(world.org, home.id).rows] == [5749]
    other = made(foyer(here[0], "create", *here[1:], write(RECURRING), "--draft"))
    assert "Only" in foyer(here[0], "pause", *here[1:], other, code=1)


def test_plans_are_stored_and_subscribed_to(world: World, home: Household, write: Write) -> None:
    """SUB-1 to SUB-3: made, frozen, resumed; a request of the family is granted."""
    foyer("plans", "save", world.org, write(PLANS))
    listed = foyer("plans", "list", world.org)
    assert all(word in listed for word in ("silver", "Argent", "4000 CAD", "gold", "40050 CAD", "yearly"))
    at = (world.org, home.id)

    subscription = made(foyer("subscriptions", "create", *at, write(SUBSCRIPTION)))

    foyer("subscriptions", "freeze", *at, subscription)
    foyer("subscriptions", "unfreeze", *at, subscription)
    assert "no request" in foyer("subscriptions", "cancel", *at, subscription, code=1)
    who = Who("u", "Marie")
    memberships.request_cancellation(world.organisation, home.id, subscription, who, "moving", world.now)
    assert "it ends on" in foyer("subscriptions", "cancel", *at, subscription)
    found = subscriptions.get(world.org, home.id, subscription)
    assert found
    assert found.status is SubscriptionStatus.CANCELLED
    assert found.member


@pytest.mark.parametrize(
    ("command", "text", "keys"),
    [
        ("quotes", "valid_days = -1", ("valid_days", "lines")),
        (
            "quotes",
            '[[lines]]\ndescription = "x"\nprice = 1.005\ntaxes = ["GST"]',
            ("lines[1].price", "lines[1].taxes"),
        ),
        ("quotes", '[[lines]]\ndescription = "x"\nprice = 1\ndiscount = 2', ("lines[1].price",)),
        ("recurring", 'frequency = "daily"\ncycles = 0', ("title", "frequency", "starts_on", "cycles")),
        ("subscriptions", 'autopay = "maybe"\nprice = 1', ("plan", "starts_on", "autopay", "price")),
    ],
)
def test_mistakes_of_a_file_are_told_by_key(
    world: World, home: Household, write: Write, command: str, text: str, keys: tuple[str, ...]
) -> None:
    said = foyer(command, "create", world.org, home.id, write(text), code=1)
    assert all(key in said for key in keys)


def test_mistakes_of_plans_are_told_and_nothing_is_stored(world: World, write: Write) -> None:
    said = foyer("plans", "save", world.org, write('[[plans]]\nid = "A B"\nprice = -1\nmay_change_to = [1]'), code=1)
    assert all(key in said for key in ("plans[1].id", "plans[1].price", "plans[1].title", "plans[1].may_change_to"))
    assert list(subscriptions.all_plans(world.org)) == []


def test_who_is_no_member_gets_no_line(world: World, home: Household, write: Write) -> None:
    text = QUOTE.replace("{member}", "somebody")
    assert "no such" in foyer("quotes", "create", world.org, home.id, write(text), code=1)
    assert "no such" in foyer("quotes", "create", world.org, "nobody", write(QUOTE), code=1)


@pytest.mark.parametrize(
    "command",
    [
        "quotes", "quotes create", "quotes send", "recurring", "recurring create", "recurring start",
        "recurring pause", "recurring resume", "recurring run", "subscriptions", "subscriptions create",
        "subscriptions cancel", "subscriptions freeze", "subscriptions unfreeze", "plans", "plans save", "plans list",
    ],
)  # fmt: skip
def test_every_command_explains_itself(command: str) -> None:
    assert "Usage" in foyer(*command.split(), "--help")
