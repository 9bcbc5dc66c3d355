"""View models of consents as families sign them and read them again."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.consents import record, wording
from chalicelib.consents.domain import Act, Catalogue, Edition, Listed, Signature, State
from chalicelib.consents.gate import path_of
from chalicelib.consents.signing import Shown
from chalicelib.forms.domain import Asked
from chalicelib.households.summary import GivenRow, Summary
from chalicelib.shared.texts import Message, in_language, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted, own_names

Facts = list[tuple[str, str]]


class ConsentRow(NamedTuple):
    """A consent in a list."""

    title: str
    meta: str
    href: str
    badge: str
    tone: str


class Text(NamedTuple):
    """What is signed, as it is read."""

    title: str
    paragraphs: list[str]
    after: list[str]
    """What follows a withdrawal, in the organisation's words."""
    language: str
    direction: str


def subject(home: Summary, member: str) -> str:
    """Whom a consent is about."""
    row = home.member(member) if member else None
    return row.name if row else home.name


def asked_rows(asked: Sequence[Asked], home: Summary, local: Local, org: str) -> list[ConsentRow]:
    """What waits for a signature."""
    needed = local.say(say("Needed", context="consent")), "warning"
    wished = local.say(say("Your choice", context="consent")), "neutral"
    return [
        ConsentRow(
            local.text(each.title),
            subject(home, each.member),
            urls.portal(org, each.href),
            *(needed if each.mandatory else wished),
        )
        for each in asked
    ]


def given_rows(
    catalogue: Catalogue, given: Sequence[GivenRow], home: Summary, local: Local, org: str, today: date
) -> list[ConsentRow]:
    """What was said of each consent, the newest first."""
    rows = sorted(given, key=lambda row: row.day, reverse=True)
    return [_given_row(listed, row, home, local, org, today) for row in rows if (listed := catalogue.find(row.id))]


def _given_row(listed: Listed, row: GivenRow, home: Summary, local: Local, org: str, today: date) -> ConsentRow:
    words, tone = wording.standing(State(row.state), row.version == listed.version, row.until, today)
    return ConsentRow(
        local.text(listed.title),
        dotted(subject(home, row.member), local.date(row.day)),
        urls.portal(org, path_of(row.id, row.member)),
        local.say(words),
        tone,
    )


def text_view(edition: Edition, wanted: str, local: Local) -> Text:
    """The text in a reader's language, or in the one that there is; and which that is."""
    told = edition.wording
    language = record.language_of(told.text, wanted)
    return Text(
        in_language(told.title, language),
        _paragraphs(in_language(told.text, language)),
        _paragraphs(in_language(told.after, language)),
        language,
        Local(language, local.country, local.zone).direction,
    )


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n") if part.strip()]


def consent_facts(shown: Shown, home: Summary, member: str, local: Local) -> Facts:
    """What is to be known of a consent before it is signed."""
    rules = shown.listed.rules
    weight = say("Needed for places and bookings") if rules.mandatory else say("Your free choice")
    pairs: list[tuple[Message, str]] = [
        (say("About"), subject(home, member)),
        (say("Weight", context="consent"), local.say(weight)),
        (say("How long it holds"), local.say(wording.lasting(rules.lasts))),
        (say("Who signs"), local.say(wording.signers(rules.signers))),
        (say("Legal basis"), shown.edition.wording.basis),
        (say("Version"), f"{shown.edition.number}, {local.date(shown.edition.published_at)}"),
    ]
    return [(local.say(label), value) for label, value in pairs if value]


def standing_notes(shown: Shown, user: str, local: Local, today: date) -> list[tuple[str, str]]:
    """What was said until now, as tone and sentence: one's own word, and what the others' come to."""
    word, outcome, version = shown.standing.word_of(user), shown.standing.outcome, shown.listed.version
    notes: list[tuple[str, Message]] = []
    if word and word.holds(version, today):
        notes.append(("success", say("You signed this on %(day)s.", day=word.on)))
    elif word:
        notes.append(("info", _own_word(word.act, word.version == version, word.on)))
    if outcome and outcome.version == version and outcome.state is State.PARTLY:
        notes.append(("warning", say("It holds once all guardians have signed. Some have not yet.")))
    elif outcome and outcome.version == version and outcome.state is State.SIGNED and not word:
        notes.append(("info", say("Another guardian signed this. Nothing more is needed.")))
    return [(tone, local.say(words)) for tone, words in notes]


def _own_word(act: Act, is_current: bool, on: date) -> Message:
    if act is Act.SIGNED:
        return (
            say("Your signature of %(day)s is over.", day=on)
            if is_current
            else say("You signed an earlier text on %(day)s. Please read the new one.", day=on)
        )
    if act is Act.WITHDRAWN:
        return say("You withdrew your signature on %(day)s.", day=on)
    return say("You declined on %(day)s.", day=on)


def entry_rows(entries: Sequence[Signature], local: Local, org: str) -> list[ConsentRow]:
    """Entries of the ledger."""
    return [
        ConsentRow(
            each.title,
            dotted(each.member_name, each.signer.name, local.datetime(each.at)),
            urls.portal(org, f"consents/signatures/{each.id}"),
            local.say(wording.ACTS[each.act][0]),
            wording.ACTS[each.act][1],
        )
        for each in entries
    ]


def entry_facts(entry: Signature, local: Local) -> Facts:
    """Everything that an entry of the ledger says, for pages and papers."""
    moment = f"{local.datetime(entry.at)} ({entry.zone}), {local.iso(entry.at)}"
    language = dict(own_names([entry.language])).get(entry.language, entry.language)
    pairs: list[tuple[Message, str]] = [
        (say("Consent"), entry.title),
        (say("Said", context="consent"), local.say(wording.ACTS[entry.act][0])),
        (say("About"), entry.member_name),
        (say("By", context="signature"), entry.signer.name),
        (say("In what role"), local.say(wording.CAPACITIES[entry.signer.capacity])),
        (say("When", context="signature"), moment),
        (say("Version and language"), f"{entry.version}, {language}"),
        (say("Holds until"), local.date(entry.until, "long") if entry.until else ""),
        (say("Name as typed"), entry.manner.typed),
        (say("Number of the entry"), entry.id),
        (say("Ends the entry"), entry.ends),
        (say("Fingerprint of the text (SHA-256)"), entry.text_hash),
        (say("Fingerprint of the network address"), entry.address),
        (say("Fingerprint of the entry (SHA-256)"), entry.digest),
    ]
    return [(local.say(label), value) for label, value in pairs if value]
