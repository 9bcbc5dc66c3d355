"""What the staff do with consents: write one, publish it, retire it (NEW-13)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.consents import store
from chalicelib.consents.domain import MAX_CONSENTS, MAX_OPEN, Catalogue, Consent, Edition, Listed, Rules, Wording
from chalicelib.data.write import Transaction
from chalicelib.households import agendas
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say


def require(org: str, consent_id: str) -> Consent:
    """The consent as the staff write it. Raises NotFound."""
    consent = store.get_consent(org, consent_id)
    if consent is None:
        raise NotFound
    return consent


def add(org: str, wording: Wording, rules: Rules) -> Consent:
    """Stores a new consent that nobody is asked yet. Raises Conflict when there are as many as there may be."""
    catalogue = store.get_catalogue(org)
    if len(catalogue.consents) >= MAX_CONSENTS:
        raise Conflict(say("There are %(n)s consents already. No further one can be added.", n=MAX_CONSENTS))
    consent = Consent(new_id(), wording, rules)
    _write(org, consent, catalogue.with_consent(Listed(consent.id, wording.title, rules)))
    return replace(consent, version=1)


def change(org: str, consent: Consent) -> None:
    """Stores a changed draft; what families are asked stays as it is until it is published. Raises Conflict."""
    catalogue = store.get_catalogue(org)
    listed = catalogue.find(consent.id)
    if listed is None:
        raise NotFound
    if not listed.version:
        catalogue = catalogue.with_consent(listed._replace(title=consent.wording.title, rules=consent.rules))
    _write(org, consent, catalogue)


def publish(org: str, consent_id: str, by: str, now: datetime) -> Listed:
    """Asks families what the draft says. Another text makes a new version, for which all are asked again; other rules
    alone hold for the present one. Publishing again changes nothing. Raises NotFound, Conflict.
    """
    consent, catalogue = require(org, consent_id), store.get_catalogue(org)
    listed = catalogue.find(consent_id)
    if listed is None:
        raise NotFound
    if not listed.is_published and sum(each.is_published for each in catalogue.consents) >= MAX_OPEN:
        raise Conflict(say("Families are asked for %(n)s consents already. Retire one first.", n=MAX_OPEN))
    transaction = Transaction()
    edition = store.get_edition(org, consent_id, consent.published) if consent.published else None
    number = consent.published
    if edition is None or edition.wording != consent.wording:
        number += 1
        store.create_edition(transaction, org, Edition(consent_id, number, consent.wording, now, by))
    told = Listed(consent_id, consent.wording.title, consent.rules, number)
    if told != listed:
        store.save_consent(transaction, org, replace(consent, published=number))
        store.save_catalogue(transaction, org, catalogue.with_consent(told))
        agendas.stir_all(transaction, org)
        transaction.commit_or_conflict()
    return told


def retire(org: str, consent_id: str) -> None:
    """Asks nobody any more; what was signed stays. Publishing it asks again. Raises NotFound, Conflict."""
    catalogue = store.get_catalogue(org)
    listed = catalogue.find(consent_id)
    if listed is None:
        raise NotFound
    if not listed.retired:
        transaction = Transaction()
        store.save_catalogue(transaction, org, catalogue.with_consent(listed._replace(retired=True)))
        transaction.commit_or_conflict()


def _write(org: str, consent: Consent, catalogue: Catalogue) -> None:
    transaction = Transaction()
    store.save_consent(transaction, org, consent)
    store.save_catalogue(transaction, org, catalogue)
    transaction.commit_or_conflict()
