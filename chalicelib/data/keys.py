"""Every key shape of the table, in one place (docs/table-design.md explains each).

The organisation comes first in every partition: nothing of one organisation can be
reached with another's key (T-04), and a household's things share the household's.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """Primary key of one item."""

    pk: str
    sk: str


def partition(org: str, rest: str = "") -> str:
    """The partition of an organisation itself; or that with `rest` behind it, such as `HH#<household>`."""
    return f"ORG#{org}#{rest}" if rest else f"ORG#{org}"


def is_of(org: str, pk: str) -> bool:
    """Whether a partition is the organisation's, and not that of one with a longer name."""
    return pk == partition(org) or pk.startswith(f"{partition(org)}#")


def organisation_of(key: Key) -> str:
    """Slug of the organisation that an item belongs to."""
    return key.pk.split("#", 2)[1]


def organisation(org: str) -> Key:
    """Settings and name of an organisation; `org` is its slug."""
    return Key(f"ORG#{org}", "ORGANISATION")


def logo(org: str) -> Key:
    """Brand image of an organisation."""
    return Key(f"ORG#{org}", "LOGO")


AUDIT = "ENTRY#"
"""Start of the sort keys of an organisation's own log."""


def audit(org: str, name: str) -> Key:
    """Something that was decided about an organisation; `name` is when (ISO, UTC) and the entry's name."""
    return Key(f"ORG#{org}#AUDIT", f"{AUDIT}{name}")


def own_words(org: str, template: str) -> Key:
    """The organisation's own words around the fixed ones of a message, by its folder of templates."""
    return Key(f"ORG#{org}#WORDS", f"MESSAGE#{template}")


def programme(org: str, programme_id: str) -> Key:
    """A programme, under its organisation."""
    return Key(f"ORG#{org}", f"PROGRAMME#{programme_id}")


def class_group(org: str, class_id: str) -> Key:
    """A class group with its dated occurrences."""
    return Key(f"ORG#{org}#CLASS#{class_id}", "CLASS")


def roll(org: str, class_id: str) -> Key:
    """Who has, holds or waits for a place in a class group; beside the class, but written far more often."""
    return Key(f"ORG#{org}#CLASS#{class_id}", "ROLL")


def meeting(org: str, programme_id: str, starts: str, class_id: str, meeting_id: str) -> Key:
    """A meeting in the order of time (ISO, UTC) of its programme."""
    return Key(meetings_partition(org, programme_id), f"{starts}#{class_id}#{meeting_id}")


def meetings_partition(org: str, programme_id: str) -> str:
    """Partition of all meetings of a programme; empty: of classes that belong to none."""
    return f"ORG#{org}#MEETINGS#{programme_id or '-'}"


def month_meeting(org: str, starts: str, class_id: str, meeting_id: str) -> Key:
    """A meeting in the order of time (ISO, UTC) of all meetings of its month, whatever the programme."""
    return Key(month_partition(org, starts[:7]), f"{starts}#{class_id}#{meeting_id}")


def month_partition(org: str, month: str) -> str:
    """Partition of all meetings that begin in a month (`2026-11`, UTC)."""
    return f"ORG#{org}#MONTH#{month}"


def listed_class(org: str, until: str, class_id: str) -> Key:
    """A class group in the list of the organisation's, by when (ISO, UTC) its last meeting ends."""
    return Key(f"ORG#{org}#CLASSES", f"{LISTED_CLASSES}{until}#{class_id}")


LISTED_CLASSES = "CLASS#"
"""Start of the sort keys of the list of all class groups."""


CHANGES = "CHANGE#"
"""Start of the sort keys of what was changed of a class."""


def class_change(org: str, class_id: str, number: int) -> Key:
    """What was changed of a class and families are told; `number` is the version that the class had then."""
    return Key(f"ORG#{org}#CLASS#{class_id}", f"{CHANGES}{number:0>8}")


STIRRED = "STIRRED"
"""Sort key of the note that the meetings of a class changed."""


def stirred_class(org: str, class_id: str) -> Key:
    """That the meetings of a class changed, until the agendas of its families were told."""
    return Key(f"ORG#{org}#CLASS#{class_id}", STIRRED)


def offered_class(org: str, programme_id: str, class_id: str) -> Key:
    """That families may take places in a class group; all that an organisation offers is one range, by programme."""
    return Key(f"ORG#{org}#OFFERED", f"{offered_prefix(programme_id)}{class_id}")


def offered_prefix(programme_id: str) -> str:
    """Start of the sort keys of one programme's classes that families may take places in."""
    return f"OFFERED#{programme_id or '-'}#"


OFFERED = "OFFERED#"
"""Start of the sort keys of all of them."""


def household(org: str, household_id: str) -> Key:
    """A household's own particulars."""
    return Key(household_partition(org, household_id), "HOUSEHOLD")


def household_partition(org: str, household_id: str) -> str:
    """Partition of everything a household owns."""
    return f"ORG#{org}#HH#{household_id}"


def owner(key: Key) -> tuple[str, str]:
    """Organisation and household whose partition a key is in."""
    _, org, _, household_id = key.pk.split("#")
    return org, household_id


def summary(org: str, household_id: str) -> Key:
    """What the household's dashboard and lists need, kept by the writes that change it."""
    return Key(household_partition(org, household_id), "SUMMARY")


