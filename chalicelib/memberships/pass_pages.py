"""View models of passes: for whom, from when to when, and what is left (SUB-4)."""

from datetime import date
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.memberships.passes import Pass, PassStatus, Use
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

STATUS_WORDS: dict[PassStatus, tuple[Message, str]] = {
    PassStatus.UPCOMING: (say("Not begun yet", context="pass"), "info"),
    PassStatus.UNUSED: (say("Not used yet", context="pass"), "info"),
    PassStatus.ACTIVE: (say("Active", context="pass"), "success"),
    PassStatus.USED_UP: (say("Used up", context="pass"), "neutral"),
    PassStatus.EXPIRED: (say("Expired", context="pass"), "neutral"),
    PassStatus.CANCELLED: (say("Cancelled", context="pass"), "neutral"),
}
_EXPIRING = (say("Ends soon", context="pass"), "warning")


class PassRow(NamedTuple):
    """A pass in a list."""

    title: str
    href: str
    meta: str
    left: str
    status: str
    tone: str


class UseView(NamedTuple):
    """A visit on a pass."""

    id: str
    when: str
    meta: str
    is_undone: bool


class PassView(NamedTuple):
    """A pass with all that is known of it."""

    id: str
    row: PassRow
    left: str
    facts: list[tuple[str, str]]
    uses: list[UseView]
    """Latest first."""
    card: str
    """Address of its card."""
    invoice: str
    """Address of the invoice that it was billed on; empty when there is none."""


def status_words(each: Pass, today: date) -> tuple[Message, str]:
    """Where a pass stands, in words, and their tone."""
    return _EXPIRING if each.is_expiring(today) else STATUS_WORDS[each.status_at(today)]


def pass_row(each: Pass, org: str, home: Summary, local: Local, today: date) -> PassRow:
    """A pass as it stands today."""
    words, tone = status_words(each, today)
    return PassRow(
        title=local.text(each.title),
        href=urls.portal(org, f"passes/{each.id}"),
        meta=dotted(for_whom(each.member, home, local), days_words(each, local)),
        left=left_words(each, local),
        status=local.say(words),
        tone=tone,
    )


def for_whom(member: str, home: Summary, local: Local) -> str:
    """Whose it is: a member, or the whole family."""
    found = home.member(member)
    return found.name if found else local.say(say("The whole family"))


def days_words(each: Pass, local: Local) -> str:
    """From when to when a pass is good, in a few words."""
    if each.starts_on is None:
        return local.say(say("begins with the first visit"))
    until = (
        local.say(say("until %(day)s", day=each.expires_on)) if each.expires_on else local.say(say("without an end"))
    )
    return dotted(local.say(say("from %(day)s", day=each.starts_on)), until)


def left_words(each: Pass, local: Local) -> str:
    """What is left of a punch card; empty for other passes."""
    if each.left is None:
        return ""
    return local.say(say("%(left)s of %(uses)s left", left=each.left, uses=each.uses))


def pass_view(each: Pass, org: str, home: Summary, local: Local, today: date) -> PassView:
    """A pass and its visits."""
    return PassView(
        id=each.id,
        row=pass_row(each, org, home, local, today),
        left=left_words(each, local),
        facts=[(local.say(label), value) for label, value in _facts(each, home, local)],
        uses=use_views(each, home, local),
        card=urls.portal(org, f"cards/{each.id}"),
        invoice=urls.portal(org, f"invoices/{each.invoice}") if each.invoice else "",
    )


def use_views(each: Pass, home: Summary, local: Local) -> list[UseView]:
    """Visits on a pass, the latest first."""
    return [_use_view(use, home, local) for use in reversed(each.taken)]


def _use_view(use: Use, home: Summary, local: Local) -> UseView:
    who = home.member(use.member)
    undone = local.say(say("taken back by %(name)s", name=use.undone_by)) if use.undone_by else ""
    return UseView(
        use.id, local.datetime(use.at), dotted(who.name if who else "", use.about, undone), bool(use.undone_by)
    )


def _facts(each: Pass, home: Summary, local: Local) -> list[tuple[Message, str]]:
    facts = [(say("For"), for_whom(each.member, home, local)), (say("Bought on"), local.date(each.bought_at, "long"))]
    if each.starts_on is None:
        facts.append((say("Active from"), local.say(say("the first visit"))))
        if each.days:
            facts.append((say("Good for"), local.say(say("%(n)s day", plural="%(n)s days", n=each.days))))
    else:
        facts.append((say("Active from"), local.date(each.starts_on, "long")))
    if each.expires_on:
        facts.append((say("Expires on"), local.date(each.expires_on, "long")))
    return facts
