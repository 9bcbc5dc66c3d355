"""The table `[enrolment]` of a settings file: every rule by its name, every mistake by its key."""

from pathlib import Path

import pytest

from chalicelib.admin.enrolment_file import read_enrolment_terms
from chalicelib.admin.tables import FileMistakes, load
from chalicelib.schedule.terms import EnrolmentTerms, RefundStep

DEMO = Path(__file__).parents[2] / "demo" / "organisation.toml"


def read(tmp_path: Path, text: str) -> EnrolmentTerms:
    """The rules that a table says."""
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    table = load(path)
    told = read_enrolment_terms(table, "CAD")
    table.done()
    return EnrolmentTerms().with_(told)


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    assert read(tmp_path, "") == EnrolmentTerms()


def test_what_is_told_wins_over_the_preset(tmp_path: Path) -> None:
    """X-13: ready-made rules are where it begins."""
    terms = read(tmp_path, 'preset = "quebec_course"\nfee = 12.50\n[[refund]]\nhours = 24\npercent = 50')

    assert (terms.fee_minor, terms.fee_ppm, terms.free_before_start) == (1250, 100_000, True)
    assert terms.refund == (RefundStep(24, 500_000),)


def test_the_demonstration_says_every_key_once() -> None:
    """Whoever copies it sees all there is."""
    table = load(DEMO).table("enrolment")
    told = read_enrolment_terms(table, "CAD")
    known = set(EnrolmentTerms.__dataclass_fields__)

    assert table.mistakes == []
    assert set(told) == known


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('preset = "ontario"', "preset must be one of"),
        ("leeve = true", "leeve is not known"),
        ("leave = 1", "leave must be a true or false"),
        ("makeup_days = -1", "makeup_days must be from 0"),
        ("offer_minutes = 9999999", "offer_minutes must be from 0"),
        ("fee = -1", "fee can not be below zero"),
        ("fee = 1.234", "fee has more decimals"),
        ("fee_percent = 101", "fee_percent must be per cent"),
        ("[[refund]]\nhours = 1\npercent = 10\n[[refund]]\nhours = 2\npercent = 5", "refund must go from most"),
        ("[[refund]]\nhours = 2\npercent = 10\n[[refund]]\nhours = 1\npercent = 50", "refund must go from most"),
        ("[[refund]]\nhours = 2", "refund[1].percent is missing"),
        ("[[refund]]\nhours = 2\npercent = 5\nfee = 1", "refund[1].fee is not known"),
    ],
)
def test_mistakes_are_told_by_their_key(tmp_path: Path, text: str, mistake: str) -> None:
    with pytest.raises(FileMistakes) as refused:
        read(tmp_path, text)

    assert any(mistake in each for each in refused.value.mistakes), refused.value.mistakes
