"""A crash or a lost answer at every single AWS call of every flow that signs somebody in (A-07, D-05, Q-04).

For each flow the calls are enumerated: the first is broken in one way, then the second, until the
flow ends without having met the fault. After each run, and after repeating the act, nothing that
must hold may be broken: one session at most for a code, no session without its user's record,
no try uncounted, a message exactly where its change is.
"""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.identity import challenges, codes, logins, store, tokens
from chalicelib.identity.domain import Channel, Purpose, Session, User, email_identifier
from chalicelib.identity.models import ChallengeItem, CodeDispatchItem, LimitItem
from chalicelib.shared.errors import Fault as Refusal
from chalicelib.shared.errors import Invalid
from chalicelib.shared.times import DAY, after
from tests.identity.people import ADDRESS, LIMIT, Person, person, resident
from tests.support import world as worlds
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import World

PASSING = (Fault.REFUSED, Fault.LOST)
"""Faults that one repeat of the SDK's gets over; the person must not notice them."""
_LONGEST_FLOW = 30


class Flow:
    """One act on a fresh organisation, and what must hold whenever it stops."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world: World = worlds.build(f"org-{secrets.token_hex(6)}")
        self.now = self.world.now
        self.browser: Person = person(self.world)
        self.compared = 0
        self._number_ids(monkeypatch)
        self._count_looks(monkeypatch)
        self.prepare()

    def _number_ids(self, monkeypatch: pytest.MonkeyPatch) -> None:
        challenge, message = itertools.count(1), itertools.count(1)
        monkeypatch.setattr(challenges, "_id", lambda *_told: f"challenge-{next(challenge)}")
        monkeypatch.setattr(outbox, "new_id", lambda: f"message-{next(message)}")

    def _count_looks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fits = _FITS

        def look(pepper: tuple[bytes, ...], challenge: str, sending: int, typed: str) -> bool:
            self.compared += sending > 0
            return fits(pepper, challenge, sending, typed)

        monkeypatch.setattr(codes, "fits", look)

    def prepare(self) -> None:
        """Makes what the act needs."""

    def act(self) -> object:
        """Does it."""
        raise NotImplementedError

    def check(self) -> None:
        """Fails when an invariant is broken."""
        raise NotImplementedError

    def is_done(self) -> bool:
        """Whether the act has had its effect."""
        raise NotImplementedError

    def item(self, number: int = 1) -> ChallengeItem | None:
        """A challenge as it is stored."""
        return read.one(ChallengeItem, keys.challenge(self.world.org, f"challenge-{number}"))

    def orders(self, number: int = 1) -> int:
        """How often a challenge's code was ordered."""
        partition = keys.challenge(self.world.org, f"challenge-{number}").pk
        return len(list(read.each(CodeDispatchItem, partition, "DISPATCH#")))

    def messages(self) -> list[MessageItem]:
        """Messages that were written."""
        wanted = [keys.outbox(self.world.org, f"message-{number}") for number in range(1, 9)]
        return list(read.many(MessageItem, wanted).values())

    def check_tries(self) -> None:
        """I2: no code was looked at uncounted."""
        item = self.item()
        assert item is not None
        assert int(item.tries) >= self.compared


_FITS = codes.fits


class Ask(Flow):
    """Asking for a first code."""

    def act(self) -> object:
        return self.browser.ask(self.now)

    def is_done(self) -> bool:
        return any(self.item(number) for number in (1, 2))

    def check(self) -> None:
        for number in (1, 2):
            assert bool(self.item(number)) == bool(self.orders(number))
        assert sum(self.orders(number) for number in (1, 2)) == self.counted() <= 1

    def counted(self) -> int:
        """Sendings that the address's bucket knows of."""
        caller = self.browser.caller
        key = keys.limit(caller.org, "address", sha256(email_identifier(ADDRESS).encode()).hexdigest())
        item = read.one(LimitItem, key)
        return len(item.sends) if item else 0


class AskAgain(Flow):
    """Asking for another code."""

    def prepare(self) -> None:
        self.browser.ask(self.now)
        self.now = after(self.now, 61)

    def act(self) -> object:
        return challenges.ask_again(self.browser.caller, self.browser.ticket, Channel.MAIL, LIMIT, self.now)

    def is_done(self) -> bool:
        return self.orders() == 2

    def check(self) -> None:
        item = self.item()
        assert item is not None
        assert int(item.sent) == self.orders() <= 2


