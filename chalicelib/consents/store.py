"""Reads and writes consents: the catalogue, drafts, editions, the ledger, and where each stands."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from chalicelib.consents.domain import (
    MAX_CONSENTS,
    Act,
    Capacity,
    Catalogue,
    Consent,
    Edition,
    Lasts,
    Listed,
    Manner,
    Outcome,
    Rules,
    Signature,
    Signer,
    Signers,
    Standing,
    State,
    Word,
    Wording,
)
from chalicelib.consents.models import (
    ConsentCatalogueItem,
    ConsentItem,
    EditionItem,
    SignatureItem,
    StandingItem,
)
from chalicelib.consents.record import canonical
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.forms.documents import audience_document, audience_from
from chalicelib.shared.times import day_or_none, from_iso, to_iso

Raw = Mapping[Key, dict[str, dict[str, object]]]
"""What one read of several kinds of items found."""


def catalogue_key(org: str) -> Key:
    """Where the catalogue lies, for pages that read it together with other items."""
    return keys.consents(org)


def catalogue_in(found: Raw, org: str) -> Catalogue:
    """The catalogue among what was read; empty where the organisation never wrote any consent."""
    raw = found.get(catalogue_key(org))
    return catalogue_from(ConsentCatalogueItem.from_raw_data(raw)) if raw else Catalogue()


def get_catalogue(org: str) -> Catalogue:
    """The catalogue. One strong read."""
    item = read.one(ConsentCatalogueItem, catalogue_key(org))
    return catalogue_from(item) if item else Catalogue()


def save_catalogue(transaction: Transaction, org: str, catalogue: Catalogue) -> None:
    """Adds the write of the catalogue; refused when it was changed meanwhile."""
    pk, sk = catalogue_key(org)
    rows = [[each.id, dict(each.title), rules_document(each.rules), each.version, each.retired]
            for each in catalogue.consents]  # fmt: skip
    transaction.put("catalogue", ConsentCatalogueItem(pk, sk, document=rows, version=catalogue.version))


def catalogue_from(item: ConsentCatalogueItem) -> Catalogue:
    """The catalogue that `item` stores."""
    rows: list[list[Any]] = item.document
    return Catalogue(
        tuple(
            Listed(consent, title, rules_from(rules), int(version), bool(retired))
            for consent, title, rules, version, retired in rows
        ),
        item.version,
    )


def rules_document(rules: Rules) -> dict[str, Any]:
    """Rules as they are stored; what is as usual takes no room."""
    lasts = rules.lasts
    told = {
        **audience_document(rules.audience),
        "mandatory": rules.mandatory,
        "until": lasts.until.isoformat() if lasts.until else "",
        "months": lasts.months,
        "signers": rules.signers.value if rules.signers is not Signers.ONE else "",
    }
    return {name: value for name, value in told.items() if value}


def rules_from(told: Mapping[str, Any]) -> Rules:
    """The rules that `told` stores."""
    lasts = Lasts(day_or_none(told.get("until", "")), int(told.get("months", 0)))
    return Rules(
        audience_from(told), bool(told.get("mandatory")), lasts, Signers(told.get("signers", Signers.ONE.value))
    )


def get_consent(org: str, consent_id: str) -> Consent | None:
    """The consent as the staff write it, or None. One strong read."""
    item = read.one(ConsentItem, keys.consent(org, consent_id))
    if item is None:
        return None
    told: dict[str, Any] = item.document
    wording, rules = wording_from(told["wording"]), rules_from(told["rules"])
    return Consent(item.consent, wording, rules, int(item.published), item.version)


def save_consent(transaction: Transaction, org: str, consent: Consent) -> None:
    """Adds the write of a consent; refused when it was changed meanwhile."""
    pk, sk = keys.consent(org, consent.id)
    document = {"wording": wording_document(consent.wording), "rules": rules_document(consent.rules)}
    item = ConsentItem(
        pk, sk, consent=consent.id, document=document, published=consent.published, version=consent.version
    )
    transaction.put("consent", item)


def wording_document(wording: Wording) -> dict[str, Any]:
    """A wording as it is stored."""
    texts = {"title": dict(wording.title), "text": dict(wording.text), "after": dict(wording.after)}
    return {**texts, "basis": wording.basis}


def wording_from(told: Mapping[str, Any]) -> Wording:
    """The wording that `told` stores."""
    return Wording(told["title"], told["text"], told["after"], told["basis"])


def get_edition(org: str, consent_id: str, number: int) -> Edition | None:
    """A published version, or None. One strong read."""
    item = read.one(EditionItem, keys.consent_edition(org, consent_id, number))
    return _edition_from(item) if item else None


def create_edition(transaction: Transaction, org: str, edition: Edition) -> None:
    """Adds a published version; refused (`edition`) when there is one of this number."""
    pk, sk = keys.consent_edition(org, edition.consent, edition.number)
    item = EditionItem(
        pk,
        sk,
        consent=edition.consent,
        number=edition.number,
        wording=wording_document(edition.wording),
        published_at=to_iso(edition.published_at),
        by=edition.by,
    )
    transaction.create("edition", item)


def _edition_from(item: EditionItem) -> Edition:
    at = from_iso(item.published_at)
    return Edition(item.consent, int(item.number), wording_from(item.wording), at, item.by)


def standing_key(org: str, household_id: str, consent_id: str, member: str) -> Key:
    """Where a consent stands about a member, or (empty) about the household."""
    if member:
        return keys.person_consent(org, member, consent_id)
    return keys.household_consent(org, household_id, consent_id)


def get_edition_and_standing(
    org: str, household_id: str, consent_id: str, number: int, member: str
) -> tuple[Edition | None, Standing]:
    """A published version, and where its consent stands. One strong round trip."""
    places = keys.consent_edition(org, consent_id, number), standing_key(org, household_id, consent_id, member)
    found = read.raw(places)
    edition, standing = (found.get(place) for place in places)
    return (
        _edition_from(EditionItem.from_raw_data(edition)) if edition else None,
        standing_from(StandingItem.from_raw_data(standing)) if standing else Standing(consent_id, member),
    )


def save_standing(transaction: Transaction, org: str, household_id: str, standing: Standing) -> None:
    """Adds the write of where a consent stands; refused when it was changed meanwhile."""
    pk, sk = standing_key(org, household_id, standing.consent, standing.member)
    words = [
        [word.user, word.household, word.act.value, word.version, word.on.isoformat(), _text(word.until),
         word.signature]
        for word in standing.words
    ]  # fmt: skip
    outcome = standing.outcome
    told = [outcome.state.value, outcome.version, outcome.on.isoformat(), _text(outcome.until)] if outcome else []
    item = StandingItem(
        pk,
        sk,
        consent=standing.consent,
        person=standing.member or None,
        document={"words": words, "outcome": told},
        version=standing.version,
    )
    transaction.put("standing", item)


def standing_from(item: StandingItem) -> Standing:
    """Where a consent stands, as `item` stores it."""
    told: dict[str, Any] = item.document
    words = tuple(
        Word(user, household, Act(act), int(version), date.fromisoformat(on), day_or_none(until), signature)
        for user, household, act, version, on, until, signature in told["words"]
    )
    return Standing(item.consent, item.person or "", words, _outcome_from(told["outcome"]), item.version)


def _outcome_from(told: list[Any]) -> Outcome | None:
    if not told:
        return None
    state, version, on, until = told
    return Outcome(State(state), int(version), date.fromisoformat(on), day_or_none(until))


def get_signature(org: str, household_id: str, signature_id: str) -> Signature | None:
    """An entry of a household's ledger, or None. One strong read."""
    item = read.one(SignatureItem, keys.signature(org, household_id, signature_id))
    return signature_from(item) if item else None


