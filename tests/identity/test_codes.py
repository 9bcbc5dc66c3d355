"""Codes and tokens: uniform, different for every sending, compared whole, and nothing useful left behind."""

import base64
import hmac
import math
import re
from collections import Counter
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.identity import codes, tokens
from chalicelib.settings import Settings

KEY, OLD_KEY = b"k" * 32, b"o" * 32
_DRAWN = 200_000


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    """200,000 codes of as many challenges under one key; the same ones in every run."""
    return [codes.code(KEY, f"challenge {number}", 1) for number in range(_DRAWN)]


def test_every_code_has_six_ascii_digits(drawn: list[str]) -> None:
    """A-01."""
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in drawn)


@pytest.mark.parametrize("part", [slice(0, 3), slice(3, 6), slice(1, 4)])
def test_codes_are_uniform(drawn: list[str], part: slice) -> None:
    """A-01: chi-square over a thousand cells, p > 0.001 (Fisher's approximation of its tail: z < 3.09)."""
    counts = Counter(code[part] for code in drawn)
    expected = _DRAWN / 1000
    chi_square = sum((counts[f"{cell:03d}"] - expected) ** 2 / expected for cell in range(1000))

    assert abs(math.sqrt(2 * chi_square) - math.sqrt(2 * 999 - 1)) < 3.09


def test_a_tenth_of_the_codes_begins_with_a_zero_which_survives(drawn: list[str]) -> None:
    """A-01: no `int()` on the way; the code is found again as it was typed."""
    with_zero = [number for number, code in enumerate(drawn) if code.startswith("0")]

    assert abs(len(with_zero) / _DRAWN - 0.1) < 0.005
    for number in with_zero[:50]:
        assert codes.fits((KEY,), f"challenge {number}", 1, codes.clean(drawn[number]))
        assert not codes.fits((KEY,), f"challenge {number}", 1, drawn[number].lstrip("0"))


def test_a_code_belongs_to_one_challenge_one_sending_and_one_key() -> None:
    """A-04, A-09: of 300 variations hardly any two agree, as chance has it."""
    variations = [codes.code(KEY, f"challenge {number}", 1) for number in range(100)]
    variations += [codes.code(KEY, "challenge", sending) for sending in range(100)]
    variations += [codes.code(bytes([number]) * 32, "challenge", 1) for number in range(100)]

    assert len(set(variations)) >= 297


def test_a_code_of_the_older_key_still_fits_while_both_are_in_use() -> None:
    """A-04: rotation in the middle of a flow."""
    sent_before = codes.code(OLD_KEY, "challenge", 1)

    assert codes.fits((KEY, OLD_KEY), "challenge", 1, sent_before)
    assert codes.fits((KEY, OLD_KEY), "challenge", 1, codes.code(KEY, "challenge", 1))
    assert not codes.fits((KEY,), "challenge", 1, sent_before)


def test_every_key_is_compared_even_after_a_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """A-05: how long the comparison takes does not tell which key it was."""
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def watch(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watch)

    codes.fits((KEY, OLD_KEY), "challenge", 1, codes.code(KEY, "challenge", 1))

    assert len(compared) == 2


def test_of_all_codes_one_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A-32: none of the million works always, for demonstrations or for anybody; each is tried."""
    monkeypatch.setattr(codes, "code", cache(codes.code))

    fitting = [number for number in range(1_000_000) if codes.fits((KEY,), "challenge", 1, f"{number:06d}")]

    assert [f"{number:06d}" for number in fitting] == [codes.code(KEY, "challenge", 1)]


def test_no_setting_names_a_code() -> None:
    """A-32: the environment is read in one place, and names and addresses are all that it can set."""
    product = Path(codes.__file__).parents[1]
    reading = re.compile(r"\benviron\b|\bgetenv\b|\bdotenv\b")

    assert {path.name for path in product.rglob("*.py") if reading.search(path.read_text("utf-8"))} == {"settings.py"}
    assert {field.name for field in fields(Settings)} == {
        "stage", "table", "queues", "base_url", "region", "endpoint", "mail_from", "pepper_parameter", "files_bucket",
        "stripe_parameters", "stripe_url", "live_payments", "default_organisation", "vault_bucket", "mail_bucket",
        "inbound_domain", "number_keys_parameter", "version", "mail_events", "mail_rate", "text_rate",
        "feedback_topics", "notices_url",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["", "12345", "1234567", " ", "abcdef", "½½½½½½", "ⅥⅥ", "\x00", "é" * 20, "١" * 40])
def test_nonsense_is_no_code_and_no_error(typed: str) -> None:
    """A-30."""
    assert not codes.fits((KEY,), "challenge", 1, codes.clean(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("012 345", "012345"),
        ("012-345", "012345"),
        (" 0 1 2 3 4 5 ", "012345"),
        ("０１２３４５", "012345"),
        ("٠١٢٣٤٥", "012345"),
        ("012–345", "012345"),
        ("012\u200b345", "012345"),
        ("012\u00a0345\n", "012345"),
        ("012.345", "012.345"),
    ],
)
def test_digits_are_read_as_people_and_mail_programs_write_them(typed: str, meant: str) -> None:
    """A-26."""
    assert codes.clean(typed) == meant


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_compared(typed: str) -> None:
    cleaned = codes.clean(typed)
    assert len(cleaned) <= 20
    codes.fits((KEY,), "challenge", 1, cleaned)


def test_tokens_have_256_random_bits_and_only_a_hash_is_kept() -> None:
    """S-01: ten thousand are all different, and no bit position is stuck."""
    drawn = [tokens.new_token() for _ in range(10_000)]
    raw = [base64.urlsafe_b64decode(token + "=") for token in drawn]

    assert len(set(drawn)) == 10_000
    assert {len(value) for value in raw} == {32}
    for position in range(256):
        ones = sum(value[position // 8] >> position % 8 & 1 for value in raw)
        assert 4500 < ones < 5500
    assert tokens.token_hash(drawn[0]) not in drawn[0]
    assert tokens.token_hash(drawn[0]) != tokens.token_hash(drawn[1])