AGENDA = "AGENDA"
"""Sort key of a household's agenda."""


def agenda(org: str, household_id: str) -> Key:
    """When a household is to be reminded of something next, and of what it was."""
    return Key(household_partition(org, household_id), AGENDA)


def agendas(org: str) -> Key:
    """That all agendas of an organisation are to be looked at anew, and how far that got."""
    return Key(f"ORG#{org}", "AGENDAS")


MEMBERS = "MEMBER#"
"""Start of the sort keys of who belongs to a household."""


def membership_link(org: str, household_id: str, person_id: str) -> Key:
    """That a person belongs to a household; a child of two homes has two."""
    return Key(household_partition(org, household_id), f"{MEMBERS}{person_id}")


ABSORBED = "ABSORBED#"
"""Start of the sort keys of households that were merged into one."""


def absorbed(org: str, household_id: str, folded_id: str) -> Key:
    """That a household was merged into this one, and is put away with what stayed there."""
    return Key(household_partition(org, household_id), f"{ABSORBED}{folded_id}")


ACCESS = "ACCESS#"
"""Start of the sort keys of all that gives access to a household: who has a role, who is invited, who has a link."""


HOUSEHOLD_USERS = f"{ACCESS}USER#"
"""Start of the sort keys of who has a role in a household."""


def household_user(org: str, household_id: str, user_id: str) -> Key:
    """That a user has a role in a household."""
    return Key(household_partition(org, household_id), f"{HOUSEHOLD_USERS}{user_id}")


def invitation(org: str, household_id: str, invitation_id: str) -> Key:
    """An invitation into a household that waits for an answer."""
    return Key(household_partition(org, household_id), f"{ACCESS}INVITATION#{invitation_id}")


def share(org: str, household_id: str, token_hash: str) -> Key:
    """A link by which somebody without an account sees a little of a household (NEW-7)."""
    return Key(household_partition(org, household_id), f"{ACCESS}SHARE#{token_hash}")


INVOICES = "INVOICE#"
"""Start of the sort keys of issued invoices."""


def invoice(org: str, household_id: str, invoice_id: str) -> Key:
    """An issued invoice; its id starts with the day of issue, so the range is the list."""
    return Key(household_partition(org, household_id), f"{INVOICES}{invoice_id}")


def draft_invoice(org: str, household_id: str, invoice_id: str) -> Key:
    """An invoice that is not issued: another kind of key, so that no list of invoices can hold it (INV-2)."""
    return Key(household_partition(org, household_id), f"DRAFT#{invoice_id}")


def member_invoice(org: str, household_id: str, person_id: str, invoice_id: str) -> Key:
    """That an invoice has lines for a member (INV-6)."""
    return Key(household_partition(org, household_id), f"{member_invoice_prefix(person_id)}{invoice_id}")


def member_invoice_prefix(person_id: str) -> str:
    """Start of the sort keys of one member's invoices."""
    return f"MEMBER_INVOICE#{person_id}#"


UNPAID = "UNPAID#"
"""Start of the sort keys of invoices that wait for money."""


def unpaid(org: str, household_id: str, due_on: str, invoice_id: str) -> Key:
    """That an invoice waits for money, by the day (ISO) on which its next part falls due."""
    return Key(household_partition(org, household_id), f"{UNPAID}{due_on}#{invoice_id}")


def unpaid_invoice(key: Key) -> str:
    """Id of the invoice that waits for money at a key."""
    return key.sk.rpartition("#")[2]


def credit_note(org: str, household_id: str, credit_note_id: str) -> Key:
    """A credit note; its id starts with the day of issue."""
    return Key(household_partition(org, household_id), f"CREDIT_NOTE#{credit_note_id}")


def credit(org: str, household_id: str, document_id: str) -> Key:
    """That a payment or credit note has something left; the document's id starts with its day."""
    return Key(household_partition(org, household_id), f"CREDIT#{document_id}")


def ledger_entry(org: str, household_id: str, payer: str, currency: str, day: str, sequence: int) -> Key:
    """One entry of the ledger of a payer (empty: the household itself) and currency, in the order of booking."""
    return Key(household_partition(org, household_id), f"{ledger_prefix(payer, currency)}{day}#{sequence:0>8}")


def day_of_entry(key: Key) -> str:
    """Day (ISO) of an entry of a ledger, from its key."""
    return key.sk.split("#")[-2]


def ledger_prefix(payer: str, currency: str) -> str:
    """Start of the sort keys of one ledger; a day (ISO) may follow."""
    return f"LEDGER#{payer or '-'}#{currency}#"


def journal_entry(org: str, day: str, moment: str, household_id: str, payer: str, currency: str, sequence: int) -> Key:
    """The same entry in the organisation's journal of the day (ISO) on which it was booked, by the moment of that."""
    ledger = f"{household_id}#{payer or '-'}#{currency}#{sequence:0>8}"
    return Key(journal_partition(org, day), f"{JOURNAL_ENTRIES}{moment}#{ledger}")


JOURNAL_ENTRIES = "ENTRY#"
"""Start of the sort keys of what was booked on a day."""
TILL_CLOSES = "CLOSE#"
"""Start of the sort keys of when a day's takings were counted."""


