"""How addresses do that events are told to: they rest, are switched off, and their owners are told."""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.api import delivering, endpoints
from chalicelib.api.hooks import OFF_AFTER, WAITS, Event
from chalicelib.api.models import DeliveryItem
from chalicelib.data import write
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import letters
from chalicelib.organisations.audit import OPERATOR
from tests.api.test_delivering import Postbox, listening, log, never, postbox, waiting
from tests.support.clock import TurnedClock
from tests.support.stored import messages_of
from tests.support.world import World

__all__ = ["postbox"]


def test_an_address_is_switched_off_when_it_is_gone_or_fails_for_days(
    world: World, postbox: Postbox, clock: TurnedClock
) -> None:
    gone, silent = listening(world, Event.INVOICE_ISSUED), listening(world, Event.INVOICE_ISSUED)
    postbox.status = 410
    delivering.deliver(postbox, waiting(world, gone), clock.now())
    postbox.fails = "no_answer"
    delivering.deliver(postbox, waiting(world, silent), clock.now())
    still = endpoints.require(world.org, silent.id)
    clock.advance(OFF_AFTER)
    delivering.deliver(postbox, waiting(world, silent), clock.now())

    assert not endpoints.require(world.org, gone.id).is_on
    assert (still.is_on, still.failing_since) == (True, clock.now() - timedelta(seconds=OFF_AFTER))
    assert not endpoints.require(world.org, silent.id).is_on


def test_the_owners_are_told_by_mail_that_an_address_is_switched_off_and_by_its_host_alone(
    world: World, postbox: Postbox
) -> None:
    owner, _ = world.staff(StaffRole.OWNER), world.staff(StaffRole.DESK, email="desk@northside.example")
    gone = listening(world, Event.INVOICE_ISSUED, url="https://hooks.example.com/in?key=Secretissime")
    postbox.status = 410

    delivering.deliver(postbox, waiting(world, gone), world.now)
    endpoints.retry(world.org, gone.id, log(world, gone)[0].id, world.now)
    delivering.deliver(postbox, waiting(world, gone), world.now)

    (told,) = [each for each in messages_of(world.org) if each.template == "webhook_off"]
    assert told.user == owner.id
    assert told.facts["host"] == "hooks.example.com"
    assert "Secretissime" not in str(told.facts)
    assert "hooks.example.com has not taken what we tell it" in letters.write(told, world.now).text


def test_what_an_owner_changes_meanwhile_outlives_what_came_of_a_try(world: World, postbox: Postbox) -> None:
    """An address that was removed does not come back, and a new secret stays."""
    removed, renewed = (listening(world, Event.INVOICE_ISSUED) for _ in range(2))
    secret: list[str] = []

    class Meanwhile(Postbox):
        def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
            if not secret:
                endpoints.remove(world.org, removed.id, OPERATOR, world.now)
                secret.append(endpoints.renew_secret(world.org, renewed.id, OPERATOR, world.now).secret)
            return super().post(url, body, headers)

    box = Meanwhile(status=500)
    delivering.deliver(box, waiting(world, removed), world.now)
    delivering.deliver(box, waiting(world, renewed), world.now)

    (left,) = endpoints.of(world.org)
    assert (left.id, left.secret, left.failing_since) == (renewed.id, secret[0], world.now)


def test_the_longer_an_address_fails_the_longer_it_rests(world: World, postbox: Postbox, clock: TurnedClock) -> None:
    """A crowd of dead addresses keeps no other waiting for long."""
    dead = listening(world, Event.INVOICE_ISSUED)
    postbox.fails = "no_answer"
    delivering.deliver(postbox, waiting(world, dead), clock.now())
    clock.advance(hours=8)
    found = [waiting(world, dead), waiting(world, dead)]

    delivering.deliver_all(postbox, found, clock.now(), never)

    rests = [each for each in log(world, dead) if each.tries == 0]
    assert [each.due for each in rests] == [clock.now() + timedelta(hours=2)]
    assert len(postbox.got) == 2


def test_an_address_rests_after_a_last_try_that_failed_as_well(world: World, postbox: Postbox) -> None:
    dead = listening(world, Event.INVOICE_ISSUED)
    last, other = waiting(world, dead), waiting(world, dead)
    write.update(DeliveryItem(*last), [DeliveryItem.tries.set(len(WAITS))])
    postbox.fails = "no_answer"

    delivering.deliver_all(postbox, [last, other], world.now, never)

    assert sorted(each.state.value for each in log(world, dead)) == ["failed", "waiting"]
    assert len(postbox.got) == 1
