"""Challenges, sessions and channels at their limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.identity.domain import (
    ABSOLUTE_SECONDS,
    CLOCK_SKEW_SECONDS,
    IDLE_SECONDS,
    MAIL_LIFE_SECONDS,
    MAX_TRIES,
    TEXT_LIFE_SECONDS,
    Challenge,
    Channel,
    Purpose,
    Session,
    User,
    UserStatus,
    channel_for,
    email_identifier,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHALLENGE = Challenge("c", "email:a@b.example", Purpose.SIGN_IN, Channel.AUTO, "hash", 1, NOW)
SESSION = Session("hash", "u", NOW, NOW, NOW, "Firefox")
USER = User("u", "Marie", email="marie@example.com")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("travelled_by", "life"), [(Channel.MAIL, 600), (Channel.TEXT, 300), (None, 600)], ids=["mail", "text", "nobody"]
)
def test_a_code_lives_for_its_channels_time_to_the_second(travelled_by: Channel | None, life: int) -> None:
    """A-02."""
    challenge = replace(CHALLENGE, travelled_by=travelled_by)

    assert challenge.is_open(at(life - 1))
    assert challenge.is_open(at(life))
    assert not challenge.is_open(at(life + 1))


def test_lives_are_no_longer_than_the_bar_allows() -> None:
    """A-02, A-03, S-03."""
    assert (MAIL_LIFE_SECONDS, TEXT_LIFE_SECONDS) == (600, 300)
    assert MAX_TRIES == 5
    assert (IDLE_SECONDS, ABSOLUTE_SECONDS) == (86400, 14 * 86400)


def test_a_code_of_another_machines_future_counts_within_the_skew() -> None:
    """D-15."""
    assert CHALLENGE.is_open(at(-CLOCK_SKEW_SECONDS))
    assert not CHALLENGE.is_open(at(-CLOCK_SKEW_SECONDS - 1))


def test_a_used_or_worn_out_challenge_is_closed() -> None:
    """A-03, A-06."""
    assert replace(CHALLENGE, tries=MAX_TRIES - 1).is_open(NOW)
    assert not replace(CHALLENGE, tries=MAX_TRIES).is_open(NOW)
    assert not replace(CHALLENGE, used=True).is_open(NOW)


@given(st.sampled_from([None, Channel.MAIL, Channel.TEXT]), st.integers(0, 900))
def test_tries_are_counted_alike_however_the_code_travelled(travelled_by: Channel | None, age: int) -> None:
    """A-18: a number on file does not show in what is counted."""
    assert replace(CHALLENGE, travelled_by=travelled_by).may_be_tried(at(age)) == CHALLENGE.may_be_tried(at(age))


@pytest.mark.parametrize(
    ("seen", "created", "live"),
    [
        (IDLE_SECONDS - 1, IDLE_SECONDS - 1, True),
        (IDLE_SECONDS, IDLE_SECONDS, True),
        (IDLE_SECONDS + 1, IDLE_SECONDS + 1, False),
        (0, ABSOLUTE_SECONDS - 1, True),
        (0, ABSOLUTE_SECONDS, True),
        (0, ABSOLUTE_SECONDS + 1, False),
    ],
)
def test_a_session_ends_when_unused_and_in_any_case(seen: int, created: int, live: bool) -> None:
    """S-03: idle 24 h, absolute 14 days, to the second."""
    session = replace(SESSION, seen_at=at(-seen), created_at=at(-created))

    assert session.is_live(NOW, USER) is live


def test_a_session_ends_with_its_user_and_with_signing_out_everywhere() -> None:
    """S-05, S-07."""
    assert SESSION.is_live(NOW, USER)
    assert not SESSION.is_live(NOW, replace(USER, status=UserStatus.SUSPENDED))
    assert not SESSION.is_live(at(2), replace(USER, sessions_from=at(1)))
    assert SESSION.is_live(at(2), replace(USER, sessions_from=at(-CLOCK_SKEW_SECONDS - 1)))


@pytest.mark.parametrize("seconds", [0, -1, -CLOCK_SKEW_SECONDS])
def test_a_session_of_the_same_moment_ends_with_signing_out_everywhere(seconds: int) -> None:
    """S-05, D-15: moments are kept to the second, and the clock that began it may be ahead."""
    assert not SESSION.is_live(at(2), replace(USER, sessions_from=at(seconds)))


BOTH = replace(USER, mobile="+15145550123")
MAIL_ONLY, TEXT_ONLY = USER, replace(USER, email="", mobile="+15145550123")
NOTHING = replace(USER, email="")
_TABLE = [
    # wish, user, texts allowed, goes by; which address was typed does not matter
    (Channel.AUTO, BOTH, True, Channel.TEXT),
    (Channel.AUTO, BOTH, False, Channel.MAIL),
    (Channel.MAIL, BOTH, True, Channel.MAIL),
    (Channel.AUTO, MAIL_ONLY, True, Channel.MAIL),
    (Channel.AUTO, MAIL_ONLY, False, Channel.MAIL),
    (Channel.AUTO, TEXT_ONLY, True, Channel.TEXT),
    (Channel.AUTO, TEXT_ONLY, False, None),
    (Channel.MAIL, TEXT_ONLY, True, None),
    (Channel.AUTO, NOTHING, True, None),
    (Channel.MAIL, NOTHING, True, None),
]


@pytest.mark.parametrize(("wish", "user", "allowed", "goes_by"), _TABLE)
def test_a_code_takes_the_channel_of_rule_c3(wish: Channel, user: User, allowed: bool, goes_by: Channel | None) -> None:
    """AUTH-4, C3: text where a number is on file and may be texted, mail when asked for or else."""
    assert channel_for(wish, user, allowed) is goes_by


@pytest.mark.parametrize(
    ("email", "mobile", "status", "needs_email", "comes_in"),
    [
        ("m@x.example", "", UserStatus.ACTIVE, True, True),
        ("m@x.example", "+1", UserStatus.ACTIVE, True, True),
        ("", "+1", UserStatus.ACTIVE, True, False),
        ("", "+1", UserStatus.ACTIVE, False, True),
        ("", "", UserStatus.ACTIVE, False, False),
        ("m@x.example", "+1", UserStatus.SUSPENDED, False, False),
    ],
)
def test_who_may_come_in(email: str, mobile: str, status: UserStatus, needs_email: bool, comes_in: bool) -> None:
    """AUTH-8, AUTH-9, C2."""
    user = replace(USER, email=email, mobile=mobile, status=status)

    assert user.may_sign_in(require_email=needs_email) is comes_in


@given(st.text(max_size=30))
def test_only_the_letters_a_to_z_are_folded(text: str) -> None:
    """A-20: nothing that is not ASCII becomes ASCII."""
    folded = email_identifier(text).removeprefix("email:")

    assert len(folded) == len(text)
    for before, after in zip(text, folded, strict=True):
        assert after == (before.lower() if before.isascii() else before)
