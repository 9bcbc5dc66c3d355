"""The access matrix, generated from the route table: who is let in where, and what a refusal tells (T-01 to T-03)."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib import settings
from chalicelib.data import keys
from chalicelib.entry import stripe_webhook
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.web import csrf
from chalicelib.web.routes import Actor, Policy
from local.events import Resources
from local.gateway import Gateway
from tests.support.browser import Browser, Page
from tests.support.stored import stored_items
from tests.web import cast as casts
from tests.web.cast import OWNED, OWNED_FOR_STAFF, POLICIES, Cast, name_of

NOBODY = (
    "anonymous", "suspended", "expired", "of another organisation", "of another organisation, cookie renamed",
    "staff, idle", "staff, suspended", "staff of another organisation, cookie renamed",
    "looking in another organisation, cookie renamed", "looking, of the staff no more",
)  # fmt: skip
READERS = ("viewer", "delegate")
SHUT_OUT = {Actor.MEMBER: ("delegate",), Actor.EDITOR: READERS, Actor.HOLDER: (*READERS, "guardian")}
"""Who of a household is turned away, by whom a route is for."""
STAFF_ROLES = {
    "staff without household": "owner", "holder and owner": "owner", "staff, confirmed long ago": "owner",
    **{f"staff, {role.value}": role.value for role in StaffRole},
}  # fmt: skip
"""Roles among the staff, by actor; of these, the first has not passed the second factor."""
ACTORS = (
    *NOBODY, *READERS, "holder", "holder of another household", "guardian", "long ago confirmed", *STAFF_ROLES,
    "looking as the family", "acting for the family", "looked an hour ago", "looking, another household in the cookie",
    "acting for somebody suspended",
)  # fmt: skip
VIEWERS = ("looking as the family", "acting for the family")
"""Staff who see the portal as the household "Own" does; the second were given the code of its holder (T-10)."""
OVER = ("looked an hour ago", "looking, another household in the cookie", "acting for somebody suspended")
"""Staff who saw the portal as a family does, and have nothing left of it but the way back."""
LONG_AGO = ("long ago confirmed", "staff, confirmed long ago")


def _try(browser: Browser, cast: Cast, policy: Policy, path: str = "") -> Page:
    path = path or cast.path(policy)
    if policy.method == "GET":
        return browser.get(path)
    return browser.post(path, {csrf.FIELD: _token(browser, cast)})


def _token(browser: Browser, cast: Cast) -> str:
    """The token that this browser's own pages would carry on a route for signed-in users."""
    value = browser.cookies.get(f"__Host-session-{cast.org}", "")
    return csrf.token(value.partition(".")[0], cast.org) if value else "none"


def _expected(policy: Policy, actor: str) -> str:
    """What the policy says: `in`, `forbidden`, or the page that somebody is sent to."""
    if policy.actor is Actor.ANYONE:
        return "forbidden" if policy.csrf else "in"
    if actor in NOBODY:
        return "sign-in"
    if actor in VIEWERS + OVER:
        return _expected_of_viewer(policy, actor)
    if policy.staff or policy.actor is Actor.STAFF:
        return _expected_of_staff(policy, actor)
    if policy.actor is not Actor.USER and actor in STAFF_ROLES and actor != "holder and owner":
        return "desk"
    if actor in SHUT_OUT.get(policy.actor, ()):
        return "forbidden"
    if policy.step_up and actor in LONG_AGO:
        return "confirm"
    return "in"


def _expected_of_staff(policy: Policy, actor: str) -> str:
    if STAFF_ROLES.get(actor) not in policy.staff:
        return "forbidden"
    if policy.actor is Actor.STAFF and actor == "staff without household":
        return "second-factor"
    return "confirm" if policy.step_up and actor in LONG_AGO else "in"


def _expected_of_viewer(policy: Policy, actor: str) -> str:
    """T-10, T-11: the family's pages; its acts for who has its code, but for its own ones; nothing of the staff's."""
    if policy.viewing:
        return "in"
    if actor in OVER:
        return "viewing"
    if policy.actor in (Actor.USER, Actor.STAFF) or policy.staff or policy.step_up:
        return "forbidden"
    acts = actor == "acting for the family" and not policy.own
    return "in" if policy.method == "GET" or acts else "forbidden"


def _outcome(page: Page, org: str) -> str:
    if page.status == 200:
        return "in" if page.body == b"reached" else "page"
    if page.status == 403:
        return "forbidden"
    lead = re.fullmatch(rf"/{org}/(sign-in|households|desk|second-factor|confirm|viewing)(\?.*)?", page.location)
    return lead[1] if page.status == 303 and lead else f"{page.status} {page.location}"


