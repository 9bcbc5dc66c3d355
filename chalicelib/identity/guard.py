"""The guard at every route: organisation, session, household and role, read in one round trip (T-01 to T-04, S-04)."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Role
from chalicelib.households.models import SummaryItem
from chalicelib.households.store import summary_from
from chalicelib.households.summary import Summary
from chalicelib.identity import store, tokens
from chalicelib.identity.account import Account
from chalicelib.identity.domain import (
    ABSOLUTE_SECONDS,
    TOUCH_SECONDS,
    HouseholdLink,
    Session,
    User,
    UserStatus,
    Viewing,
)
from chalicelib.identity.models import SessionItem, UserItem
from chalicelib.identity.seeing import seen
from chalicelib.identity.staff import VIEWING
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.organisations.models import OrganisationItem
from chalicelib.organisations.store import from_item
from chalicelib.organisations.store import get as get_organisation
from chalicelib.shared.errors import Forbidden, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.web import cookies, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local, choose
from chalicelib.web.routes import Actor, Policy

CLOSED = say("This portal is closed at the moment. Please contact the organisation.")

KEPT = say("This is kept private by whom it is about.")

NOT_THE_FAMILY = say("You see the portal as a family does: this is closed until you are back at the desk.")


def guard(request: Request) -> Reply | None:
    """Admits a request or turns it away; see `web.serve.Guard`. Raises NotFound or Forbidden.

    Sessions live by the world's clock; all that follows goes by the organisation's, another one in a demonstration.
    """
    activity.act_for("")
    try:
        return _admit(request)
    finally:
        if request.tenant:
            request.now = request.tenant.clock(request.now)


def _admit(request: Request) -> Reply | None:
    if not request.policy.has_organisation:
        return None
    cookie = SessionCookie.of(request)
    if request.policy.actor is Actor.ANYONE:
        _enter(request, get_organisation(request.org))
        _require_module(request)
        request.csrf_key = _browser_secret(request)
        return None
    found = Found.load(request.org, cookie)
    _enter(request, found.organisation)
    account = found.account(request.now) if found.organisation else None
    if account is None:
        return _to_sign_in(request)
    request.account = account
    if account.summary and request.policy.actor is not Actor.STAFF:
        request.tenant = request.organisation.billing_as(account.summary.terms)
    activity.act_for(account.user)
    request.csrf_key = cookie.token
    request.local = _language(request, account.language)
    _remember_use(request, found)
    if account.viewing:
        return _check_viewing(request, account, account.viewing)
    return _check_policy(request, account)


class SessionCookie:
    """What the session cookie holds: the secret token, and whose session of which household it opens.

    User and household only say where to look, in one read; what is found there decides.
    """

    def __init__(self, token: str, user: str, household: str) -> None:
        self.token = token
        self.user = user
        self.household = household

    @classmethod
    def parse(cls, value: str) -> "SessionCookie":
        """The parts of a cookie's value; empty parts when it is not one of ours."""
        parts = value.split(".")
        return cls(*parts) if len(parts) == 3 else cls("", "", "")

    @classmethod
    def of(cls, request: Request) -> "SessionCookie":
        """The one that came with a request; empty when none came."""
        return cls.parse(cookies.get(request.cookies, cookies.SESSION, request.org))

    def kept(self, org: str) -> str:
        """The Set-Cookie line that has a browser keep it."""
        return cookies.make(cookies.SESSION, org, str(self), seconds=ABSOLUTE_SECONDS)

    @property
    def token_hash(self) -> str:
        """What is stored of the token; empty when there is none."""
        return tokens.token_hash(self.token) if self.token else ""

    def __str__(self) -> str:
        return f"{self.token}.{self.user}.{self.household}"


