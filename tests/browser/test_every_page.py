"""No page of the route table is left out: a walk by links opens it, or the test named here does."""

from tests.browser.test_desk_pages import DESK, DESK_FILES, DESK_MAILS
from tests.browser.test_pages import ACCOUNT, FILES
from tests.browser.walking import kinds, without_query

BY_TESTS = {
    "test_billing_desk": (
        "desk/clients/{}/billing/invoices/{}/edit", "desk/clients/{}/billing/payments/{}/refund",
        "desk/clients/{}/billing/payments/{}/returned", "desk/money/export/csv", "invoices/{}/autopay",
    ),
    "looks": ("brand/{}",),
    "test_pages": ("sign-in", "sign-in/code", "confirm", "confirm/code", "settings/login/code", "households"),
    "test_belonging": ("photos/{}", "desk/cards/{}", "desk/cards/{}/photo"),
    "test_booking": ("bookings/confirm", "bookings/{}/cancel", "bookings/{}/move"),
    "test_calendar": ("feeds/{}",),
    "test_clients": ("desk/clients/{}/notes/{}",),
    "test_desk": ("second-factor",),
    "test_desk_viewing": ("viewing", "desk/acting/code"),
    "test_enrolling": ("enrolling", "members/{}/enrolments/{}/change/{}"),
    "test_family_at_the_desk": (
        "messages/{}/files/{}", "desk/messages/{}/{}/files/{}", "unsubscribe/{}", "desk/privacy/{}",
        "members/{}/certificates/{}/open", "desk/members/{}/certificates/{}/open",
        "forms/{}/for/{}/answers/{}", "forms/{}/for/{}/answers/{}/files/{}",
        "desk/forms/{}/answers/{}/{}/files/{}",
    ),
    "test_growing": ("own", "members/archived", "members/{}/split"),
    "test_joining": (
        "join", "join/code", "join/proof", "join/received", "registrations/{}", "desk/joining/{}",
    ),
    "test_making_up": ("makeups/{}/choice", "waiting", "members/{}/enrolments/{}/meetings/{}/give-back"),
    "test_merging": ("desk/merge/{}/members/{}", "desk/merges/{}"),
    "test_money_at_the_desk": (
        "desk/clients/{}/quotes/{}/edit", "desk/clients/{}/purchases/places",
        "desk/clients/{}/purchases/bookings/confirm",
    ),
    "test_moving": ("desk/moving/batches/{}", "desk/moving/batches/{}/files/{}", "desk/moving/export/file"),
    "test_passkeys": ("settings/authenticator/app",),
    "test_paying": ("pay", "pay/done/{}", "pay/link/{}", "pay/returned/{}", "payment-methods/{}"),
    "test_privacy": ("data/file",),
    "test_programs": ("desk/webhooks/{}",),
    "test_settings": ("desk/settings/logo", "desk/settings/log/{}", "desk/settings/colours/{}", "button/{}"),
    "test_registering": ("desk/merge/{}/{}",),
    "test_sharing": ("shared/{}", "invitations/{}", "invitation/code"),
    "test_slips_desk": ("desk/slips/print",),
}  # fmt: skip
"""What no link of the walks leads to, by the module of this folder that opens it."""


def test_every_page_is_opened_by_a_walk_or_by_a_test() -> None:
    walked = {without_query(kind) for kind in ACCOUNT + FILES + DESK + DESK_FILES + DESK_MAILS}
    by_tests = {kind for kinds_of_one in BY_TESTS.values() for kind in kinds_of_one}
    assert walked & by_tests == set()
    assert walked | by_tests == kinds()