@pytest.mark.parametrize("actor", ACTORS)
def test_every_route_lets_in_whom_its_policy_names(cast: Cast, doors: Gateway, actor: str) -> None:
    """T-01, T-02: every route for this actor. Acts of anyone want a token of the browser's own, tried elsewhere."""
    wrong = {}
    for policy in POLICIES:
        outcome = _outcome(_try(cast.browser(actor, doors), cast, policy), cast.org)
        if outcome != _expected(policy, actor):
            wrong[name_of(policy)] = (outcome, _expected(policy, actor))

    assert wrong == {}


@pytest.fixture
def closed(cast: Cast) -> Iterator[Cast]:
    """The organisation's portal, closed for the length of a test."""
    organisations.update(replace(cast.world.organisation, status=Status.SUSPENDED))
    yield cast
    organisations.update(cast.world.organisation)


@pytest.mark.parametrize("actor", ["anonymous", "holder", "staff, owner", *VIEWERS])
def test_a_suspended_organisation_is_closed_to_everybody(closed: Cast, actor: str) -> None:
    """S-07: all routes, whoever asks; and no page says a word of what is kept."""
    gateway, wrong = casts.portal(), {}
    for policy in POLICIES:
        if policy.has_organisation:
            page = _try(closed.browser(actor, gateway), closed, policy)
            told = [thing for thing in ("Child of", "INV-Own", "Room of", "Own") if thing in page.text]
            if page.status != 403 or told:
                wrong[name_of(policy)] = (page.status, told)

    assert wrong == {}


def test_the_table_and_the_app_hold_the_same_routes() -> None:
    """T-01: no route without a row."""
    from app import app

    in_app = {(path, method) for path, methods in app.routes.items() for method in methods}

    in_app.remove((stripe_webhook.PATH, "POST"))  # a machine's: Stripe's signature stands for session and token
    in_app = {(path, method) for path, method in in_app if not path.startswith("/api/")}  # tests/api/test_matrix.py
    assert in_app == {(policy.path, policy.method) for policy in POLICIES}
    assert len(POLICIES) == len(in_app) >= 40


def test_only_what_signs_in_or_shows_the_brand_is_open_to_anyone() -> None:
    """T-01: the list is a decision, so it stands here; an addition has to change this test."""
    open_routes = {name_of(policy) for policy in POLICIES if policy.actor is Actor.ANYONE}

    assert open_routes == {
        "GET /", "GET /health", "GET /assets/{version}/{name}", "GET /{org}/brand/{file}", "GET /{org}/button/{file}",
        "GET /{org}/accessibility", "GET /{org}/privacy", "POST /{org}/language",
        "GET /{org}/sign-in", "POST /{org}/sign-in", "GET /{org}/sign-in/code", "POST /{org}/sign-in/code",
        "POST /{org}/sign-in/again",
        "GET /{org}/feeds/{token}", "GET /{org}/pay/link/{token}", "POST /{org}/pay/link/{token}",
        "GET /{org}/pay/returned/{link}",
        "GET /{org}/unsubscribe/{token}", "POST /{org}/unsubscribe/{token}",
        "GET /{org}/shared/{token}", "GET /{org}/invitations/{token}", "POST /{org}/invitations/{token}",
        "GET /{org}/invitation/code", "POST /{org}/invitation/code", "POST /{org}/invitation/again",
        "GET /{org}/join", "POST /{org}/join", "GET /{org}/registrations/{token}", "POST /{org}/registrations/{token}",
        "GET /{org}/join/code", "POST /{org}/join/code", "GET /{org}/join/proof", "POST /{org}/join/proof",
        "GET /{org}/join/received", "POST /{org}/join/again",
    }  # fmt: skip


def test_every_act_wants_a_token_and_no_page_does() -> None:
    """S-10, A-25: but for a link that we signed, which mail programs post to (RFC 8058); it does one thing alone."""
    without = {name_of(policy) for policy in POLICIES if policy.csrf != (policy.method == "POST")}
    assert without == {"POST /{org}/unsubscribe/{token}"}
    assert {policy.method for policy in POLICIES} == {"GET", "POST"}