class Found:
    """What one strong read of organisation, session, user and household summary found."""

    def __init__(
        self, organisation: Organisation | None, session: Session | None, user: User | None, summary: Summary | None
    ) -> None:
        self.organisation = organisation
        self.session = session
        self.user = user
        self.summary = summary

    @classmethod
    def load(cls, org: str, cookie: SessionCookie) -> "Found":
        """Reads all four by key, in one round trip."""
        wanted = {
            "organisation": keys.organisation(org),
            "session": keys.session(org, cookie.user or "none", tokens.token_hash(cookie.token)),
            "user": keys.user(org, cookie.user or "none"),
            "summary": keys.summary(org, cookie.household or "none"),
        }
        items = read.raw(list(wanted.values()))
        told = {name: items[key] for name, key in wanted.items() if key in items}
        return cls(
            from_item(OrganisationItem.from_raw_data(told["organisation"])) if "organisation" in told else None,
            store.session_from(SessionItem.from_raw_data(told["session"])) if "session" in told else None,
            store.user_from(UserItem.from_raw_data(told["user"])) if "user" in told else None,
            summary_from(SummaryItem.from_raw_data(told["summary"])) if "summary" in told else None,
        )

    def account(self, now: datetime) -> Account | None:
        """The signed-in account, or None when there is no live session (S-03, S-05, S-07)."""
        if self.session is None or self.user is None or not self.session.is_live(now, self.user):
            return None
        if self.session.viewing:
            return self._viewer(self.session, self.user, self.session.viewing, now)
        links = self._links(now, self.user)
        return Account(
            user=self.user.id,
            user_name=self.user.name,
            language=self.user.language,
            session=self.session.token_hash,
            households=tuple((link.household, link.role) for link in links),
            person=self.user.person,
            born=self.user.born,
            authenticated_at=self.session.authenticated_at,
            previous_visit=self.user.previous_sign_in,
            summary=self._own_summary(links),
            staff_role=self.user.staff_role,
            second_factor=self.session.second_factor_at is not None,
        )

    def _viewer(self, session: Session, user: User, viewing: Viewing, now: datetime) -> Account | None:
        """Somebody of the staff in the place of a family, with nothing of his or her own but name and language.

        None when the role is gone that it takes (S-07). Who only looks sees what a holder does, but nothing that a
        member keeps from the others; who acts is what the user of the family is whose code it was, as long as that is.
        """
        if user.staff_role is None or user.staff_role.value not in VIEWING or self.organisation is None:
            return None
        person, links = User("", ""), [HouseholdLink(viewing.household, Role.HOLDER)]
        if viewing.user:
            person = store.get_user(self.organisation.slug, viewing.user) or person
            gone = person.status is not UserStatus.ACTIVE or person.has_ended(viewing.since)
            links = [] if gone else self._links(now, person)
        links = [link for link in links if link.household == viewing.household and now < viewing.until]
        return Account(
            user=user.id,
            user_name=user.name,
            language=user.language,
            session=session.token_hash,
            households=tuple((link.household, link.role) for link in links),
            person=person.person,
            born=person.born,
            authenticated_at=session.authenticated_at,
            summary=self._own_summary(links),
            viewing=viewing,
        )

    def _links(self, now: datetime, user: User) -> list[HouseholdLink]:
        """What a user is to households by now; what ran out is nothing (NEW-7)."""
        if self.organisation is None:
            return []
        today = local_day(now, self.organisation.zone)
        return [link for link in user.households if link.is_open(today)]

    def _own_summary(self, links: Sequence[HouseholdLink]) -> Summary | None:
        """The summary, if it is of a household of the user's: the cookie alone opens nothing (T-04)."""
        if self.summary is None or self.summary.archived:
            return None
        link = next((each for each in links if each.household == self.summary.household), None)
        return seen(self.summary, link) if link else None


def _enter(request: Request, organisation: Organisation | None) -> None:
    if organisation is None:
        raise NotFound
    request.tenant = organisation
    request.local = _language(request, "")
    if organisation.status is Status.SUSPENDED or _stands_alone(organisation):
        raise Forbidden(CLOSED)


def _stands_alone(organisation: Organisation) -> bool:
    """Whether it is a demonstration of an organisation that is closed or gone. One more read, for those alone."""
    real = get_organisation(organisation.demo_of) if organisation.demo_of else organisation
    return real is None or real.status is Status.SUSPENDED


def _language(request: Request, user_language: str) -> Local:
    """The user's language, else the browser's choice, else its preference, else the organisation's (NEW-19)."""
    organisation = request.organisation
    chosen = user_language or cookies.get(request.cookies, cookies.LANGUAGE, request.org)
    tongue = choose(chosen, request.headers.get("accept-language", ""), organisation.languages)
    return Local(tongue, organisation.country, organisation.zone)


def _browser_secret(request: Request) -> str:
    """The secret that forms of a signed-out browser are bound to; made on its first page."""
    secret = cookies.get(request.cookies, cookies.BROWSER, request.org)
    if not secret and request.method == "GET":
        secret = tokens.new_token()
        request.new_cookies.append(cookies.make(cookies.BROWSER, request.org, secret))
    return secret