def list_signatures(org: str, household_id: str, after: str = "") -> read.Page[Signature]:
    """A household's ledger of consents, latest day first, a page at a time, from beyond the entry `after`."""
    found = read.listed(SignatureItem, partial(keys.signature, org, household_id), after=after)
    return read.Page([signature_from(item) for item in found.rows], found.next)


def latest_about(org: str, person_id: str) -> list[Signature]:
    """The entries by which each guardian said the latest of each consent about a person, newest first.

    Two round trips.
    """
    start = keys.person_consent(org, person_id, "")
    found = read.page(StandingItem, start.pk, start.sk, size=MAX_CONSENTS)
    places = [
        keys.signature(org, word.household, word.signature) for item in found.rows for word in standing_from(item).words
    ]
    entries = read.many(SignatureItem, places) if places else {}
    return sorted(map(signature_from, entries.values()), key=lambda each: (each.at, each.id), reverse=True)


def create_signature(transaction: Transaction, org: str, signature: Signature) -> None:
    """Adds an entry to the ledger; there is no other write of one."""
    pk, sk = keys.signature(org, signature.signer.household, signature.id)
    item = SignatureItem(pk, sk, signature=signature.id, told=canonical(signature), digest=signature.digest)
    transaction.create(f"signature {signature.id}", item)


def signature_from(item: SignatureItem) -> Signature:
    """The entry that `item` stores, as it stands there: whether it is genuine is `record`'s to say."""
    told: dict[str, str] = item.told
    return Signature(
        id=told["id"],
        act=Act(told["act"]),
        consent=told["consent"],
        version=int(told["version"]),
        language=told["language"],
        title=told["title"],
        text_hash=told["text_hash"],
        member=told["member"],
        member_name=told["member_name"],
        signer=Signer(told["user"], told["name"], told["household"], Capacity(told["capacity"])),
        manner=Manner(told["typed"], told["drawing"]),
        at=from_iso(told["at"]),
        zone=told["zone"],
        until=day_or_none(told["until"]),
        address=told["address"],
        ends=told["ends"],
        digest=item.digest,
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