def test_every_path_that_names_a_thing_says_so() -> None:
    """T-02: a parameter without an owner would slip through the matrix."""
    public = {
        "org", "version", "name", "file", "token", "link", "day", "month", "class_group", "act", "product", "consent",
        "form", "section", "question", "note", "answers", "field", "entry",
        "attachment", "language",
    }  # fmt: skip
    for policy in POLICIES:
        named = set(re.findall(r"{(\w+)}", policy.path)) - public
        beside = {"meeting": {"member", "enrolment"}}.get(policy.owns, {"member"})
        assert named in (set(), {policy.owns}, {policy.owns, *beside}, {policy.owns, "household"}), name_of(policy)
    assert {policy.owns for policy in OWNED + OWNED_FOR_STAFF} == {
        "member", "invoice", "enrolment", "event", "booking", "payment", "credit_note", "quote", "recurring",
        "subscription", "whom", "signature", "pass_id", "card", "code", "order", "product", "plan", "checkout",
        "thread", "document", "class_document", "wanted", "certificate", "deletion",
        "mail", "method", "parent", "slip", "household", "meeting", "right", "user", "invitation",
        "joining", "other", "merge",
        "batch", "endpoint",
    }  # fmt: skip


def _strangers(cast: Cast, policy: Policy) -> Iterator[tuple[str, str]]:
    """Names of things that are not the household's: kinds of owners, and ids that mean nothing."""
    yield "another household's", cast.other.things[policy.owns]
    yield "another organisation's", cast.foreign.things[policy.owns]
    yield "missing", cast.own.things[policy.owns][:-4] + "aaaa"
    mine = cast.own.things[policy.owns]
    others = (thing for kind, thing in cast.own.things.items() if f"{{{kind}}}" not in policy.path and thing != mine)
    yield "of another kind", next(others)
    yield "a key", "..%2FINVOICE%23"
    yield "long", "a" * 3000


@pytest.mark.parametrize("policy", OWNED, ids=name_of)
@pytest.mark.parametrize("actor", ["holder", "viewer", "holder of another household", *VIEWERS])
def test_what_is_not_the_households_looks_missing(cast: Cast, policy: Policy, actor: str) -> None:
    """T-02, T-03: 404 for every other owner, byte for byte like a missing one; 403 first where the role says so."""
    gateway, forbidden = casts.portal(), _expected(policy, actor) == "forbidden"
    mine = cast.other if actor == "holder of another household" else cast.own
    seen = {}
    for owner, thing in _strangers(cast, policy):
        theirs = cast.own.things[policy.owns] if mine is cast.other and owner == "another household's" else thing
        page = _try(cast.browser(actor, gateway), cast, policy, cast.path(policy, theirs, mine))
        if owner != "long":
            seen[owner] = (page.status, [name for name, _ in page.headers], _bare(page, theirs))
        assert page.status == (403 if forbidden and owner != "long" else 404), owner
    first = next(iter(seen.values()))
    for owner, told in seen.items():
        assert told == first, owner

    found = _try(cast.browser(actor, gateway), cast, policy, cast.path(policy, home=mine))
    lent = "{attachment}" in policy.path or "{field}" in policy.path or policy.path.endswith("/open")
    usual = ((303,) if lent else (200,)) if policy.method == "GET" else (303, 400, 409)
    assert found.status in ((403,) if forbidden else usual)


def test_a_thing_under_a_foreign_member_looks_missing(cast: Cast) -> None:
    """T-03: where an address names two things, each has to be the household's."""
    browser = cast.browser("holder", casts.portal())
    for home in (cast.other, cast.foreign):
        for member, enrolment in ((home, cast.own), (cast.own, home), (home, home)):
            path = f"/{cast.org}/members/{member.things['member']}/enrolments/{enrolment.things['enrolment']}"
            assert browser.get(path).status == 404


def _bare(page: Page, thing: str) -> str:
    """The page without its request's name, its token and the address that was asked for."""
    bare = re.sub(r"<code>[0-9a-f]{16}=</code>", "", page.html)
    bare = re.sub(r'name="csrf" value="[^"]*"', "", bare)
    return bare.replace(thing, "THING").replace(thing.replace("%", "%25"), "THING")


@pytest.mark.parametrize("policy", OWNED_FOR_STAFF, ids=name_of)
def test_what_is_another_organisations_looks_missing_to_staff(cast: Cast, policy: Policy) -> None:
    """T-02, T-03: for each role that may, byte for byte like what nobody has."""
    gateway = casts.portal()
    for role in sorted(policy.staff):
        seen = []
        for thing in (cast.foreign.things[policy.owns], cast.own.things[policy.owns][:-4] + "aaaa"):
            page = _try(cast.browser(f"staff, {role}", gateway), cast, policy, cast.path(policy, thing))
            assert page.status == 404, role
            seen.append(_bare(page, thing))
        assert seen[0] == seen[1], role