def till_close(org: str, day: str, moment: str) -> Key:
    """That a day's takings were counted, and when (ISO, UTC)."""
    return Key(journal_partition(org, day), f"{TILL_CLOSES}{moment}")


STATEMENT_RUNS = "RUN#"
"""Start of the sort keys of statements that were sent to many families at once."""


def statement_run(org: str, moment: str) -> Key:
    """That statements were sent to many families, by the moment (ISO, UTC) when that began."""
    return Key(f"ORG#{org}#STATEMENTS", f"{STATEMENT_RUNS}{moment}")


def journal_partition(org: str, day: str) -> str:
    """Partition of all that was booked on a day, whoever's ledger it stands in."""
    return f"ORG#{org}#JOURNAL#{day}"


def series(org: str, name: str) -> Key:
    """The counter of gapless numbers of a series, e.g. `invoice 2026`; a partition of its own, for it is busy."""
    return Key(f"ORG#{org}#SERIES#{name}", "SERIES")


def quote(org: str, household_id: str, quote_id: str) -> Key:
    """A quote that was sent; its id starts with the day it was made."""
    return Key(household_partition(org, household_id), f"QUOTE#{quote_id}")


def open_quote(org: str, household_id: str, valid_until: str, quote_id: str) -> Key:
    """That a quote waits for an answer, by the last day (ISO) on which it may be approved.

    It stands in the range of the quotes themselves, and read backwards, before all of them.
    """
    return Key(household_partition(org, household_id), f"QUOTE#OPEN#{valid_until}#{quote_id}")


def draft_quote(org: str, household_id: str, quote_id: str) -> Key:
    """A quote not sent yet: another kind of key, so that no list of quotes can hold it."""
    return Key(household_partition(org, household_id), f"DRAFT_QUOTE#{quote_id}")


def recurring(org: str, household_id: str, recurring_id: str) -> Key:
    """A recurring invoice."""
    return Key(household_partition(org, household_id), f"RECURRING#{recurring_id}")


def recurring_invoice(org: str, household_id: str, recurring_id: str, invoice_id: str) -> Key:
    """That a recurring invoice made an invoice (REC-2)."""
    return Key(household_partition(org, household_id), f"{recurring_invoice_prefix(recurring_id)}{invoice_id}")


def recurring_invoice_prefix(recurring_id: str) -> str:
    """Start of the sort keys of the invoices that one recurring invoice made."""
    return f"RECURRING_INVOICE#{recurring_id}#"


def subscription(org: str, household_id: str, subscription_id: str) -> Key:
    """A subscription."""
    return Key(household_partition(org, household_id), f"SUBSCRIPTION#{subscription_id}")


def plan(org: str, plan_id: str) -> Key:
    """A plan that subscriptions are to."""
    return Key(f"ORG#{org}", f"PLAN#{plan_id}")


def pass_(org: str, household_id: str, pass_id: str) -> Key:
    """A pass or punch card; ids start with a date, so a range of keys is in order."""
    return Key(household_partition(org, household_id), f"PASS#{pass_id}")


def card(org: str, number: str) -> Key:
    """Whose a membership card is, by the number on it."""
    return Key(f"ORG#{org}#CARD#{number}", "CARD")


BOUGHT = "BOUGHT#"
"""How keys of what a household bought begin."""


def bought(org: str, household_id: str, bought_id: str) -> Key:
    """Something that a household bought or gave back; ids start with a moment, so a range of keys is in order."""
    return Key(household_partition(org, household_id), f"{BOUGHT}{bought_id}")


def bought_by(org: str, household_id: str, person_id: str, bought_id: str) -> Key:
    """The same among what was bought for one member."""
    return Key(household_partition(org, household_id), f"BOUGHT_BY#{person_id}#{bought_id}")


def product(org: str, product_id: str) -> Key:
    """Something that families can buy; all of an organisation's are in one partition."""
    return Key(f"ORG#{org}#SHOP", f"PRODUCT#{product_id}")


def order(org: str, order_id: str) -> Key:
    """What was sold of a product; for the staff who hand it out. Ids start with a date."""
    return Key(f"ORG#{org}#ORDERS", f"ORDER#{order_id}")


def photo(org: str, person_id: str) -> Key:
    """A member's picture for the membership card."""
    return Key(person_partition(org, person_id), "PHOTO")


METHODS = "METHOD#"
"""Start of the sort keys of payment methods."""


def payment_method(org: str, household_id: str, method_id: str) -> Key:
    """A payment method on file with Stripe, as far as people may know it (PM-4)."""
    return Key(household_partition(org, household_id), f"{METHODS}{method_id}")


def customer(org: str, household_id: str, payer: str) -> Key:
    """Stripe's customer for a payer of a household."""
    return Key(household_partition(org, household_id), f"CUSTOMER#{payer or '-'}")


def checkout(org: str, household_id: str, checkout_id: str) -> Key:
    """One attempt to pay: what for, how much, and Stripe's session for it."""
    return Key(household_partition(org, household_id), f"CHECKOUT#{checkout_id}")


def claim(org: str, household_id: str, invoice_id: str) -> Key:
    """Which attempt to pay an invoice is under way; there is at most one (P-11)."""
    return Key(household_partition(org, household_id), f"CLAIM#{invoice_id}")


