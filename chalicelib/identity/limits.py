"""How often codes may be asked for and tried: pure rules over what was counted (A-10 to A-14).

An address and a source are counted separately and never together. Browsers that signed in before are counted by
themselves, all those of one user together: a stranger who burns an address's budget locks nobody out (A-11), and
signing in often brings no further budget (A-10).
"""

from dataclasses import replace
from enum import Enum

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, HOUR, MINUTE


class Bucket(Enum):
    """What is counted by."""

    ADDRESS = "address"
    BROWSER = "browser"
    """The known browsers of one user."""
    SOURCE = "source"
    USER = "user"
    """Somebody signed in who asks for codes to new addresses, which may be anybody's (AUTH-12)."""
    SECOND_FACTOR = "second_factor"
    """Somebody of the staff who types a code of an authenticator (A-27)."""
    ORGANISATION = "organisation"


@frozen
class Rule(Frozen):
    """What one bucket allows."""

    gaps: tuple[int, ...]
    """Seconds between sendings: after the first of the hour, after the second, and so on."""
    sends_an_hour: int
    sends_a_day: int
    failures: int
    failure_window: int
    failures_a_day: int | None = None
    """For a window that is shorter than a day; None: no further limit."""


_PERSONAL = Rule((MINUTE, 2 * MINUTE, 5 * MINUTE), sends_an_hour=5, sends_a_day=10, failures=5, failure_window=DAY)

RULES = {
    Bucket.ADDRESS: _PERSONAL,
    Bucket.BROWSER: _PERSONAL,
    Bucket.SOURCE: Rule((), sends_an_hour=10, sends_a_day=240, failures=20, failure_window=HOUR),
    Bucket.USER: Rule((), sends_an_hour=5, sends_a_day=5, failures=5, failure_window=DAY),
    Bucket.SECOND_FACTOR: Rule(
        (), sends_an_hour=0, sends_a_day=0, failures=5, failure_window=15 * MINUTE, failures_a_day=20
    ),
}


@frozen
class Count(Frozen):
    """Moments (seconds since 1970) of a bucket's sendings and failed codes, oldest first."""

    sends: tuple[int, ...] = ()
    failures: tuple[int, ...] = ()

    def with_send(self, now: int) -> "Count":
        """After one more sending; what no rule looks at any more is dropped."""
        return replace(self, sends=(*_since(self.sends, now - DAY), now))

    def with_failure(self, now: int) -> "Count":
        """After one more failed code, counted before it is looked at."""
        return replace(self, failures=(*_since(self.failures, now - DAY), now))

    def without_failure(self, moment: int) -> "Count":
        """Takes back the failure counted at `moment`, for the code was right."""
        failures = list(self.failures)
        if moment in failures:
            failures.remove(moment)
        return replace(self, failures=tuple(failures))


def wait_to_send(rule: Rule, count: Count, now: int) -> int:
    """Seconds until another code may be sent; 0 means now."""
    hour, day = _since(count.sends, now - HOUR), _since(count.sends, now - DAY)
    waits = [0]
    if hour and rule.gaps:
        waits.append(hour[-1] + rule.gaps[min(len(hour), len(rule.gaps)) - 1] - now)
    if len(hour) >= rule.sends_an_hour:
        waits.append(hour[-rule.sends_an_hour] + HOUR - now)
    if len(day) >= rule.sends_a_day:
        waits.append(day[-rule.sends_a_day] + DAY - now)
    return max(waits)


def may_try(rule: Rule, count: Count, now: int) -> bool:
    """Whether the bucket has a try left; a new code does not bring tries back (A-09)."""
    lately, today = _since(count.failures, now - rule.failure_window), _since(count.failures, now - DAY)
    return len(lately) < rule.failures and (rule.failures_a_day is None or len(today) < rule.failures_a_day)


def wait_to_try(rule: Rule, count: Count, now: int) -> int:
    """Seconds until there is a try again; 0 means now."""
    ends = [moment + span for moment in count.failures for span in (rule.failure_window, DAY) if moment + span >= now]
    return next((end - now for end in sorted({now, *ends}) if may_try(rule, count, end)), 0)


def guess_odds(accounts: int, addresses: int) -> float:
    """A-10: chance that an attacker who uses every daily budget opens at least one of `accounts`.

    `addresses` of each, an email address or a number or both, have a budget each.
    """
    from chalicelib.identity.domain import CODE_DIGITS

    single = addresses * RULES[Bucket.ADDRESS].failures / 10**CODE_DIGITS
    odds: float = 1 - (1 - single) ** accounts
    return odds


def _since(moments: tuple[int, ...], start: int) -> tuple[int, ...]:
    return tuple(moment for moment in moments if moment > start)