UNDER_A_HOUSEHOLD = [
    each for each in OWNED_FOR_STAFF if "{household}" in each.path and each.owns not in ("household", "other")
]


@pytest.mark.parametrize("policy", UNDER_A_HOUSEHOLD, ids=name_of)
def test_a_thing_under_another_household_looks_missing_to_staff(cast: Cast, policy: Policy) -> None:
    """T-03: where an address names two things, each belongs to the other; what is done is noted with whom it is."""
    browser = cast.browser("staff, owner", casts.portal())
    for home, under in ((cast.own, cast.other), (cast.other, cast.own), (cast.foreign, cast.own)):
        address = cast.path(policy, home.things[policy.owns], under)
        assert _try(browser, cast, policy, address).status == 404


def test_every_route_of_staff_names_roles_that_there_are() -> None:
    """T-01, A-28: a route for staff without a role would be nobody's, and one with roles is for staff."""
    roles = {role.value for role in StaffRole}
    for policy in POLICIES:
        assert policy.staff <= roles, name_of(policy)
        assert bool(policy.staff) or policy.actor is not Actor.STAFF, name_of(policy)
        assert policy.actor in (Actor.STAFF, Actor.USER) or not policy.staff, name_of(policy)
        assert ("/desk" not in policy.path) or policy.actor is Actor.STAFF, name_of(policy)


def test_only_the_second_factor_itself_is_open_to_staff_without_it() -> None:
    """A-28: the list is a decision, so it stands here; an addition has to change this test."""
    open_routes = {name_of(policy) for policy in POLICIES if policy.staff and policy.actor is Actor.USER}

    assert open_routes == {
        "GET /{org}/second-factor", "POST /{org}/second-factor",
        "GET /{org}/settings/authenticator", "POST /{org}/settings/authenticator",
        "POST /{org}/second-factor/passkey", "POST /{org}/settings/passkeys",
    }  # fmt: skip


def test_what_staff_may_do_with_the_familys_code_is_a_list() -> None:
    """C7, T-11: the list is a decision, so it stands here; an act that is not here is the family's own."""
    family = (Actor.DELEGATE, Actor.MEMBER, Actor.EDITOR, Actor.HOLDER)
    acts = [each for each in POLICIES if each.method == "POST" and each.actor in family]
    open_to_staff = {policy.path.removeprefix("/{org}/") for policy in acts if not (policy.own or policy.step_up)}

    place = "members/{member}/enrolments/{enrolment}"
    meeting = f"{place}/meetings/{{meeting}}"
    assert open_to_staff == {
        "household/edit", "members/add", "members/{member}/edit", "members/{member}/archive", "members/archived",
        "photos/{member}",
        "classes/{class_group}/hold", "classes/{class_group}/wait", "enrolling", "enrolling/give-back",
        f"{place}/leave", f"{place}/change/{{class_group}}", f"{place}/keep-group", f"{place}/accept",
        f"{place}/leave-list", f"{meeting}/absence", f"{meeting}/absence/withdraw", f"{meeting}/give-back",
        "members/{member}/absence",
        "makeups/{right}/hold", "makeups/{right}/wait", "makeups/{right}/confirm", "makeups/{right}/release",
        "bookings/confirm", "bookings/{booking}/cancel", "bookings/{booking}/move",
        "subscriptions/{subscription}/cancel", "subscriptions/{subscription}/withdraw",
        "subscriptions/{subscription}/plan", "subscriptions/{subscription}/renew", "shop/{product}",
        "forms/{form}/for/{whom}", "forms/{form}/for/{whom}/discard", "forms/{form}/for/{whom}/with-files",
        "documents/requests/{wanted}", "settings/notifications",
    }  # fmt: skip


def test_what_is_open_while_staff_see_a_familys_portal_is_a_list() -> None:
    """T-10: beside what the family sees; the list is a decision, so it stands here."""
    assert {name_of(policy) for policy in POLICIES if policy.viewing} == {
        "GET /{org}/viewing", "POST /{org}/viewing/end", "POST /{org}/sign-out",
    }  # fmt: skip