def autopay_plan(org: str, household_id: str) -> Key:
    """What a household chose about charges to its methods on file, and what it was told and charged (NEW-15)."""
    return Key(household_partition(org, household_id), "AUTOPAY")


DUNNED = "DUNNED#"
"""Start of the sort keys of steps of reminding that were taken."""


def dunning_step(org: str, household_id: str, invoice_id: str, due_on: str, step: int) -> Key:
    """That a family was reminded of a part of an invoice, by the day (ISO) on which it was due, and by which step."""
    return Key(household_partition(org, household_id), f"{dunning_steps_prefix(invoice_id)}{due_on}#{step}")


def dunning_steps_prefix(invoice_id: str) -> str:
    """Start of the sort keys of the steps that were taken about one invoice."""
    return f"{DUNNED}{invoice_id}#"


def dunning_rules(org: str, household_id: str) -> Key:
    """What the staff agreed with a household about reminders: until when they rest, and whether fees are charged."""
    return Key(household_partition(org, household_id), "DUNNING")


def pay_link(org: str, token_hash: str) -> Key:
    """A link by which somebody else pays (NEW-8)."""
    return Key(f"ORG#{org}#PAYLINK#{token_hash}", "PAYLINK")


def invoice_link(org: str, household_id: str, invoice_id: str, token_hash: str) -> Key:
    """That an invoice has a link by which somebody else pays."""
    return Key(household_partition(org, household_id), f"{invoice_link_prefix(invoice_id)}{token_hash}")


def invoice_link_prefix(invoice_id: str) -> str:
    """Start of the sort keys of the links to pay one invoice."""
    return f"INVOICE_LINK#{invoice_id}#"


def customer_owner(org: str, customer: str) -> Key:
    """Whose Stripe's customer is."""
    return Key(f"ORG#{org}#CUSTOMER#{customer}", "CUSTOMER")


def reconcile(org: str) -> Key:
    """When an organisation's payments are next compared with Stripe's."""
    return Key(f"ORG#{org}", "RECONCILE")


def parked(org: str, name: str) -> Key:
    """Something that waits for a person at the desk."""
    return Key(f"ORG#{org}#PARKED#{name}", "PARKED")


def stripe_event(org: str, event_id: str) -> Key:
    """An event that Stripe told, kept before anything is done about it (P-03)."""
    return Key(f"ORG#{org}#STRIPE#{event_id}", "EVENT")


PAYMENTS = "PAYMENT#"
"""Start of the sort keys of a household's payments."""


def payment(org: str, household_id: str, payment_id: str) -> Key:
    """A payment; its id starts with the day it was received."""
    return Key(household_partition(org, household_id), f"{PAYMENTS}{payment_id}")


BOOKINGS = "BOOKING#"
"""Start of the sort keys of a household's bookings."""


def booking(org: str, household_id: str, booking_id: str) -> Key:
    """A booking; its id starts with the day it is for, so the range is the list, and a part of it a calendar."""
    return Key(household_partition(org, household_id), f"{BOOKINGS}{booking_id}")


def moved_booking(org: str, household_id: str, tail: str) -> Key:
    """Where a booking is that was moved to another day, by what stays of its id."""
    return Key(household_partition(org, household_id), f"MOVED_BOOKING#{tail}")


def booking_request(org: str, household_id: str, booking_id: str) -> Key:
    """That a booking waits for the organisation's answer."""
    return Key(household_partition(org, household_id), f"BOOKING_REQUEST#{booking_id}")


def resource(org: str, resource_id: str) -> Key:
    """A room, court, rink or appointment that can be booked, under its organisation."""
    return Key(f"ORG#{org}", f"RESOURCE#{resource_id}")


def week_sheet(org: str, resource_id: str, monday: str) -> Key:
    """What is taken of a resource in the week (UTC) from a Monday (ISO) on."""
    return Key(f"ORG#{org}#RESOURCE#{resource_id}", f"WEEK#{monday}")


def imported(org: str, record_id: str) -> Key:
    """Where an imported record lies, by the id that its own id in the organisation's files makes."""
    return Key(f"ORG#{org}#IMPORTED#{record_id}", "IMPORTED")


def person(org: str, person_id: str) -> Key:
    """A person, stored once whichever households count him or her as a member."""
    return Key(person_partition(org, person_id), "PERSON")


def person_partition(org: str, person_id: str) -> str:
    """Partition of a person's own history."""
    return f"ORG#{org}#PERSON#{person_id}"


ENROLMENTS = "ENROLMENT#"
"""Start of the sort keys of a person's enrolments."""


def enrolment(org: str, person_id: str, enrolment_id: str) -> Key:
    """An enrolment of a person in a class group; its id starts with the day it begins."""
    return Key(person_partition(org, person_id), f"{ENROLMENTS}{enrolment_id}")


def split(org: str, person_id: str, programme_id: str) -> Key:
    """How homes share what a programme costs for a person; empty: all programmes without a split of their own."""
    return Key(person_partition(org, person_id), f"SPLIT#{programme_id or '-'}")


def right(org: str, person_id: str, right_id: str) -> Key:
    """A person's right to make up; its id starts with the day it was to expire on when it was given."""
    return Key(person_partition(org, person_id), f"RIGHT#{right_id}")


