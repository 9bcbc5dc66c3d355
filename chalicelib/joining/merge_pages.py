"""View models of merges: what moves, what stays, what the money comes to."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from chalicelib.clients.pairs import Pair
from chalicelib.households.summary import MemberRow
from chalicelib.joining.doubles import Doubles
from chalicelib.joining.fates import LEFT, MOVED
from chalicelib.joining.member_merging import MemberPreview
from chalicelib.joining.merges import Merge, MergeState, What
from chalicelib.joining.merging import Preview
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

SAME: Mapping[str, Message] = {
    "phone": say("Telephone number"),
    "email": say("Email address"),
    "person": say("A person with this name and date of birth"),
}
"""What two households may have in common."""

STATES: Mapping[MergeState, tuple[Message, str]] = {
    MergeState.MOVING: (say("Not finished"), "warning"),
    MergeState.DONE: (say("Merged"), "success"),
    MergeState.GOING_BACK: (say("Not finished"), "warning"),
    MergeState.UNDONE: (say("Undone"), "neutral"),
}
"""What each state is called, and its tone."""


class PairView(NamedTuple):
    """Two that may be one, with the way to what a merge would do."""

    href: str
    title: str
    meta: str


class ListedPairView(NamedTuple):
    """Two households in the list of all that are probably one."""

    href: str
    title: str
    meta: str
    apart: str
    """Path that takes a press saying that they are two families."""


class PreviewView(NamedTuple):
    """What a merge would do."""

    kept: str
    folded: str
    moves: list[tuple[str, str]]
    stays: list[tuple[str, str]]
    money: list[tuple[str, str, str, str]]
    """By currency: what the one that is kept owes now, what the other owes, what it is together."""
    stops: list[str]
    users: list[tuple[str, str]]
    """Who gets access to what is kept: name, and what he or she signs in with."""


class MergeView(NamedTuple):
    """A merge in the list, or as the head of its page."""

    href: str
    title: str
    meta: str
    status: str
    tone: str


def household_pairs(local: Local, org: str, found: Doubles) -> list[PairView]:
    """Households that this one may double; it is the one that would be kept."""
    return [
        PairView(_compare(org, each), each.other.name, dotted(each.other.number, _same(local, each.by)))
        for each in found.households
    ]


def listed_pair(local: Local, org: str, pair: Pair) -> ListedPairView:
    """Two households in the list of all that are probably one."""
    names = " – ".join(dotted(each.name, each.number) for each in (pair.one, pair.other))
    both = f"{pair.one.household}/{pair.other.household}"
    return ListedPairView(_compare(org, pair), names, _same(local, pair.by), f"desk/duplicates/{both}/apart")


def _compare(org: str, pair: Pair) -> str:
    return urls.portal(org, f"desk/merge/{pair.one.household}/{pair.other.household}")


def _same(local: Local, by: frozenset[str]) -> str:
    return local.say(say("The same: %(facts)s", facts=", ".join(local.say(SAME[fact]) for fact in SAME if fact in by)))


def member_pairs(local: Local, org: str, found: Doubles) -> list[PairView]:
    """Members of the household who may be one."""
    home = found.home.household
    return [
        PairView(
            urls.portal(org, f"desk/merge/{home}/members/{one.id}", other=other.id),
            one.name,
            dotted(*(_born(local, each) for each in (one, other))),
        )
        for one, other in found.members
    ]


def _born(local: Local, row: MemberRow) -> str:
    return local.date(row.birth_date) if row.birth_date else local.say(say("no date of birth"))


def preview_view(local: Local, seen: Preview) -> PreviewView:
    """What a merge of households would do."""
    money = [
        (code, local.money(kept, code), local.money(folded, code), local.money(kept + folded, code))
        for code, kept, folded in seen.balances()
    ]
    return PreviewView(
        dotted(seen.kept.name, seen.kept.number),
        dotted(seen.folded.name, seen.folded.number),
        counted(local, MOVED, seen.load.moved),
        counted(local, LEFT, seen.load.left),
        money,
        [local.say(message) for message in seen.stops],
        [(user.name, dotted(user.email, local.phone(user.mobile) if user.mobile else "")) for user in seen.users],
    )


def member_preview_view(local: Local, seen: MemberPreview) -> PreviewView:
    """What a merge of members would do; money is the household's before and after."""
    return PreviewView(
        seen.kept.name,
        seen.folded.name,
        counted(local, MOVED, seen.load.moved),
        counted(local, LEFT, seen.load.left),
        [],
        [local.say(message) for message in seen.stops],
        [],
    )


def counted(local: Local, names: Mapping[str, Message], found: Counter[str]) -> list[tuple[str, str]]:
    """How many there are of each kind that has a name."""
    return [(local.say(name), local.number(Decimal(found[kind]))) for kind, name in names.items() if found[kind]]


def merge_view(local: Local, org: str, merge: Merge) -> MergeView:
    """A merge for a list."""
    words, tone = STATES[merge.state]
    what = say("Household") if merge.what is What.HOUSEHOLDS else say("Member")
    return MergeView(
        urls.portal(org, f"desk/merges/{merge.id}"),
        f"{merge.folded_name} → {merge.kept_name}",
        dotted(local.say(what), local.datetime(merge.at), merge.by),
        local.say(words),
        tone,
    )