@pytest.mark.parametrize("actor", VIEWERS)
def test_every_page_that_staff_see_as_a_family_says_so(cast: Cast, actor: str) -> None:
    """T-11: a banner with the way back on each page that is opened, those that refuse among them."""
    gateway, opened = casts.portal(), 0
    for policy in POLICIES:
        if policy.method == "GET" and policy.actor is not Actor.ANYONE:
            page = cast.browser(actor, gateway).get(cast.path(policy))
            assert page.status < 500, name_of(policy)
            if page.is_html and page.status != 303:
                assert 'class="viewing' in page.html, name_of(policy)
                assert page.form("viewing/end").fields["csrf"], name_of(policy)
                opened += page.status == 200
    assert opened >= 60


def test_nothing_is_written_for_staff_who_only_look(cast: Cast) -> None:
    """T-10: whatever page they open. Only the family's log grows, by what they looked at."""
    gateway = casts.portal()
    before = stored_items(cast.org)
    for policy in POLICIES:
        if policy.actor is not Actor.ANYONE and not policy.viewing:
            _try(cast.browser("looking as the family", gateway), cast, policy)

    after = stored_items(cast.org)

    log = keys.deed(cast.org, cast.own.household.id, "").pk
    assert before.keys() <= after.keys()
    assert {pk for pk, sk in after if after[pk, sk] != before.get((pk, sk))} <= {log}
    looked = [item for (pk, _), item in after.items() if pk == log and item["deed"]["S"] == "staff_viewed"]
    assert len(looked) >= 20


def test_no_page_of_the_staff_holds_a_word_of_another_organisation(cast: Cast) -> None:
    """T-05."""
    gateway = casts.portal()
    markers = ["Child of Foreign", "INV-Foreign", "Room of Foreign", *cast.foreign.things.values()]
    opened = []
    for policy in POLICIES:
        if policy.method == "GET" and policy.actor is Actor.STAFF:
            page = cast.browser("staff, owner", gateway).get(cast.path(policy))
            text = page.body.decode(errors="replace") + str(page.headers)
            assert [marker for marker in markers if marker in text] == [], name_of(policy)
            opened += [policy.path] if page.status == 200 else []
    assert "/{org}/desk" in opened


@pytest.mark.parametrize("role", StaffRole)
def test_no_page_of_the_staff_leads_where_its_reader_is_turned_away(cast: Cast, role: StaffRole) -> None:
    """A-28: a link that is shown is one that works, whatever the role."""
    gateway, routes = casts.portal(), Resources(casts.portal().routes)
    pages = {policy.path: policy for policy in POLICIES if policy.method == "GET"}
    linked = dict[str, str]()
    for policy in pages.values():
        if role.value in policy.staff:
            page = cast.browser(f"staff, {role.value}", gateway).get(cast.path(policy))
            linked |= dict.fromkeys(page.links.values() if page.is_html else (), name_of(policy))
    found = {href: routes.find(href.partition("?")[0]) for href in linked if href.startswith(f"/{cast.org}/")}
    closed = {}
    for href, resource in found.items():
        assert resource, (href, linked[href])
        if _expected(pages[resource.path], f"staff, {role.value}") not in ("in", "confirm"):
            closed[href] = linked[href]
    assert closed == {}


def test_no_page_of_one_household_holds_a_word_of_another(cast: Cast) -> None:
    """T-05: every page of the holder is opened; names and ids of the other two households are nowhere."""
    gateway = casts.portal()
    markers = ["Child of Other", "Child of Foreign", "INV-Other", "INV-Foreign", "Room of Other", "Piano of Foreign"]
    markers += [*cast.other.own, *cast.foreign.things.values(), cast.foreign_world.org]
    opened = 0
    for policy in POLICIES:
        if policy.method != "GET":
            continue
        page = cast.browser("holder", gateway).get(cast.path(policy))
        text = page.body.decode(errors="replace") + str(page.headers)
        assert page.status < 500, name_of(policy)
        assert [marker for marker in markers if marker in text] == [], name_of(policy)
        opened += page.status == 200
    assert opened >= 20


_REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
"""What an error page gives people to tell us; any digits may be in it."""