def certificate(org: str, person_id: str, certificate_id: str) -> Key:
    """A certificate about a person; its id starts with the first day that it covers."""
    return Key(person_partition(org, person_id), f"CERTIFICATE#{certificate_id}")


def reached_skill(org: str, person_id: str, skill_id: str) -> Key:
    """What a person reached of a skill."""
    return Key(person_partition(org, person_id), f"REACHED#{skill_id}")


def skill(org: str, skill_id: str) -> Key:
    """A skill that an organisation teaches, under its organisation."""
    return Key(f"ORG#{org}", f"SKILL#{skill_id}")


def forms(org: str) -> Key:
    """All forms of an organisation in one item: what is asked, of whom and when."""
    return Key(f"ORG#{org}", "FORMS")


def form(org: str, form_id: str) -> Key:
    """A form as the staff write it."""
    return Key(f"ORG#{org}#FORM#{form_id}", "FORM")


def form_version(org: str, form_id: str, version: int) -> Key:
    """A form as it was published; never written again."""
    return Key(f"ORG#{org}#FORM#{form_id}", f"VERSION#{version:0>6}")


def answered_form(org: str, form_id: str, household_id: str, person_id: str) -> Key:
    """That a household answered a form about a member (empty: about itself), beside the form, for the staff's list."""
    return Key(f"ORG#{org}#FORM#{form_id}", f"{ANSWERED}{household_id}#{person_id or '-'}")


ANSWERED = "ANSWERED#"
"""Start of the sort keys of whom a form was answered about."""


def form_answers(org: str, household_id: str, form_id: str, person_id: str, answers_id: str) -> Key:
    """What a household answered about a member (empty: about itself); the id starts with the day it was sent in."""
    return Key(household_partition(org, household_id), f"FORM_ANSWERS#{form_id}#{person_id or '-'}#{answers_id}")


def form_draft(org: str, household_id: str, form_id: str, person_id: str) -> Key:
    """What a household has begun to answer."""
    return Key(household_partition(org, household_id), f"FORM_DRAFT#{form_id}#{person_id or '-'}")


def consents(org: str) -> Key:
    """All consents of an organisation in one item: what is to be signed, and by whom."""
    return Key(f"ORG#{org}", "CONSENTS")


def consent(org: str, consent_id: str) -> Key:
    """A consent as the staff write it."""
    return Key(f"ORG#{org}#CONSENT#{consent_id}", "CONSENT")


def consent_edition(org: str, consent_id: str, version: int) -> Key:
    """A consent as it was published; never written again."""
    return Key(f"ORG#{org}#CONSENT#{consent_id}", f"VERSION#{version:0>6}")


def signature(org: str, household_id: str, signature_id: str) -> Key:
    """An entry of a household's ledger of consents; ids start with the day, and no entry is written again (NEW-13)."""
    return Key(household_partition(org, household_id), f"SIGNATURE#{signature_id}")


def person_consent(org: str, person_id: str, consent_id: str) -> Key:
    """Where a consent stands about a person, in all homes."""
    return Key(person_partition(org, person_id), f"CONSENT#{consent_id}")


def household_consent(org: str, household_id: str, consent_id: str) -> Key:
    """Where a consent stands about a household."""
    return Key(household_partition(org, household_id), f"CONSENT#{consent_id}")


def user(org: str, user_id: str) -> Key:
    """Somebody who signs in."""
    return Key(user_partition(org, user_id), "USER")


def user_partition(org: str, user_id: str) -> str:
    """Partition of a user's sessions and known browsers."""
    return f"ORG#{org}#USER#{user_id}"


def staff(org: str, user_id: str) -> Key:
    """That a user has a staff role."""
    return Key(f"ORG#{org}", f"STAFF#{user_id}")


def demo(org: str) -> Key:
    """The family with which an organisation's staff try the portal; it lives in an organisation of its own."""
    return Key(f"ORG#{org}", "DEMO")


def authenticator(org: str, user_id: str) -> Key:
    """A staff user's authenticator (A-28)."""
    return Key(user_partition(org, user_id), "AUTHENTICATOR")


def session(org: str, user_id: str, token_hash: str) -> Key:
    """A signed-in device."""
    return Key(user_partition(org, user_id), f"SESSION#{token_hash}")


def feed(org: str, user_id: str, token_hash: str) -> Key:
    """A calendar that a user subscribed to elsewhere."""
    return Key(user_partition(org, user_id), f"FEED#{token_hash}")


def browser(org: str, user_id: str, token_hash: str) -> Key:
    """A browser that signed in before (A-11)."""
    return Key(user_partition(org, user_id), f"BROWSER#{token_hash}")


def login(org: str, identifier: str) -> Key:
    """A login address, unique in the organisation: `email:…` or `tel:+…` (D-01)."""
    return Key(f"ORG#{org}#LOGIN#{identifier}", "LOGIN")


def challenge(org: str, challenge_id: str) -> Key:
    """A one-time code that was asked for."""
    return Key(f"ORG#{org}#CHALLENGE#{challenge_id}", "CHALLENGE")