class SignIn(Flow):
    """A right code, from a browser the owner must hear of."""

    def prepare(self) -> None:
        self.user = resident(self.world, last_sign_in=after(self.now, -DAY), activated_at=after(self.now, -DAY))
        self.browser.ask(self.now)

    def act(self) -> object:
        return self.browser.sign_in(self.now)

    def is_done(self) -> bool:
        return len(store.list_sessions(self.world.org, self.user.id)) == 1

    def check(self) -> None:
        sessions = store.list_sessions(self.world.org, self.user.id)
        item, user = self.item(), store.require_user(self.world.org, self.user.id)
        assert item is not None
        assert len(sessions) <= 1
        assert bool(item.used_at) == bool(sessions) == (user.last_sign_in == self.now)
        assert len(self.messages()) == len(sessions)
        self.check_tries()


class Renew(Flow):
    """A right code, typed to confirm who is signed in."""

    def prepare(self) -> None:
        self.user = resident(self.world)
        self.old = Session(tokens.token_hash("old"), self.user.id, self.now, self.now, self.now, "Firefox")
        transaction = Transaction()
        store.create_session(transaction, self.world.org, self.old)
        transaction.commit()
        self.browser.ask(self.now, purpose=Purpose.STEP_UP, user=self.user.id)

    def act(self) -> object:
        verified = self.browser.verify(self.browser.code(), self.now, Purpose.STEP_UP)
        return logins.refresh_session(self.world.organisation, verified, self.user.id, self.old.token_hash, self.now)

    def is_done(self) -> bool:
        return store.get_session(self.world.org, self.user.id, self.old.token_hash) is None

    def check(self) -> None:
        item, sessions = self.item(), store.list_sessions(self.world.org, self.user.id)
        assert item is not None
        assert len(sessions) == 1
        assert bool(item.used_at) == (sessions[0].token_hash != self.old.token_hash)
        self.check_tries()


class ChangeLogin(Flow):
    """A right code that proves a new login address."""

    new = "new@example.com"

    def prepare(self) -> None:
        self.user = resident(self.world)
        self.browser.ask(self.now, self.new, Purpose.NEW_LOGIN, user=self.user.id, target=self.new)

    def act(self) -> object:
        verified = self.browser.verify(self.browser.code(), self.now, Purpose.NEW_LOGIN)
        return logins.replace_login(self.world.organisation, verified, self.now)

    def is_done(self) -> bool:
        return self._user().email == self.new

    def _user(self) -> User:
        return store.require_user(self.world.org, self.user.id)

    def check(self) -> None:
        org, changed, item = self.world.org, self.is_done(), self.item()
        assert item is not None
        assert bool(item.used_at) == changed
        assert bool(store.find_login(org, email_identifier(self.new))) == changed
        assert bool(store.find_login(org, email_identifier(ADDRESS))) != changed
        assert sorted(str(message.address) for message in self.messages()) == ([ADDRESS, self.new] if changed else [])
        assert replace(self._user(), email="", version=None) == replace(self.user, email="", version=None)
        self.check_tries()


FLOWS = (Ask, AskAgain, SignIn, Renew, ChangeLogin)


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_a_fault_at_any_call_breaks_nothing(
    flow: Callable[[pytest.MonkeyPatch], Flow], fault: Fault, aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1, I2, I4, A-07, D-05, M4."""
    for number in range(1, _LONGEST_FLOW):
        run = flow(monkeypatch)
        with tapped(fault, number) as wire:
            outcome = _outcome(run.act)
        run.check()
        if not wire.met:
            assert run.is_done()
            assert number > 2
            return
        assert fault not in PASSING or outcome == "done", (number, wire.calls[number - 1], outcome)
        assert outcome != "done" or run.is_done()
        _outcome(run.act)
        run.check()
        assert run.is_done(), f"repeating after call {number} ({wire.calls[number - 1]}) does not help"
    raise AssertionError("the flow does not end")


def _outcome(act: Callable[[], object]) -> str:
    """What the caller was told. Anything but our own words and a dead process is a failure of the test."""
    try:
        act()
    except (Refusal, Invalid) as told:
        return type(told).__name__
    except Killed:
        return "killed"
    return "done"
