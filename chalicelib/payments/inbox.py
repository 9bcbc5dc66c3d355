"""What Stripe tells: kept before anything is done about it, then worked off (P-03, P-07).

A message only says where to look; its own words about money are never believed (P-05). One that fits
nothing waits at the desk with its reason.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from chalicelib.data import keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.gateway import API_VERSION, Gateway, Told
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import methods, parking
from chalicelib.payments.domain import EventState, Parked
from chalicelib.payments.models import StripeEventItem
from chalicelib.payments.settling import settle_intent, settle_session
from chalicelib.settings import current
from chalicelib.shared import tracing
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.times import DAY, after, from_iso, to_iso
from chalicelib.web import logs

QUEUE = parking.EVENTS
_KEPT = 90 * DAY
_EVER = "9999"
"""After all moments."""
_LONGEST_TRY = timedelta(days=3)
_FIRST_WAIT, _LONGEST_WAIT = 5, 4 * 3600


def keep_event(org: str, told: Told, now: datetime) -> bool:
    """Stores what was told, once; False when it was stored before. One conditional write. Raises Unavailable."""
    pk, sk = keys.stripe_event(org, told.id)
    item = StripeEventItem(
        pk,
        sk,
        org=org,
        event=told.id,
        type=told.type,
        told={
            "object": told.object_id,
            "object_type": told.object_type,
            "intent": told.intent,
            "customer": told.customer,
            "facts": dict(told.facts),
            "live": told.live,
            "version": told.version,
            "created_at": to_iso(told.created_at),
        },
        state=EventState.WAITING.value,
        received_at=to_iso(now),
        queue=QUEUE,
        due=to_iso(now),
        expires=after(now, _KEPT),
    )
    try:
        write.put(item, StripeEventItem.pk.does_not_exist())
    except ConditionFailed:
        return False
    return True


def due(now: datetime) -> list[Key]:
    """Keys of messages that wait and whose time has come, at most a hundred."""
    return read.waiting(QUEUE, to_iso(now))


def oldest_seconds(now: datetime) -> int:
    """For how long the oldest message has not been worked off, in seconds; 0 when none waits. Looks at those of the
    next hundred tries, also where the next try is for later."""
    found = read.many(StripeEventItem, read.waiting(QUEUE, _EVER)).values()
    return max((int((now - from_iso(item.received_at)).total_seconds()) for item in found), default=0)


def work_off(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> str:
    """Does what a message calls for; says what became of it. Doing it twice or at once changes nothing more."""
    item = read.one(StripeEventItem, key)
    if item is None or item.state != EventState.WAITING.value:
        return "done_before"
    tracing.begin(item.event)
    try:
        outcome = _work(gateway_of, item, now)
    except Parked as reason:
        return _finish(item, EventState.PARKED, str(reason), now)
    except (NotFound, Unavailable, Conflict) as error:
        return _later(item, type(error).__name__, now)
    except Exception as error:  # whatever it is, it must not be tried each minute for ever
        logs.failure("settling.failed", error)
        return _later(item, type(error).__name__, now)
    return _finish(item, EventState.DONE, outcome, now)


def _work(gateway_of: Callable[[str], Gateway], item: StripeEventItem, now: datetime) -> str:
    organisation = organisations.get(item.org)
    if organisation is None:  # deleted: nobody would ever look at what waits there
        return "no such organisation"
    if item.told["live"] != current().live_payments:
        raise Parked("live and test are mixed")
    if item.told["version"] != API_VERSION:
        raise Parked(f"of API version {item.told['version']}, expected is {API_VERSION}")
    return _settle(gateway_of(item.org), organisation, item, now)


def _settle(gateway: Gateway, organisation: Organisation, item: StripeEventItem, now: datetime) -> str:
    """By what the message is about, not by its type: a later truth may stand there already (P-06)."""
    told = item.told
    if told["object_type"] == "checkout.session":
        session = gateway.find_checkout(told["object"])
        if session is None:
            raise Parked("no such session")
        outcome = settle_session(gateway, organisation, session, now)
        if session.customer:
            methods.refresh(gateway, organisation.slug, session.customer, now)
        return outcome
    if told["intent"]:
        return settle_intent(gateway, organisation, told["intent"], now)
    if told["object_type"] in ("payment_method", "customer", "setup_intent"):
        customer = told["customer"]
        return methods.refresh(gateway, organisation.slug, customer, now) if customer else "nobody's"
    raise Parked(f"unknown: {item.type}")


def _finish(item: StripeEventItem, state: EventState, outcome: str, now: datetime) -> str:
    actions: list[Action] = [StripeEventItem.state.set(state.value), StripeEventItem.outcome.set(outcome)]
    if state is EventState.PARKED:
        actions += [StripeEventItem.queue.set(parking.queue(item.org)), StripeEventItem.due.set(to_iso(now))]
        actions += [StripeEventItem.expires.remove()]
    else:
        actions += [StripeEventItem.queue.remove(), StripeEventItem.due.remove()]
    _mark(item, actions)
    return state.value


def _later(item: StripeEventItem, problem: str, now: datetime) -> str:
    """Tries again with a growing, jittered wait; after three days a person must look (P-07)."""
    if now - from_iso(item.received_at) > _LONGEST_TRY:
        return _finish(item, EventState.PARKED, problem, now)
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** int(item.tries))
    wait = random.randint(wait // 2 + 1, wait)  # noqa: S311 - jitter, not a secret
    actions: list[Action] = [StripeEventItem.due.set(to_iso(after(now, wait))), StripeEventItem.tries.add(1)]
    _mark(item, [*actions, StripeEventItem.outcome.set(problem)])
    return "later"


def _mark(item: StripeEventItem, actions: Sequence[Action]) -> None:
    """Writes only while the message waits: whoever finished it first has said what became of it."""
    try:
        write.update(item, actions, StripeEventItem.state == EventState.WAITING.value)
    except ConditionFailed:
        return
