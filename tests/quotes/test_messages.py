"""What households are told about a quote."""

from datetime import timedelta

import pytest

from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.notifications import compose
from chalicelib.quotes.domain import Quote
from chalicelib.shared.times import from_iso
from tests.quotes.quoting import request, sent
from tests.support.world import World


def facts(world: World, quote: Quote) -> dict[str, object]:
    """The facts of its message, as the worker hands them to the templates."""
    message = read.one(MessageItem, keys.outbox(world.org, f"quote-{quote.id}"))
    assert message
    return {name: from_iso(value) if name == "at" else value for name, value in message.facts.items()}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "You can approve it until"), ("fr", "approuver jusqu"), ("ru", "Одобрить её можно по")],
)
def test_a_quote_is_announced_with_its_link_and_its_end(world: World, language: str, words: str) -> None:
    """In the reader's language, by mail and by text."""
    home = world.household()
    quote = sent(world, home, request(valid_days=10))
    local = compose.local_for(world.organisation, language)

    mail = compose.mail(world.organisation, local, "quote", "a@b.example", "ref", facts(world, quote))
    text = compose.text_message(world.organisation, local, "quote", facts(world, quote))

    last = local.date(world.today + timedelta(days=10), "long")
    for part in (mail.text, mail.html):
        assert f"/{world.org}/quotes/{quote.id}" in part
        assert local.money(quote.total_minor, quote.currency) in part
        assert words in part
        assert last in part
    assert quote.number in mail.subject
    assert f"/{world.org}/quotes\n" in f"{text}\n"


def test_a_quote_without_an_end_names_none(world: World) -> None:
    home = world.household()
    quote = sent(world, home, request(valid_days=0))
    local = compose.local_for(world.organisation, "en")

    mail = compose.mail(world.organisation, local, "quote", "a@b.example", "ref", facts(world, quote))

    assert "until" not in mail.text
