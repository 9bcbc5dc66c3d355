"""The organisation's webhook endpoint, to which the double's courier brings events in whatever mode it is in."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.entry import stripe_webhook
from local import gateway
from tests.payments.till import Till


@contextmanager
def listening(till: Till) -> Iterator[None]:
    """The webhook function behind a gateway on this machine, for as long as this is open."""
    front = gateway.Gateway(stripe_webhook.app.routes, stripe_webhook.app, "https://portal.test", "test")
    server = gateway.serve(front, 0)
    server.start()
    till.acquirer.account.webhook_url = f"http://127.0.0.1:{server.server_port}/webhooks/stripe/{till.world.org}"
    try:
        yield
    finally:
        till.acquirer.account.webhook_url = ""
        server.stop()


def arrived(till: Till) -> list[str]:
    """Waits until the courier has nothing more to bring, and works off what came; what became of each event."""
    assert till.acquirer.account.wait_until_idle(60)
    return [till.work(event) for event in till.fresh()]