def code_dispatch(org: str, challenge_id: str, number: int) -> Key:
    """The order to send the `number`-th code of a challenge; writing it is what makes it go out."""
    return Key(f"ORG#{org}#CHALLENGE#{challenge_id}", f"DISPATCH#{number:02d}")


def limit(org: str, bucket: str, digest: str) -> Key:
    """What a limit has counted for one address or source."""
    return Key(f"ORG#{org}#LIMIT#{bucket}#{digest}", "LIMIT")


def received(org: str, year: int, household_id: str, payment_id: str) -> Key:
    """That a payment was received in a year: whoever looks through a year's families finds them by these."""
    return Key(f"ORG#{org}#RECEIVED#{year}", f"{RECEIVED}{household_id}#{payment_id}")


RECEIVED = "RECEIVED#"
"""Start of the sort keys of the payments of a year, in the order of households."""


def slip_settings(org: str) -> Key:
    """What an organisation set for its slips."""
    return Key(f"ORG#{org}", "SLIPS")


def slip_year(org: str, year: int) -> Key:
    """How far the work on a tax year has come."""
    return Key(f"ORG#{org}", f"SLIP_YEAR#{year}")


def slip_row(org: str, year: int, state: str, household_id: str, child_id: str) -> Key:
    """A child of a household in the staff's list of a tax year, by where it stands."""
    return Key(f"ORG#{org}#SLIPS#{year}", f"{slip_rows(state)}{household_id}#{child_id}")


def slip_rows(state: str) -> str:
    """Start of the sort keys of that list's children who stand somewhere."""
    return f"{state}#"


def slip_file(org: str, household_id: str) -> Key:
    """What a household told for its slips."""
    return Key(household_partition(org, household_id), "SLIP_FILE")


def slip_number(org: str, household_id: str, parent_id: str) -> Key:
    """A parent's number at the tax office, sealed; apart, so that hardly anything ever reads it."""
    return Key(household_partition(org, household_id), f"SLIP_NUMBER#{parent_id}")


def slip(org: str, household_id: str, slip_id: str) -> Key:
    """A slip; its id starts with the last day of its year."""
    return Key(household_partition(org, household_id), f"SLIP#{slip_id}")


def document(org: str, household_id: str, document_id: str) -> Key:
    """A document that is shared with a household; its id starts with the day, so the range is the list."""
    return Key(household_partition(org, household_id), f"DOCUMENT#{document_id}")


def class_documents(org: str, class_id: str) -> Key:
    """All documents that are shared with the families of a class group."""
    return Key(f"ORG#{org}#CLASS#{class_id}", "DOCUMENTS")


def seen_document(org: str, class_id: str, document_id: str, household_id: str) -> Key:
    """That a household opened a document of a class group; beside the documents, so that the desk can count."""
    return Key(f"ORG#{org}#CLASS#{class_id}", f"SEEN_DOCUMENT#{document_id}#{household_id}")


def wanted_paper(org: str, household_id: str, wanted_id: str) -> Key:
    """A paper that is asked of a household; its id starts with the day."""
    return Key(household_partition(org, household_id), f"WANTED#{wanted_id}")


SENT_PAPERS = "SENT#"
"""Start of the sort keys of papers that families sent and nobody has looked at."""


def sent_paper(org: str, sent_at: str, household_id: str, wanted_id: str) -> Key:
    """That somebody at the desk has to look at what a household sent, by when (ISO, UTC) it came."""
    return Key(f"ORG#{org}#SENT_PAPERS", f"{SENT_PAPERS}{sent_at}#{household_id}#{wanted_id}")


def stranger_report(org: str, moment: str, user_id: str) -> Key:
    """That somebody says that it was not he or she who was in the account (NEW-11), by when (ISO, UTC)."""
    return Key(f"ORG#{org}#PRIVACY", f"{STRANGERS}{moment}#{user_id}")


STRANGERS = "STRANGER#"
"""Start of the sort keys of reports of strangers."""


def deletion(org: str, household_id: str) -> Key:
    """A household's request to delete what is kept of it, and what became of it (NEW-12)."""
    return Key(f"ORG#{org}#PRIVACY", f"{DELETIONS}{household_id}")


DELETIONS = "DELETION#"
"""Start of the sort keys of requests to delete."""


def takeaway(org: str, household_id: str, user_id: str, day: str) -> Key:
    """A copy of everything that is kept of a household, asked for by a user on a day (ISO): one a day (NEW-12)."""
    return Key(household_partition(org, household_id), f"{TAKEAWAYS}{user_id}#{day}")


TAKEAWAYS = "TAKEAWAY#"
"""Start of the sort keys of copies that a household asked for."""


DEEDS = "DEED#"
"""Start of the sort keys of what was done with a household's things."""


def deed(org: str, household_id: str, moment: str) -> Key:
    """Something that was done with a household's things (NEW-11); `moment` is when (ISO, UTC) and the deed's name.

    A partition of its own: the log is long, and whoever only looks may write nothing else.
    """
    return Key(f"{household_partition(org, household_id)}#ACTIVITY", f"{DEEDS}{moment}")


def thread(org: str, household_id: str, thread_id: str) -> Key:
    """A conversation between a household and the organisation; its id starts with the day it began."""
    return Key(household_partition(org, household_id), f"THREAD#{thread_id}")


