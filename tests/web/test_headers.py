"""What the content policy lets forms do."""

import re

from chalicelib.web import headers
from chalicelib.web.headers import Cache


def _form_targets(stripe_url: str) -> list[str]:
    policy = headers.for_response(Cache.NEVER, stripe_url)["Content-Security-Policy"]
    found = re.findall(r"form-action ([^;]+)", policy)
    assert len(found) == 1
    return str(found[0]).split()


def test_forms_lead_to_us_and_to_stripe_alone() -> None:
    """W-02: browsers hold the redirect after a form against the policy as well."""
    assert _form_targets("") == ["'self'", "https://checkout.stripe.com"]


def test_where_stripe_is_played_its_pages_are_let_in_under_both_names_of_the_machine() -> None:
    told = _form_targets("http://127.0.0.1:8003")

    assert told[2:] == ["http://127.0.0.1:8003", "http://localhost:8003"]
    assert headers.for_response(Cache.NEVER, "x").keys() == headers.for_response(Cache.NEVER).keys()