def _remember_use(request: Request, found: Found) -> None:
    """Writes down that the session is used, at most every few minutes."""
    session = found.session
    if session and (request.now - session.seen_at).total_seconds() > TOUCH_SECONDS:
        store.touch_session(request.org, session, request.now)


def _require_module(request: Request) -> None:
    """What the organisation does not use is not there (DASH-6)."""
    if request.policy.module and not request.organisation.uses(request.policy.module):
        raise NotFound


def _check_viewing(request: Request, account: Account, viewing: Viewing) -> Reply | None:
    """What staff may who see the portal as a family: its pages, its acts only with its code, and what is its own or
    needs a fresh sign-in never (C7, T-10, T-11). This is the one place that says so.

    Nothing at all is written for who only looks, not even that a paper was seen. The family reads which pages it was.
    """
    policy = request.policy
    if policy.viewing:
        return None
    if account.summary is None:
        return redirect(urls.portal(request.org, "viewing"))
    is_closed = policy.step_up or policy.own or bool(policy.staff) or policy.actor in (Actor.USER, Actor.STAFF)
    if is_closed or (request.method != "GET" and account.only_looks):
        raise Forbidden(NOT_THE_FAMILY)
    refused = _check_policy(request, account)
    if refused is None and request.method == "GET":
        _note_view(request, viewing.household)
    write.close(closed=account.only_looks)
    return refused


def _check_policy(request: Request, account: Account) -> Reply | None:
    policy = request.policy
    _require_module(request)
    if policy.staff or policy.actor is Actor.STAFF:
        return _check_staff(request, account)
    if policy.actor is not Actor.USER and account.summary is None:
        return redirect(urls.portal(request.org, account.first_page))
    _require_role(policy, account)
    if policy.private and not account.may_see(request.params.get("member", ""), policy.private):
        raise Forbidden(KEPT)
    return _check_freshness(request, account)


def _require_role(policy: Policy, account: Account) -> None:
    """A role in the household that may, where the route is for a household."""
    if policy.actor is Actor.MEMBER and not account.role.sees_account:
        raise Forbidden
    if policy.actor is Actor.EDITOR and not account.role.may_edit:
        raise Forbidden
    if policy.actor is Actor.HOLDER and account.role is not Role.HOLDER:
        raise Forbidden


def _check_staff(request: Request, account: Account) -> Reply | None:
    """A role that may, then the second factor, where the route is for staff at work (A-28)."""
    policy = request.policy
    if not account.works_as(policy.staff):
        raise Forbidden
    if policy.actor is Actor.STAFF and not account.second_factor:
        back = request.portal_path if request.method == "GET" else "desk"
        return redirect(urls.portal(request.org, "second-factor", next=back))
    refused = _check_freshness(request, account)
    if refused is None and request.method == "GET" and "household" in request.params:
        _note_view(request, request.params["household"])
    return refused


def _note_view(request: Request, household: str) -> None:
    """Tells a family, in its own log, that somebody of the staff looks at what is its own (NEW-11)."""
    section = request.portal_path.removeprefix("desk/").split("/")[0] or "home"
    activity.note_look(request.org, household, Deed("staff_viewed", request.now, about={"section": section}))


def _check_freshness(request: Request, account: Account) -> Reply | None:
    """To a new code, where a sign-in long ago is not enough."""
    if request.policy.step_up and not account.is_fresh(request.now):
        return redirect(urls.portal(request.org, "confirm", next=_page_of(request)))
    return None


def _page_of(request: Request) -> str:
    """The page on which an act is asked for: its own, or the one that its address lies below."""
    if request.policy.has_page:
        return request.portal_path
    return "settings" if request.portal_path.startswith("settings/") else request.portal_path.rpartition("/")[0]


def _to_sign_in(request: Request) -> Reply:
    """To the sign-in page; a page that was asked for opens afterwards (AUTH-17)."""
    wanted = request.portal_path if request.method == "GET" else ""
    reply = redirect(urls.portal(request.org, "sign-in", next=wanted))
    if cookies.get(request.cookies, cookies.SESSION, request.org):
        reply.cookies.append(cookies.clear(cookies.SESSION, request.org))
    return reply
