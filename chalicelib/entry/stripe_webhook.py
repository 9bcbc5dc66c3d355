"""The webhook function: takes what Stripe tells, checks that it is Stripe, keeps it, and answers at once (P-01, P-03).

It alone may read the webhook secrets; it makes no call to Stripe and settles nothing.
"""

from typing import Any

from chalice.app import Chalice, Response

from chalicelib import bootstrap
from chalicelib.entry import loaded
from chalicelib.gateway import NotSigned
from chalicelib.organisations.domain import is_slug
from chalicelib.payments import inbox
from chalicelib.shared import tracing
from chalicelib.shared.errors import Unavailable
from chalicelib.web import headers, http, logs
from chalicelib.web.http import MAX_FORM_BYTES

PATH = "/webhooks/stripe/{org}"
_TYPES = ["application/json", "application/octet-stream"]


def install(app: Chalice) -> None:
    """Registers the address that Stripe tells events to on `app`."""

    @app.route(PATH, methods=["POST"], content_types=_TYPES)
    def take(org: str) -> Response:
        return answer(org, app.current_request)


def answer(org: str, request: Any) -> Response:
    """200 once the event is kept, now or before; 400 for whatever is not Stripe's; 503 to be told again."""
    tracing.begin(http.id_of(request))
    try:
        status, outcome = _take(org, request)
    except Unavailable:
        status, outcome = 503, "unavailable"
    except Exception as error:
        logs.failure("stripe.failed", error, organisation=org if is_slug(org) else "")
        status, outcome = 500, "failed"
    logs.event("stripe", organisation=org if is_slug(org) else "", outcome=outcome, status=status)
    told: dict[str, str | list[str]] = {
        **headers.for_request(headers.Cache.NEVER),
        "Content-Type": "text/plain; charset=utf-8",
    }
    return Response(body=outcome, status_code=status, headers=told)


def _take(org: str, request: Any) -> tuple[int, str]:
    body = request.raw_body
    if not is_slug(org) or len(body) > MAX_FORM_BYTES:
        return 400, "refused"
    now = bootstrap.clock().now()
    try:
        told = bootstrap.gateway(org).read_message(body, request.headers.get("stripe-signature", ""), now)
    except NotSigned:
        return 400, "refused"
    tracing.begin(told.id)  # what comes of it is found by Stripe's id, here as in Stripe's dashboard
    return 200, "kept" if inbox.keep_event(org, told, now) else "known"


logs.configure()
app = Chalice("portal-stripe-webhook", configure_logs=False)
app.log.disabled = True  # Chalice's own lines quote exceptions (L-02)
install(app)
loaded()
