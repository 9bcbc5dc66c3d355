"""What families say to a consent: sign it, decline it, withdraw what was signed (NEW-13).

Each act appends to the ledger and brings where the consent stands, and the summaries of all homes that it is about, up
to it in one transaction. Every guardian speaks for himself or herself alone. Saying the same again changes nothing.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.consents import gate, record, store
from chalicelib.consents.domain import (
    Act,
    Capacity,
    Edition,
    Listed,
    Manner,
    Outcome,
    Signature,
    Signer,
    Signers,
    Standing,
    Word,
    outcome_of,
)
from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import ADULT, age
from chalicelib.households.summary import GivenRow, Summary
from chalicelib.households.summing import with_given
from chalicelib.identity.store import list_household
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id, derived_id
from chalicelib.shared.texts import in_language, say
from chalicelib.shared.times import local_day

HELD = "consent"
"""Names the household's consents in its summary (`Summary.holds`)."""


class Changed(Conflict):
    """The text is another by now; nothing was done, and it is shown anew."""

    def __init__(self) -> None:
        super().__init__(say("The text has changed since you opened this page. Please read it once more."))


class Speaker(NamedTuple):
    """Who speaks, in view of which household, from where, and when."""

    user: str
    name: str
    household: str
    source: str
    """Network address; only what the organisation's key makes of it is kept."""
    now: datetime


class Wish(NamedTuple):
    """What somebody says, and to what exactly."""

    consent: str
    member: str
    """Empty: the household."""
    version: int
    """That was read."""
    language: str
    """In which it was read."""
    act: Act
    capacity: Capacity
    manner: Manner = Manner()


class Shown(NamedTuple):
    """A consent as somebody sees it."""

    listed: Listed
    edition: Edition
    standing: Standing


class Case(NamedTuple):
    """Everything that an act is decided on, read together."""

    listed: Listed
    edition: Edition
    standing: Standing
    homes: dict[str, Summary]
    """Summaries of all homes that it is about."""


def look(org: str, household: str, consent: str, member: str) -> Shown:
    """A consent as it stands about a member, or (empty) about the household, also one that nobody is asked any more.

    Two strong round trips. Raises NotFound for what was never published, or is not about such a one.
    """
    listed = store.get_catalogue(org).find(consent)
    if listed is None or not listed.version or listed.rules.audience.household == bool(member):
        raise NotFound
    edition, standing = store.get_edition_and_standing(org, household, consent, listed.version, member)
    if edition is None:
        raise NotFound
    return Shown(listed, edition, standing)


def _open(org: str, household: str, consent: str, member: str) -> Case:
    """The same with the summaries of all homes. Four strong round trips. Raises NotFound for whom is not theirs."""
    shown = look(org, household, consent, member)
    person = households.get_person(org, member) if member else None
    homes = households.get_summaries(org, person.households if person else (household,))
    if household not in homes or (member and not homes[household].member(member)):
        raise NotFound
    return Case(*shown, homes)


def speak(organisation: Organisation, speaker: Speaker, wish: Wish) -> Signature:
    """Puts into the ledger what somebody says, and returns its entry; said again, the entry that says so already.

    Raises NotFound, Changed when another text was read, Conflict for the withdrawal of what was not signed.
    """
    for _ in write.turns():
        case = _open(organisation.slug, speaker.household, wish.consent, wish.member)
        known = _said_already(organisation, speaker, wish, case)
        if known:
            return known
        try:
            return _write(organisation, speaker, wish, case)
        except ConditionFailed:
            continue
    raise Conflict


def _said_already(organisation: Organisation, speaker: Speaker, wish: Wish, case: Case) -> Signature | None:
    """The entry by which the same was said, as long as it counts. Raises Changed, Conflict."""
    today = local_day(speaker.now, organisation.zone)
    word = case.standing.word_of(speaker.user)
    if wish.act is Act.WITHDRAWN:
        if word is None or word.act not in (Act.SIGNED, Act.WITHDRAWN):
            raise Conflict(say("There is no signature of yours to withdraw."))
        return _entry(organisation, word) if word.act is Act.WITHDRAWN else None
    if wish.version != case.listed.version:
        raise Changed
    if not case.listed.is_asked(today):
        raise NotFound
    is_same = word is not None and word.act is wish.act and word.version == wish.version
    if word is None or not is_same or (word.until and word.until < today):
        return None
    return _entry(organisation, word)


def _entry(organisation: Organisation, word: Word) -> Signature:
    found = store.get_signature(organisation.slug, word.household, word.signature)
    if found is None:
        raise NotFound
    return found


