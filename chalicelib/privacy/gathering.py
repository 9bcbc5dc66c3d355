"""What the portal holds of a family, kind by kind: how each is told in its copy, and what becomes of it when it leaves.

A feature states here what its items are. Each kind of item is either told, or left out for a reason that the copy
names itself; a test compares this list with all models there are, so that nothing can be forgotten (NEW-12).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_type_hints

from chalicelib.billing import store as billing
from chalicelib.billing.bought import bought_from
from chalicelib.billing.domain import InvoiceStatus
from chalicelib.bookings import store as bookings
from chalicelib.calendar.feeds import FeedItem
from chalicelib.consents import store as consents
from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.documents import store as documents
from chalicelib.dunning import store as dunning
from chalicelib.enrolments import certificate_store, right_store
from chalicelib.files.domain import StoredFile
from chalicelib.forms import store as forms
from chalicelib.households import store as households
from chalicelib.households.domain import Private
from chalicelib.identity import store as identity
from chalicelib.memberships import pass_store
from chalicelib.memberships import store as memberships
from chalicelib.messages import store as messages
from chalicelib.notifications.archive import SentItem
from chalicelib.notifications.preferences import PreferencesItem
from chalicelib.payments import plans
from chalicelib.payments import store as payments
from chalicelib.payments.links import InvoiceLinkItem
from chalicelib.privacy.plain import described, plain
from chalicelib.privacy.retention import Keep
from chalicelib.quotes import store as quotes
from chalicelib.quotes.domain import QuoteStatus
from chalicelib.recurring import store as recurring
from chalicelib.recurring.domain import RecurringStatus
from chalicelib.schedule import store as schedule
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Message, say
from chalicelib.sharing.models import InvitationItem, ShareItem
from chalicelib.skills import store as skills
from chalicelib.slips import store as slips

_TECHNICAL = frozenset(
    {"pk", "sk", "kind", "schema", "queue", "due", "expires", "version", "source", "token_hash", "lease", "work"}
)
"""Attributes that only say where and how an item is stored."""
_POINTER = say("It only says where something is that is told elsewhere in this copy.")
_PROVIDER = say("It holds names that only the payment provider understands, and nothing about you.")
_OPENS = say("Whoever has it gets in somewhere.")


@frozen
class Holding(Frozen):
    """One kind of item."""

    name: str = ""
    """What its files in the copy are called; "" where it is not told."""
    read: Callable[[Any], object] | None = None
    """Its record; None: the item's own attributes."""
    keep: Keep = Keep.NOT
    left_out: Message | None = None
    """Why it is not told."""
    under: str = ""
    """How the sort keys of what is told begin, where other items of the kind only repeat it."""
    private: Private | None = None
    """What a member keeps who keeps the records about him or her from the rest of the household (NEW-14)."""

    def hides(self, record: object) -> bool:
        """Whether a record is none of the family's yet: a draft of the staff's (INV-2)."""
        return getattr(record, "status", None) in (InvoiceStatus.DRAFT, QuoteStatus.DRAFT, RecurringStatus.DRAFT)

    def record(self, item: Item) -> Any:
        """The item as the copy tells it."""
        return plain(self.read(item)) if self.read else _as_stored(item)

    def fields(self, model: type[Item]) -> dict[str, Any]:
        """What its records hold, for the description."""
        if self.read:
            return described(get_type_hints(self.read)["return"])
        return dict.fromkeys(sorted(set(model.get_attributes()) - _TECHNICAL), "as stored")


def _as_stored(item: Item) -> dict[str, Any]:
    values = item.attribute_values.items()
    return {name: plain(value) for name, value in values if name not in _TECHNICAL and value is not None}


def _not_told(why: Message, keep: Keep = Keep.NOT) -> Holding:
    return Holding(left_out=why, keep=keep)


MET = (FeedItem, InvitationItem, InvoiceLinkItem, PreferencesItem, SentItem, ShareItem)
"""Kinds that no function below reads: loaded, for they are met among the others."""

