"""Where the code goes that proves who is on file: found by the sender of codes alone, on the other side of the stream.

The page that orders it does the same for everybody, so neither answer nor time tells whether somebody is on file (C6).
"""

from chalicelib.identity.domain import Challenge
from chalicelib.joining import store
from chalicelib.joining.domain import RequestState
from chalicelib.organisations.domain import Organisation


def on_file(organisation: Organisation, challenge: Challenge) -> str:
    """The address on file of the one household that a request means; "" where it means none, or is decided."""
    request = store.get_request(organisation.slug, challenge.next)
    if request is None or request.state is not RequestState.OPEN:
        return ""
    from chalicelib.joining.matching import address_on_file  # what most codes need not load

    return address_on_file(organisation, request.asked, challenge.sent_at)