def _write(organisation: Organisation, speaker: Speaker, wish: Wish, case: Case) -> Signature:
    org, today = organisation.slug, local_day(speaker.now, organisation.zone)
    before = case.standing.word_of(speaker.user)
    entry = _signature(organisation, speaker, wish, case, before)
    transaction = Transaction()
    for each in (*_endings(organisation, speaker, before, entry), entry):
        store.create_signature(transaction, org, each)
    version = before.version if wish.act is Act.WITHDRAWN and before else wish.version
    word = Word(speaker.user, speaker.household, wish.act, version, today, entry.until, entry.id)
    words = case.standing.with_word(word)
    guardians = _guardians(org, case, today) if case.listed.rules.signers is Signers.ALL else set()
    outcome = outcome_of(words, case.listed.version, case.listed.rules.signers, guardians, today)
    store.save_standing(transaction, org, speaker.household, replace(case.standing, words=words, outcome=outcome))
    _show(transaction, org, case, wish, outcome)
    about = {"label": entry.title, "member": entry.member_name, **({"of": entry.member} if entry.member else {})}
    note(transaction, org, speaker.household, Deed(f"consent_{wish.act.value}", speaker.now, speaker.user, about))
    transaction.commit()
    return entry


def _signature(organisation: Organisation, speaker: Speaker, wish: Wish, case: Case, before: Word | None) -> Signature:
    """The new entry, sealed. A withdrawal is about the text that was signed, in the language it was signed in."""
    today = local_day(speaker.now, organisation.zone)
    signed = _entry(organisation, before) if before and wish.act is Act.WITHDRAWN else None
    wording, home = case.edition.wording, case.homes[speaker.household]
    row = home.member(wish.member)
    language = record.language_of(wording.text, wish.language)
    return record.sealed(
        Signature(
            id=dated_id(today),
            act=wish.act,
            consent=wish.consent,
            version=signed.version if signed else wish.version,
            language=signed.language if signed else language,
            title=signed.title if signed else in_language(wording.title, language),
            text_hash=signed.text_hash if signed else record.text_hash(wording, language),
            member=wish.member,
            member_name=row.name if row else home.name,
            signer=Signer(
                speaker.user, speaker.name, speaker.household, signed.signer.capacity if signed else wish.capacity
            ),
            manner=wish.manner,
            at=speaker.now,
            zone=organisation.zone,
            until=case.listed.rules.lasts.last_day(today) if wish.act is Act.SIGNED else None,
            address=derived_id(organisation.import_key, "address", speaker.source),
            ends=before.signature if before and before.act is Act.SIGNED else "",
        )
    )


def _endings(organisation: Organisation, speaker: Speaker, before: Word | None, entry: Signature) -> list[Signature]:
    """The entry that the earlier signature of the same person was over, where time or a new text ended it."""
    if before is None or before.act is not Act.SIGNED or entry.act is Act.WITHDRAWN:
        return []
    was_superseded = before.version != entry.version
    was_over = before.until is not None and before.until < local_day(speaker.now, organisation.zone)
    if not (was_superseded or was_over):
        return []
    signed = _entry(organisation, before)
    ending = replace(
        signed,
        id=dated_id(local_day(speaker.now, organisation.zone)),
        act=Act.SUPERSEDED if was_superseded else Act.EXPIRED,
        manner=Manner(),
        at=speaker.now,
        until=None,
        address=entry.address,
        ends=signed.id,
    )
    return [record.sealed(ending)]


def _guardians(org: str, case: Case, today: date) -> set[str]:
    """The users whose signatures it takes, in all homes; not of those whose time there is over (NEW-7)."""
    return {
        user.id
        for home in case.homes
        for user in list_household(org, home)
        if (link := user.link(home)) and link.role.may_edit and link.is_open(today)
    }


def _show(transaction: Transaction, org: str, case: Case, wish: Wish, outcome: Outcome) -> None:
    """Brings the summaries of all homes up to what the words come to."""
    row = given_row(replace(case.standing, member=wish.member), outcome)
    for home, summary in case.homes.items():
        changed = with_given(summary, row)
        changed = replace(changed, holds=changed.holds | {HELD})
        households.save_summary(transaction, org, changed, name=f"summary {home}")


def given_row(standing: Standing, outcome: Outcome) -> GivenRow:
    """The row of a consent in a household's summary."""
    return GivenRow(
        gate.KIND, standing.consent, outcome.version, standing.member, outcome.on, outcome.state.value, outcome.until
    )


def capacities(speaker_is_member: bool, born: date | None, member: str, today: date) -> tuple[Capacity, ...]:
    """In which roles an adult may speak about a member; none while nobody told the member's age (X-7)."""
    if not member:
        return (Capacity.HOUSEHOLD,)
    if born is None:
        return ()
    if age(born, today) < ADULT:
        return () if speaker_is_member else (Capacity.GUARDIAN,)
    return (Capacity.SELF,) if speaker_is_member else (Capacity.SELF, Capacity.REPRESENTATIVE)
