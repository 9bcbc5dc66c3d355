"""A check that keeps programs from registering by the thousand, without anybody else's script (AUTH-14).

The page carries a token that we signed. A browser with scripts finds a number whose hash with the token begins with
zeros, which costs it about a second and us one hash. One without scripts waits: its token counts once it is old
enough. Each token is good once and for an hour. What really bounds a patient program are the limits by network.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from chalicelib.data import keys
from chalicelib.data.write import Transaction
from chalicelib.joining.models import HumanItem
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say
from chalicelib.shared.times import HOUR, after, epoch

FIELD, WORK = "human", "work"
"""Names of the fields that carry the token and the number that was found."""
BITS = 16
"""Zeros that the hash begins with; found after 65,536 tries on average."""
WAIT_SECONDS = 15
"""How old a token counts without work."""
_LONGEST_WORK = 20


class NotYet(Invalid):
    """Neither worked nor waited; pressing again after a while is enough."""

    def __init__(self, seconds: int) -> None:
        sentence = say(
            "This keeps programs out: press the button again in one second",
            plural="This keeps programs out: press the button again in %(n)s seconds",
            n=seconds,
        )
        super().__init__({"": sentence})


class Stale(Invalid):
    """The token is not ours, was used, or is too old; the page has a new one."""

    def __init__(self) -> None:
        super().__init__({"": say("This page was open for too long: press the button again")})


def new_token(organisation: Organisation, now: datetime) -> str:
    """A token for a page."""
    told = f"{epoch(now)}-{secrets.token_hex(12)}"
    return f"{told}-{_mark(organisation, told)}"


def check(organisation: Organisation, token: str, work: str, now: datetime) -> str:
    """The name of a token that was worked or waited for, to be used up. Raises NotYet, Stale."""
    told, _, mark = token.rpartition("-")
    if not hmac.compare_digest(mark.encode(), _mark(organisation, told).encode()):
        raise Stale
    age = epoch(now) - int(told.partition("-")[0])
    if not 0 <= age < HOUR:
        raise Stale
    if age < WAIT_SECONDS and not is_work(token, work):
        raise NotYet(WAIT_SECONDS - age)
    return told


def is_work(token: str, work: str) -> bool:
    """Whether a number is one that has to be searched for."""
    if not work or len(work) > _LONGEST_WORK:
        return False
    digest = hashlib.sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def use_up(transaction: Transaction, org: str, name: str, now: datetime) -> None:
    """Adds that a token was used, in the transaction of what it was used for; refused when it was before."""
    pk, sk = keys.human_check(org, name)
    transaction.create("human", HumanItem(pk, sk, expires=after(now, 2 * HOUR)))


def _mark(organisation: Organisation, told: str) -> str:
    text = f"human check\x1f{organisation.slug}\x1f{told}"
    return hmac.new(organisation.import_key, text.encode(), hashlib.sha256).hexdigest()[:32]
