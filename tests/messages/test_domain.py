"""Whose turn it is, what is unread, what a question pauses (MSG-1, NEW-16)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.messages.domain import (
    About,
    AboutKind,
    Author,
    Question,
    Side,
    Thread,
    ThreadState,
    Words,
    excerpt,
    is_told,
    paused,
    question_of,
    read_by,
    with_post,
)

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
FAMILY, STAFF = Author(Side.FAMILY, "u", "Marie"), Author(Side.STAFF, "s", "Kate")
BLANK = Thread("t", "h", "Tremblay", "Shoes", ThreadState.OPEN, NOW, NOW)


def test_it_is_the_other_sides_turn_after_each_message() -> None:
    asked, first = with_post(BLANK, FAMILY, Words("Which?"), NOW, "Tremblay")
    assert (asked.state, asked.unread_staff, asked.unread_family, first.number) == (ThreadState.OPEN, 1, 0, 1)

    told, second = with_post(asked, STAFF, Words("Black"), NOW, "Roy")
    assert (told.state, told.unread_staff, told.unread_family, second.number) == (ThreadState.WAITING, 0, 1, 2)
    assert told.household_name == "Roy"

    again, _ = with_post(replace(told, state=ThreadState.CLOSED), FAMILY, Words("Thanks"), NOW, "Roy")
    assert again.state is ThreadState.OPEN


def test_of_several_in_a_row_the_other_side_is_told_once_until_it_looks_or_time_passes() -> None:
    """Nobody fills another's mailbox."""
    asked, _ = with_post(BLANK, FAMILY, Words("Which?"), NOW, "Tremblay")
    soon, later = NOW + timedelta(minutes=9), NOW + timedelta(minutes=10)

    assert is_told(None, FAMILY, NOW)
    assert not is_told(asked, FAMILY, soon)
    assert is_told(asked, FAMILY, later)
    assert is_told(asked, STAFF, soon)
    assert is_told(read_by(asked, Side.STAFF), FAMILY, soon)


def test_who_opens_it_reads_what_the_other_side_wrote() -> None:
    thread = replace(BLANK, unread_family=2, unread_staff=3)

    assert (read_by(thread, Side.FAMILY).unread_family, read_by(thread, Side.FAMILY).unread_staff) == (0, 3)
    assert (read_by(thread, Side.STAFF).unread_family, read_by(thread, Side.STAFF).unread_staff) == (2, 0)
    assert (thread.unread(Side.FAMILY), thread.unread(Side.STAFF)) == (2, 3)


@pytest.mark.parametrize(
    ("text", "length", "kept"),
    [
        ("", 10, ""),
        ("short", 10, "short"),
        ("two\n  lines", 20, "two lines"),
        ("one two three", 9, "one two …"),
        ("x" * 30, 10, "x" * 10 + " …"),
        ("anything", 0, ""),
    ],
)
def test_an_excerpt_is_one_line_of_whole_words(text: str, length: int, kept: str) -> None:
    assert excerpt(text, length) == kept


def test_a_question_pauses_its_line_alone_until_it_is_answered() -> None:
    """NEW-16."""
    about = About(AboutKind.INVOICE, "inv-1", "2026-1, Piano", line=2)
    asked, _ = with_post(replace(BLANK, about=about), FAMILY, Words("Why?"), NOW, "Tremblay")
    question = question_of(asked)
    assert question == Question(AboutKind.INVOICE, "inv-1", 2, "t")

    assert paused([question], "inv-1", 2)
    assert not paused([question], "inv-1", 1)
    assert not paused([question], "inv-1", 0)
    assert not paused([question], "inv-2", 2)
    assert not paused([question._replace(kind=AboutKind.BOOKING)], "inv-1", 2)
    assert all(paused([question._replace(line=0)], "inv-1", line) for line in (0, 1, 2))

    answered, _ = with_post(asked, STAFF, Words("Because"), NOW, "Tremblay")
    assert question_of(answered) is None
    assert question_of(replace(asked, state=ThreadState.CLOSED)) is None
    assert question_of(replace(asked, about=None)) is None
