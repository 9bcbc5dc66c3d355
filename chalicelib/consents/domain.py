"""What families are asked to agree to, and what they said: consents, their versions, and signatures (NEW-13). Pure.

Publishing a changed text makes a version that is never changed again. Whoever signs, signs one version in one language,
and whatever is said goes into a ledger that only grows. Every guardian's word is its own; what all of them come to
(`Standing.outcome`) is what places and bookings wait for. What is published stands in one small catalogue, so that
nothing need be written at any household when a text changes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.forms.domain import Audience
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import months_after

MAX_CONSENTS = 60
"""In one organisation, old ones among them: all of them are told in one item that pages read."""
MAX_OPEN = 20
"""Asked at once: each leaves a row for each member in the household's summary."""
MAX_TEXT = 10_000
"""Characters of a text in one language."""


class Lasts(NamedTuple):
    """How long a signature holds; whatever is said here, no longer than the text stays as it is."""

    until: date | None = None
    """Last day, such as that of a season; nobody is asked after it."""
    months: int = 0
    """For so long from the day of signing; 0: no bound of this kind."""

    def last_day(self, signed_on: date) -> date | None:
        """Last day on which a signature of that day holds; None: until the text changes."""
        return months_after(signed_on, self.months) if self.months else self.until


class Signers(Enum):
    """Whose signatures it takes."""

    ONE = "one"
    """One guardian's, of any home of the member."""
    ALL = "all"
    """Those of all guardians, in all homes; one who says no decides."""


class Rules(NamedTuple):
    """Whom a consent concerns, how urgently, and for how long."""

    audience: Audience = Audience()
    mandatory: bool = False
    """Whether places and bookings wait for it."""
    lasts: Lasts = Lasts()
    signers: Signers = Signers.ONE


class Wording(NamedTuple):
    """What one agrees to, as people read it."""

    title: Texts
    text: Texts
    after: Mapping[str, str] = {}
    """What follows when it is withdrawn, in the organisation's words."""
    basis: str = ""
    """On what law or duty it rests."""


class Listed(NamedTuple):
    """A consent as the catalogue tells it."""

    id: str
    title: Texts
    rules: Rules = Rules()
    """Those published."""
    version: int = 0
    """The published one; 0: none yet."""
    retired: bool = False
    """Not asked any more; what was signed stays."""

    @property
    def is_published(self) -> bool:
        """Whether families know it and are asked."""
        return self.version > 0 and not self.retired

    def is_asked(self, today: date) -> bool:
        """Whether families are asked to sign on a day."""
        until = self.rules.lasts.until
        return self.is_published and (until is None or today <= until)


class Catalogue(NamedTuple):
    """All consents of an organisation."""

    consents: tuple[Listed, ...] = ()
    version: int | None = None

    def find(self, consent_id: str) -> Listed | None:
        """The consent of this id, or None."""
        return next((each for each in self.consents if each.id == consent_id), None)

    def with_consent(self, listed: Listed) -> "Catalogue":
        """The catalogue with a consent added or told anew."""
        known = self.find(listed.id)
        if known is None:
            return self._replace(consents=(*self.consents, listed))
        return self._replace(consents=tuple(listed if each is known else each for each in self.consents))


@frozen
class Consent(Frozen):
    """A consent as the staff write it: what will be published next."""

    id: str
    wording: Wording
    rules: Rules
    published: int = 0
    """Latest version that was published."""
    version: int | None = None


class Edition(NamedTuple):
    """One published version of a consent."""

    consent: str
    number: int
    wording: Wording
    published_at: datetime
    by: str
    """User who published it."""


class Act(Enum):
    """What an entry of the ledger says."""

    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """The signature was for an earlier text, and the same person has been asked again."""
    EXPIRED = "expired"
    """The signature's time was over when the same person was asked again."""


class Capacity(Enum):
    """In what role somebody speaks."""

    GUARDIAN = "guardian"
    """As parent or guardian of a minor."""
    SELF = "self"
    REPRESENTATIVE = "representative"
    """For another adult, as whoever represents him or her by law."""
    HOUSEHOLD = "household"
    """For the whole household."""


class Signer(NamedTuple):
    """Who speaks, and from which home."""

    user: str
    name: str
    household: str
    capacity: Capacity


class Manner(NamedTuple):
    """How somebody signed: with a name as typed, with strokes as drawn, or both."""

    typed: str = ""
    drawing: str = ""
    """Strokes (`consents.drawing`)."""


@frozen
class Signature(Frozen):
    """One entry of the ledger; it is never changed."""

    id: str
    """Starts with the local day on which it was made."""
    act: Act
    consent: str
    version: int
    language: str
    """Of the text that was read."""
    title: str
    """As it was read."""
    text_hash: str
    """SHA-256 of the wording in that language (`consents.record`)."""
    member: str
    """Whom it is about; empty: the household."""
    member_name: str
    signer: Signer
    manner: Manner
    at: datetime
    zone: str
    """The organisation's time zone, in which the day counts."""
    until: date | None
    """Last day on which it holds; None: until the text changes."""
    address: str
    """The network address it came from, as only the organisation's own key could make it again."""
    ends: str = ""
    """Id of the signature that this entry ends."""
    digest: str = ""
    """SHA-256 over all of the above (`consents.record`)."""


class Word(NamedTuple):
    """The latest thing that one guardian said."""

    user: str
    household: str
    act: Act
    version: int
    on: date
    until: date | None
    signature: str
    """Id of the entry that says so."""

    def holds(self, version: int, today: date) -> bool:
        """Whether it agrees to this version on a day."""
        return self.act is Act.SIGNED and self.version == version and (self.until is None or today <= self.until)


class State(Enum):
    """What all words together come to."""

    SIGNED = "signed"
    PARTLY = "partly"
    """Some have signed, and others must."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Outcome(NamedTuple):
    """What all words together came to when the last was said."""

    state: State
    version: int
    on: date
    until: date | None


@frozen
class Standing(Frozen):
    """Where one consent stands about one member, in all homes, or about a household."""

    consent: str
    member: str
    """Empty: the household."""
    words: tuple[Word, ...] = ()
    """One for each guardian who ever said anything, latest last."""
    outcome: Outcome | None = None
    """None: nobody has said anything."""
    version: int | None = None

    def word_of(self, user: str) -> Word | None:
        """What this guardian said last."""
        return next((each for each in self.words if each.user == user), None)

    def with_word(self, word: Word) -> tuple[Word, ...]:
        """The words with one that was just said."""
        return (*(each for each in self.words if each.user != word.user), word)


def outcome_of(
    words: Sequence[Word], version: int, signers: Signers, guardians: Collection[str], today: date
) -> Outcome:
    """What words come to for the present version; the last is the newest, and `guardians` are the users whose
    signatures it takes, where it takes all.

    With one signer, each signature is enough. With all, one who says no to the text decides.
    """
    held = [each for each in words if each.holds(version, today)]
    refused = [each for each in words if each.act in (Act.DECLINED, Act.WITHDRAWN) and each.version == version]
    if not held or (signers is Signers.ALL and refused):
        said = refused[-1] if refused else words[-1]
        return Outcome(State(said.act.value), said.version, said.on, said.until)
    if signers is Signers.ONE:
        best = max(held, key=lambda each: each.until or date.max)
        return Outcome(State.SIGNED, version, best.on, best.until)
    is_whole = set(guardians) <= {each.user for each in held}
    first = min(held, key=lambda each: each.until or date.max)
    return Outcome(State.SIGNED if is_whole else State.PARTLY, version, held[-1].on, first.until)