def test_a_delegate_sees_the_classes_and_nothing_else(cast: Cast) -> None:
    """C5, T-02: of the pages that are open, none says what the family owes, books or is born, or links to more."""
    gateway = casts.portal()
    hidden = ["INV-Own", "$180.00", "To pay", "Everything is paid", "Room of Own", f"{cast.world.born.year}", "11 y"]
    opened, linked = [], dict[str, str]()
    for policy in POLICIES:
        if policy.method == "GET" and "{org}" in policy.path:
            page = cast.browser("delegate", gateway).get(cast.path(policy))
            opened += [policy.path] if page.status == 200 and policy.actor is Actor.DELEGATE else []
            assert page.status in (200, 303, 403, 404), name_of(policy)
            text = _REFERENCE.sub("", page.text) if page.is_html else ""
            assert [word for word in hidden if word in text] == [], name_of(policy)
            linked |= dict.fromkeys(page.links.values() if page.is_html else (), name_of(policy))
    assert {href: name for href, name in linked.items() if _is_closed(cast, gateway, href)} == {}
    assert opened == [
        "/{org}", "/{org}/schedule", "/{org}/schedule/day/{day}", "/{org}/schedule/week/{day}",
        "/{org}/schedule/month/{month}", "/{org}/schedule/events/{event}", "/{org}/schedule/feeds",
        "/{org}/access/leave",
    ]  # fmt: skip
    assert "Piano of Own" in cast.browser("delegate", gateway).get(f"/{cast.org}").text


def _is_closed(cast: Cast, gateway: Gateway, href: str) -> bool:
    """Whether a link of ours leads a delegate to a page that turns him or her away."""
    return href.startswith("/") and cast.browser("delegate", gateway).get(href).status == 403


def test_the_household_in_the_cookie_opens_nothing_that_is_not_the_users(cast: Cast) -> None:
    """T-04: the cookie only says where to look."""
    gateway = casts.portal()
    browser = cast.browser("holder", gateway)
    name, value = next(iter(browser.cookies.items()))
    token, user, _ = value.split(".")
    for household in (cast.other.household.id, cast.foreign.household.id, "", "none", "#", "x" * 2000):
        browser.cookies[name] = f"{token}.{user}.{household}"
        page = browser.get(f"/{cast.org}/invoices")
        assert (page.status, page.location.partition("?")[0]) in (
            (303, f"/{cast.org}/households"),
            (303, f"/{cast.org}/sign-in"),
        )
        browser.cookies[name] = value


@pytest.mark.parametrize("forged", ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "\x7f.é.ü", "'.--.#", "%00.%00.%00"])
def test_a_cookie_that_is_none_of_ours_is_nobody(cast: Cast, forged: str) -> None:
    """S-08: and never an error."""
    browser = Browser(casts.portal(), cookies={f"__Host-session-{cast.org}": forged})

    page = browser.get(f"/{cast.org}")

    assert (page.status, page.location) == (303, f"/{cast.org}/sign-in")


_SPACES = "\u2000\u00a0\u0085\u3000\u2028\x0b\x0c\x1c\x1f"
"""Python strips them, browsers do not: to these, a name behind one is another name, without our prefix's rules."""


def test_cookies_of_other_sites_do_not_hide_ours(cast: Cast) -> None:
    """S-08: a consent banner of the same domain may set what it likes."""
    gateway = casts.portal()
    odd = ['consent={"ads":false,"x":[1]}', "a b=c d", "=", "foo[bar]=1", "expires=never", "path=/", "é=ü", ";;", '"']
    session = next(iter(cast.actors["holder"]))
    odd += [f"{space}{session}=planted" for space in _SPACES] + [f"{session}{space}=planted" for space in _SPACES]
    for cookie in odd:
        mine = "; ".join(f"{name}={value}" for name, value in cast.actors["holder"].items())
        for header in (f"{cookie}; {mine}", f"{mine}; {cookie}"):
            page = Browser(gateway).get(f"/{cast.org}", headers={"Cookie": header})
            assert page.status == 200, header


FORGED_HOSTS = (
    "evil.example", "portal.test.evil.example", "portal.test:8443", "evil.example:443", "127.0.0.1", "[::1]",
    "portal.test@evil.example", "EVIL.example", "evil.example#portal.test", "xn--evil-epa.example",
)  # fmt: skip


@pytest.mark.parametrize("host", FORGED_HOSTS)
def test_a_forged_host_is_nowhere_in_any_answer(cast: Cast, host: str) -> None:
    """W-04: all addresses come from the settings."""
    gateway, vault = casts.portal(), f"{settings.current().endpoint}/"
    forged = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}", "X-Original-Host": host}
    for policy in POLICIES[::4] if host != FORGED_HOSTS[0] else POLICIES:
        for actor in ("holder", "anonymous"):
            page = (
                cast.browser(actor, gateway).get(cast.path(policy), headers=forged)
                if policy.method == "GET"
                else cast.browser(actor, gateway).post(cast.path(policy), {}, headers=forged)
            )
            said = (page.body.decode(errors="replace") + str(page.headers)).replace(vault, "")
            assert host.lower() not in said.lower()
