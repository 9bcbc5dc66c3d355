"""Which kinds of records an organisation takes along: each one is decided (NEW-20)."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from chalicelib.data.items import Item
from chalicelib.moving.plainly import LEFT_OUT
from chalicelib.privacy.gathering import kind_of

ROOT = Path(__file__).parents[2]
CARRIED = {
    "absorbed", "agenda", "agendas", "answered_form", "audit", "autopay_plan", "booking", "booking_request", "bought",
    "card", "certificate", "checkout", "claim", "class", "class_change", "class_documents", "client_notes", "consent",
    "consent_edition", "consent_standing", "consents", "credit", "credit_note", "customer", "customer_owner", "deed",
    "deletion", "desk_thread", "document", "dunning_rules", "dunning_step", "enrolment", "form", "form_answers",
    "form_version", "forms", "household", "household_user", "imported", "invoice", "join_request", "journal",
    "known_address", "ledger", "listed_class", "login", "logo", "meeting", "member", "member_invoice",
    "month_meeting", "moved_booking", "moving_columns", "news", "offered_class", "open_quote", "order",
    "organisation", "own_words", "pair", "parked", "pass", "payment", "payment_method", "person", "photo", "plan",
    "preferences", "product", "programme", "question", "quote", "reached_skill", "received", "reconcile", "recurring",
    "recurring_invoice", "refused_address", "reply_address", "resource", "right", "roll", "seen_document", "sent",
    "sent_paper", "series", "signature", "skill", "slip", "slip_file", "slip_row", "slip_settings", "slip_year",
    "split", "staff", "stirred_class", "stranger", "subscription", "summary", "thread", "thread_message",
    "till_close", "unpaid", "user", "wanted_paper", "week_sheet",
}  # fmt: skip
"""Kinds that come along. What a new one holds has to be looked at before it is added: no secret may leave."""
_SECRETS = {"token_hash", "secret_hash", "secret", "old_secret", "sealed", "token"}
"""Attributes that open something, or tell codes."""


def _models(model: type[Item]) -> Iterator[type[Item]]:
    for each in model.__subclasses__():
        yield each
        yield from _models(each)


def kinds() -> dict[str, type[Item]]:
    """Every kind of item that is stored."""
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        if "discriminator=" in path.read_text("utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    models = [each for each in _models(Item) if each.__module__.startswith("chalicelib.")]
    return {kind_of(model): model for model in models if model.kind.get_discriminator(model)}


def test_every_kind_of_record_is_taken_along_or_left_out_for_a_reason() -> None:
    assert set(kinds()) == CARRIED | set(LEFT_OUT)
    assert set(LEFT_OUT) & CARRIED == set()
    assert all(LEFT_OUT.values())


def test_no_kind_that_is_taken_along_holds_what_opens_something() -> None:
    for kind, model in kinds().items():
        if kind in CARRIED:
            assert not _SECRETS & set(model.get_attributes()), kind