def thread_message(org: str, household_id: str, thread_id: str, number: int) -> Key:
    """The `number`-th message of a thread, from 1 on."""
    return Key(household_partition(org, household_id), f"{thread_messages_prefix(thread_id)}{number:0>6}")


def thread_messages_prefix(thread_id: str) -> str:
    """Start of the sort keys of a thread's messages."""
    return f"THREAD_MESSAGE#{thread_id}#"


def desk_thread(org: str, state: str, updated: str, household_id: str, thread_id: str) -> Key:
    """A thread in the desk's inbox, by its state and by when (ISO, UTC) its last message came."""
    return Key(f"ORG#{org}#THREADS", f"{desk_threads_prefix(state)}{updated}#{household_id}#{thread_id}")


def desk_threads_prefix(state: str) -> str:
    """Start of the sort keys of the desk's threads in one state."""
    return f"THREAD#{state}#"


QUESTIONS = "QUESTION#"
"""Start of the sort keys of questions that wait for an answer."""


def question(org: str, household_id: str, about: str, thing: str, thread_id: str) -> Key:
    """That a thread about a thing of the household's, such as a line of an invoice, waits for an answer (NEW-16)."""
    return Key(household_partition(org, household_id), f"{QUESTIONS}{about}#{thing}#{thread_id}")


def reply_address(org: str, token_hash: str) -> Key:
    """Which thread a mail to a reply address belongs to."""
    return Key(f"ORG#{org}#REPLY#{token_hash}", "REPLY")


def inbound_mail(org: str, name: str) -> Key:
    """That a mail came in, by a name made of its Message-ID."""
    return Key(f"ORG#{org}#INBOUND#{name}", "INBOUND")


NEWS = "NEWS#"
"""Start of the sort keys of all that came to the account."""


def news(org: str, household_id: str, moment: str, kind: str, thing: str) -> Key:
    """Something that came to the account, in the order of time (ISO, UTC)."""
    return Key(household_partition(org, household_id), f"{NEWS}{moment}#{kind}#{thing}")


SENT = "SENT#"
"""Start of the sort keys of mails and texts that went out."""


def household_sent(org: str, household_id: str, sent_id: str) -> Key:
    """A mail or text that went out about a household; its id begins with the moment."""
    return Key(household_partition(org, household_id), f"{SENT}{sent_id}")


def user_sent(org: str, user_id: str, sent_id: str) -> Key:
    """A mail or text that went out to a user and is about no household, such as one about signing in."""
    return Key(user_partition(org, user_id), f"{SENT}{sent_id}")


def preferences(org: str, household_id: str) -> Key:
    """What a household wants to be told, and by which way."""
    return Key(household_partition(org, household_id), "PREFERENCES")


def known_address(org: str, digest: str) -> Key:
    """What is known of an address that is written to, by a digest of it and of the organisation."""
    return Key(f"ORG#{org}#ADDRESS#{digest}", "ADDRESS")


REFUSED = "REFUSED#"
"""Start of the sort keys of addresses that are not written to."""


def refused_address(org: str, moment: str, digest: str) -> Key:
    """An address in the list of those that are not written to, by since when (ISO, UTC)."""
    return Key(f"ORG#{org}#REFUSED", f"{REFUSED}{moment}#{digest}")


def mail_report(org: str, name: str) -> Key:
    """That a notice about what was sent was taken, by a name made of its own id."""
    return Key(f"ORG#{org}#MAIL_REPORT#{name}", "REPORT")


def outbox(org: str, message_id: str) -> Key:
    """A message that has to go out."""
    return Key(f"ORG#{org}#OUTBOX#{message_id}", "MESSAGE")


EVERYBODY = "-"
"""Stands for the organisation in keys of what all share; no organisation can be called so."""


def lane(org: str, lane: str) -> Key:
    """When the next message of a lane may go out; all organisations of a deployment share it (`EVERYBODY`)."""
    return Key(f"ORG#{org}#LANE#{lane}", "LANE")


API_TOKENS = "API_TOKEN#"
"""Start of the sort keys of the tokens with which programs use an organisation's API."""


def api_token(org: str, token_hash: str) -> Key:
    """A token of the API, under its organisation."""
    return Key(f"ORG#{org}", f"{API_TOKENS}{token_hash}")


def api_call(org: str, digest: str) -> Key:
    """A call of the API that is to be done once, by a digest of the caller's token and of the key that it gave."""
    return Key(f"ORG#{org}#API_CALL#{digest}", "API_CALL")


ENDPOINTS = "ENDPOINT#"
"""Start of the sort keys of addresses that events are told to."""


def endpoint(org: str, endpoint_id: str) -> Key:
    """An address that an organisation's events are told to."""
    return Key(f"ORG#{org}", f"{ENDPOINTS}{endpoint_id}")


DELIVERIES = "DELIVERY#"
"""Start of the sort keys of what was told, or is to be told, to an address."""


def delivery(org: str, endpoint_id: str, delivery_id: str) -> Key:
    """An event on its way to an address; ids begin with the moment, so a range of keys is in order."""
    return Key(f"ORG#{org}#DELIVERIES#{endpoint_id}", f"{DELIVERIES}{delivery_id}")


