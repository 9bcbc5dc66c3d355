"""Each kind of item is told in a family's copy, or left out for a reason that is named (NEW-12)."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.data.items import Item
from chalicelib.privacy.describing import schema
from chalicelib.privacy.gathering import HOLDINGS, kind_of
from chalicelib.web.language import Local

ENGLISH = Local("en", "CA", "America/Toronto")
ROOT = Path(__file__).parents[2]

NOT_A_FAMILY_S = frozenset(
    {
        "agendas", "api_call", "api_token", "audit", "challenge", "class", "class_change", "class_documents",
        "code_dispatch", "consent", "consent_edition", "consents", "counter", "deletion", "delivery", "demo",
        "ended", "ending", "endpoint", "form", "form_version", "forms", "human_check", "imported", "inbound_mail",
        "mail_report", "join_request", "joining_begun", "lane", "limit", "listed_class", "login", "logo", "meeting",
        "merge",
        "merge_part", "message", "migration", "month_meeting", "moving_batch", "moving_before", "moving_columns",
        "moving_export", "moving_row", "offered_class", "organisation", "own_words", "parked", "pay_link",
        "plan", "product", "programme", "reconcile", "reply_address", "resource", "roll", "series", "skill",
        "slip_settings", "slip_year", "staff", "statement_run", "stirred_class", "stranger", "stripe_event",
        "till_close", "week_sheet",
    }
)  # fmt: skip
"""Kinds in partitions of the organisation: about its work, or gone by themselves in 90 days, or a request itself."""
POINTERS_FROM_ELSEWHERE = frozenset(
    {
        "answered_form", "card", "client", "customer_owner", "desk_thread", "found", "journal", "known_address",
        "order", "pair", "received", "refused_address", "seen_document", "sent_paper", "slip_row",
    }
)  # fmt: skip
"""Kinds in the organisation's partitions that name a family and say nothing that is not told elsewhere; erased with
what they point at (tests/privacy/test_pointers.py)."""


def _models(model: type[Item]) -> Iterator[type[Item]]:
    for each in model.__subclasses__():
        if each.kind.get_discriminator(each):
            yield each
        yield from _models(each)


def test_every_kind_of_item_is_told_or_left_out_for_a_reason() -> None:
    """NEW-12: a feature that keeps something new has to say here what becomes of it."""
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        if "discriminator=" in path.read_text("utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    kinds = {kind_of(model) for model in _models(Item) if model.__module__.startswith("chalicelib.")}
    assert kinds - set(HOLDINGS) - NOT_A_FAMILY_S - POINTERS_FROM_ELSEWHERE == set()
    assert set(HOLDINGS) - kinds == set()
    assert set(HOLDINGS) & (NOT_A_FAMILY_S | POINTERS_FROM_ELSEWHERE) == set()


def test_each_has_either_a_name_or_a_reason() -> None:
    """Not both, and not neither; and no two kinds share a file's name."""
    for kind, holding in HOLDINGS.items():
        assert bool(holding.name) is not bool(holding.left_out), kind
    names = [holding.name for holding in HOLDINGS.values() if holding.name]
    assert len(names) == len(set(names))


def test_the_worker_alone_knows_every_kind_that_it_meets() -> None:
    """An item whose model is not loaded can not be read: in the worker's own process all are."""
    told = (
        "from chalicelib.privacy import making; from chalicelib.privacy.describing import schema;"
        "from chalicelib.privacy.gathering import HOLDINGS; from chalicelib.web.language import Local;"
        "told = schema(Local('en', 'CA', 'America/Toronto'))['records'];"
        "print(len(told), len([1 for each in HOLDINGS.values() if each.name]))"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    described, named = done.stdout.split()
    assert described == named


def test_nothing_technical_is_described() -> None:
    """X-15: no key, no fingerprint, no hash of a token."""
    for kind, fields in schema(ENGLISH)["records"].items():
        assert not {"pk", "sk", "source", "version", "token_hash", "queue", "due"} & set(fields), kind
