"""How often a page to pay may be made: card testers try cards by the hundred, families pay once (P-19).

Pages are counted, not presses: whoever is led to a page that is open already costs nothing. Each is counted
with the write that claims the invoices, so that of many who press at once only the one who gets through counts.
"""

from datetime import datetime

from chalicelib.identity import braking
from chalicelib.identity.braking import Brake, Counted
from chalicelib.identity.counting import network
from chalicelib.identity.limits import Rule

_SUBJECT = Rule((), sends_an_hour=5, sends_a_day=120, failures=0, failure_window=0)
"""Pages for one invoice, or for one household's other wishes: 5 an hour."""
_SOURCE = Rule((), sends_an_hour=20, sends_a_day=480, failures=0, failure_window=0)
"""Pages for one network address: 20 an hour."""


def load(org: str, subjects: tuple[str, ...], source: str, now: datetime) -> Brake:
    """What was counted for invoices (or what else is paid) and a network address. One strong round trip."""
    counted = [Counted("pay", subject, _SUBJECT) for subject in subjects]
    return braking.load(org, [*counted, Counted("pay_source", network(source), _SOURCE)], now)
