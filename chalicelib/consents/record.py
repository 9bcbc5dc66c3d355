"""What makes an entry of the ledger provable: one canonical form of it, and the SHA-256 over that form (NEW-13). Pure.

The form is JSON in UTF-8: names in the order of the alphabet, no blanks, moments in UTC to the second. It holds the
hash of the text that was read, so that the entry proves the text as well. Whoever has entry and text can work both out.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.consents.domain import Edition, Signature, Wording
from chalicelib.shared.texts import Texts, in_language
from chalicelib.shared.times import to_iso

_FORM = "foyer-consent-1"
"""Names this canonical form; another one would have another name."""


def language_of(texts: Texts, wanted: str) -> str:
    """The language that a reader of `wanted` gets, which is another where there is no text in it."""
    return wanted if texts.get(wanted) else next((language for language, text in texts.items() if text), wanted)


def text_hash(wording: Wording, language: str) -> str:
    """SHA-256 of all that is read in a language."""
    told = {
        "title": in_language(wording.title, language),
        "text": in_language(wording.text, language),
        "after": in_language(wording.after, language),
        "basis": wording.basis,
    }
    return _sha256(told)


def canonical(signature: Signature) -> dict[str, str]:
    """Everything that an entry says, but for its hash."""
    signer, manner = signature.signer, signature.manner
    return {
        "form": _FORM,
        "id": signature.id,
        "act": signature.act.value,
        "consent": signature.consent,
        "version": str(signature.version),
        "language": signature.language,
        "title": signature.title,
        "text_hash": signature.text_hash,
        "member": signature.member,
        "member_name": signature.member_name,
        "user": signer.user,
        "name": signer.name,
        "household": signer.household,
        "capacity": signer.capacity.value,
        "typed": manner.typed,
        "drawing": manner.drawing,
        "at": to_iso(signature.at),
        "zone": signature.zone,
        "until": signature.until.isoformat() if signature.until else "",
        "address": signature.address,
        "ends": signature.ends,
    }


def sealed(signature: Signature) -> Signature:
    """The entry with its hash."""
    return replace(signature, digest=_sha256(canonical(signature)))


def is_genuine(signature: Signature, edition: Edition | None) -> bool:
    """Whether an entry, and the text that it is about, are still what was sealed."""
    if edition is None or (edition.consent, edition.number) != (signature.consent, signature.version):
        return False
    is_same_text = text_hash(edition.wording, signature.language) == signature.text_hash
    return is_same_text and _sha256(canonical(signature)) == signature.digest


def _sha256(told: Mapping[str, str]) -> str:
    form = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(form.encode()).hexdigest()