HOLDINGS: Mapping[str, Holding] = {
    "household": Holding("household", households.household_from, Keep.BOOKS),
    "member": _not_told(_POINTER),
    "absorbed": _not_told(_POINTER),
    "household_user": _not_told(_POINTER),
    "summary": _not_told(say("It repeats what is told elsewhere in this copy, for pages to be quick.")),
    "invoice": Holding("invoices", billing.invoice_from, Keep.BOOKS),
    "member_invoice": _not_told(_POINTER),
    "unpaid": _not_told(_POINTER),
    "credit": _not_told(_POINTER),
    "payment": Holding("payments", billing.payment_from, Keep.BOOKS),
    "credit_note": Holding("credit-notes", billing.credit_note_from, Keep.BOOKS),
    "ledger": Holding("ledger", billing.entry_from, Keep.BOOKS),
    "bought": Holding("purchases", bought_from, under=keys.BOUGHT),
    "quote": Holding("quotes", quotes.quote_from),
    "open_quote": _not_told(_POINTER),
    "recurring": Holding("recurring-invoices", recurring.recurring_from),
    "recurring_invoice": _not_told(_POINTER),
    "subscription": Holding("subscriptions", memberships.subscription_from),
    "pass": Holding("passes", pass_store.pass_from),
    "photo": Holding("photos", private=Private.PROFILE),
    "payment_method": Holding("payment-methods", payments.method_from),
    "autopay_plan": Holding("automatic-payment", plans.choices_from),
    "dunning_step": Holding("reminders", dunning.taken_from),
    "dunning_rules": Holding("reminders-agreed", dunning.rules_from),
    "customer": _not_told(_PROVIDER),
    "checkout": _not_told(_PROVIDER),
    "claim": _not_told(_PROVIDER),
    "invoice_link": _not_told(_OPENS),
    "booking": Holding("bookings", bookings.booking_from),
    "moved_booking": _not_told(_POINTER),
    "booking_request": _not_told(_POINTER),
    "takeaway": _not_told(say("It is this copy.")),
    "client_notes": _not_told(say("The staff keep these notes for themselves. Ask us if you want to read them.")),
    "document": Holding("documents", documents.document_from, private=Private.PROFILE),
    "wanted_paper": Holding("wanted-papers", documents.wanted_from, private=Private.PROFILE),
    "form_answers": Holding("form-answers", forms.answers_from, private=Private.PROFILE),
    "consent_standing": _not_told(_POINTER),
    "signature": Holding("signatures", consents.signature_from, Keep.PROOF, private=Private.PROFILE),
    "slip": Holding("tax-slips", slips.slip_from, Keep.SLIPS),
    "slip_file": Holding("tax-slip-particulars"),
    "slip_number": _not_told(say("It is sealed: nobody reads it but for making a tax slip.")),
    "thread": Holding("conversations", messages.thread_from),
    "thread_message": Holding("messages"),
    "question": _not_told(_POINTER),
    "news": Holding("news"),
    "sent": Holding("mail-and-texts"),
    "preferences": Holding("preferences"),
    "agenda": _not_told(say("It says when we write to you next about what is told elsewhere in this copy.")),
    "invitation": _not_told(_OPENS),
    "share": _not_told(_OPENS),
    "person": Holding("members", households.person_from, private=Private.PROFILE),
    "enrolment": Holding("enrolments", schedule.enrolment_from, private=Private.SCHEDULE),
    "split": _not_told(say("It is between two homes, and each sees it on its own pages.")),
    "right": Holding("rights-to-make-up", right_store.right_from, private=Private.SCHEDULE),
    "certificate": Holding("certificates", certificate_store.certificate_from, private=Private.PROFILE),
    "reached_skill": Holding("skills", skills.reached_from),
    "user": Holding("your-sign-in", identity.user_from),
    "session": Holding("devices"),
    "browser": _not_told(_OPENS),
    "feed": Holding("calendar-subscriptions"),
    "authenticator": _not_told(_OPENS),
    "deed": Holding("activity"),
}


def kind_of(model: type[Item]) -> str:
    """The name of a kind of items."""
    return str(model.kind.get_discriminator(model))


def holding_of(item: Item) -> Holding | None:
    """What is stated about an item's kind; None for one that is nobody's in particular."""
    return HOLDINGS.get(kind_of(type(item)))


def owner_of(item: Item, household: str) -> str:
    """Whose folder of the vault an item's files lie in: a certificate's paper is the member's own, for all homes."""
    if isinstance(item, certificate_store.CertificateItem):
        return item.person
    return getattr(item, "household", None) or household


def files_of(value: Any) -> Iterator[StoredFile]:
    """Whatever in a plain record has the form of a kept file."""
    if isinstance(value, dict):
        if set(value) == set(StoredFile._fields):
            yield StoredFile.from_json(value)
            return
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from files_of(each)