def households(org: str) -> str:
    """The queue of the index `work` in which all households of an organisation stand, in the order of their ids."""
    return f"households#{org}"


def ending(org: str) -> Key:
    """That an organisation is to be deleted, and how far that is."""
    return Key(f"ORG#{org}", "ENDING")


def ended(org: str, slug: str) -> Key:
    """That an organisation was deleted, so that nothing of it comes back from an older copy; kept by the deployment."""
    return Key(f"ORG#{org}#ENDED", f"ENDED#{slug}")


def found(org: str, start: str, word: str, household_id: str, invoice_id: str) -> Key:
    """That a word leads to a household (`invoice_id` empty), or the number of an invoice to that (ADM-2).

    `start` is how the word begins: so what somebody types is one range, and no partition holds them all.
    """
    return Key(found_partition(org, start), f"{word}#{household_id}#{invoice_id or '-'}")


def found_partition(org: str, start: str) -> str:
    """Partition of all words that begin alike."""
    return f"ORG#{org}#FIND#{start}"


CLIENTS = "CLIENT#"
"""Start of the sort keys of the list of all households."""


def client(org: str, household_id: str) -> Key:
    """A household in the list of all of an organisation's: what search shows of it, and the words that lead to it."""
    return Key(f"ORG#{org}#CLIENTS", f"{CLIENTS}{household_id}")


def pair(org: str, listed: bool, both: str) -> Key:
    """Two households that are probably one, as `<household>#<household>`: in the list of all such pairs, or beside
    the first of them.
    """
    return Key(f"ORG#{org}#PAIRS", f"{'LISTED' if listed else 'OF'}#{both}")


def client_notes(org: str, household_id: str) -> Key:
    """What the staff noted about a household for themselves."""
    return Key(household_partition(org, household_id), "CLIENT_NOTES")


def joining_begun(org: str, joining_id: str) -> Key:
    """A registration whose address is not proved yet (AUTH-14)."""
    return Key(f"ORG#{org}#JOINING#{joining_id}", "BEGUN")


def human_check(org: str, name: str) -> Key:
    """That a check against programs was used."""
    return Key(f"ORG#{org}#HUMAN#{name}", "USED")


def join_request(org: str, waits: bool, request_id: str) -> Key:
    """A registration whose address is proved, waiting for the staff or decided; its id starts with the day."""
    return Key(f"ORG#{org}#JOINERS", f"{'OPEN' if waits else 'DONE'}#{request_id}")


def moving_partition(org: str) -> str:
    """Partition of what an organisation moves in and out: batches, exports, and how columns were matched."""
    return f"ORG#{org}#MOVING"


BATCHES = "BATCH#"
"""Start of the sort keys of batches of files that are brought in."""
EXPORTS = "EXPORT#"
"""Start of the sort keys of exports of everything."""


def moving_batch(org: str, batch_id: str) -> Key:
    """Files that are brought in together, and can be taken back together; the id starts with the day."""
    return Key(moving_partition(org), f"{BATCHES}{batch_id}")


def moving_export(org: str, export_id: str) -> Key:
    """An export of everything that an organisation has; the id starts with the day."""
    return Key(moving_partition(org), f"{EXPORTS}{export_id}")


def moving_columns(org: str, source: str, holds: str) -> Key:
    """How the columns of one kind of file of another system were matched last."""
    return Key(moving_partition(org), f"COLUMNS#{source}#{holds}")


def batch_partition(org: str, batch_id: str) -> str:
    """Partition of what is told of one batch."""
    return f"{moving_partition(org)}#{batch_id}"


def batch_row(org: str, batch_id: str, kind: str, number: int) -> Key:
    """One thing that is told of a batch, such as a mistake in its files."""
    return Key(batch_partition(org, batch_id), f"ROW#{kind}#{number:0>6}")


BEFORE = "OF#"
"""Start of the sort keys of what was there before a batch."""


def before_partition(org: str, batch_id: str) -> str:
    """Partition of what was there before a batch."""
    return f"{batch_partition(org, batch_id)}#BEFORE"


def before_batch(org: str, batch_id: str, owner_id: str, worker: int, number: int) -> Key:
    """What was there of a family, a person or a user before the `number`-th write of a batch's `worker`-th worker; of
    what is nobody's, `owner_id` is empty."""
    return Key(before_partition(org, batch_id), f"{BEFORE}{owner_id}#{worker:0>6}#{number:0>8}")


def merge(org: str, merge_id: str) -> Key:
    """That one household or member was merged into another; its id starts with the day."""
    return Key(f"ORG#{org}#MERGES", f"MERGE#{merge_id}")


MERGE_PARTS = "PART#"
"""Start of the sort keys of where a merge's records lie."""


def merge_part(org: str, merge_id: str, number: int) -> Key:
    """Where some of the records lie that a merge moved: what its undo goes by."""
    return Key(f"ORG#{org}#MERGE#{merge_id}", f"{MERGE_PARTS}{number:0>6}")


DEPLOYMENT = "-"
"""In the place of an organisation: what belongs to the deployment as a whole. No slug is that."""


def migration(org: str, number: int) -> Key:
    """How far a step of `migrating` is; its organisation is the deployment."""
    return Key(f"ORG#{org}#MIGRATIONS", f"MIGRATION#{number:0>4}")
