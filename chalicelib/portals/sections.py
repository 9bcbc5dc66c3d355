"""The pages of settings: which keys of the settings file each asks for, and how it asks (ADM-9, DASH-5, DASH-6).

Whatever a file can say stands here once, but for what an organisation is (its slug) and whether its portal is open,
which are for those who run the portal to say. A test compares the two.
"""

from typing import NamedTuple

from chalicelib.organisations.domain import MAX_ACTIONS, Module, QuestionKind, Registration
from chalicelib.organisations.terms import AutopayMode
from chalicelib.portals.fields import OTHER, Field, Kind
from chalicelib.portals.money_fields import BRAKE_FIELDS, DUNNING_FIELDS
from chalicelib.portals.word_fields import WORD_FIELDS
from chalicelib.schedule.presets import EU_WITHDRAWAL, QUEBEC_COURSE
from chalicelib.shared.texts import Message, say

MOST_TAXES = 6
MOST_STEPS = 6
MOST_QUESTIONS = 12

CHOICE = QuestionKind.CHOICE.value
"""The kind of question that has answers to choose from; only such a one has fields for them."""

MODULES: dict[Module, Message] = {
    Module.CLASSES: say("Classes and enrolments"),
    Module.BOOKINGS: say("Bookings of rooms and appointments"),
    Module.INVOICES: say("Invoices and payments"),
    Module.SKILLS: say("Skills"),
    Module.DOCUMENTS: say("Documents"),
    Module.FORMS: say("Forms and consents"),
    Module.SLIPS: say("Tax slips"),
    Module.MESSAGES: say("Messages"),
    Module.PURCHASES: say("Shop, cards and passes"),
}
PAGES: dict[str, Message] = {
    "schedule": say("Schedule"),
    "classes": say("Enrol in a class"),
    "bookings": say("Bookings"),
    "invoices": say("Invoices"),
    "shop": say("Shop"),
    "members": say("Members"),
    "documents": say("Documents"),
    "settings": say("Settings"),
}
PROFILE: dict[str, Message] = {
    "birth_date": say("Date of birth"),
    "email": say("Email address"),
    "phone": say("Telephone number"),
    "emergency_name": say("Emergency contact"),
    "emergency_phone": say("Telephone of the emergency contact"),
    "health_notes": say("Health notes"),
}


class Section(NamedTuple):
    """One page of settings."""

    path: str
    """Its address below `desk/settings/`; those under `rules/` ask for a fresh sign-in."""
    title: Message
    lead: Message
    icon: str
    fields: tuple[Field, ...]


_ABOUT = Section(
    "about", say("Name and contact"), say("What the portal is called, and how families reach you."), "home",
    (
        Field("name", say("Name"), Kind.TEXTS, required=True),
        Field("contact.email", say("Email address"), hint=say("Answers to the portal's mails go there.")),
        Field("contact.phone", say("Telephone number")),
        Field("contact.website", say("Website"), hint=say("Begins with https://")),
        Field("contact.address", say("Postal address"), hint=say("Stands on invoices and receipts.")),
    ),
)  # fmt: skip
_LOOK = Section(
    "look", say("Colour and logo"), say("How the portal looks."), "edit",
    (
        Field(
            "brand.colour", say("Colour"), Kind.COLOUR, required=True,
            hint=say("Six digits after #, such as #1f4fa3. Words stay readable whatever you choose."),
        ),
    ),
)  # fmt: skip
_PARTS = Section(
    "parts", say("Parts and buttons"), say("What families find, and up to four buttons on their first page."), "star",
    (
        Field(
            "modules", say("What families see"), Kind.WORDS,
            options=tuple((each.value, words) for each, words in MODULES.items()),
        ),
        Field(
            "actions", say("Button"), Kind.GROUP, most=MAX_ACTIONS,
            hint=say("Empty the words and the target of a button to take it away."),
            inner=(
                Field("label", say("Words on the button"), Kind.TEXTS, required=True),
                Field(
                    "target", say("Where it leads"), Kind.TARGET,
                    options=(*PAGES.items(), (OTHER, say("Another address"))),
                ),
            ),
        ),
    ),
)  # fmt: skip
_NOTES = Section(
    "notes", say("Words on pages"), say("A few words of your own where families sign in, and on their first page."),
    "info",
    (
        Field("notes.sign_in", say("Where families sign in"), Kind.LONG_TEXTS),
        Field(
            "notes.home", say("On the first page of families"), Kind.LONG_TEXTS,
            hint=say("Such as what is on this week. Words only; where there are none, nothing is shown."),
        ),
    ),
)  # fmt: skip
_MEMBERS = Section(
    "members", say("Members' profiles"), say("What families tell about each member."), "members",
    (
        Field("required_fields", say("What must be answered"), Kind.WORDS, options=tuple(PROFILE.items())),
        Field(
            "growing.own_sign_in", say("Age from which a member may have a sign-in of his or her own"), Kind.NUMBER,
        ),
        Field("growing.adult", say("Age from which a member may have the account alone"), Kind.NUMBER),
        Field(
            "two_homes.absence_reasons", say("The other home of a child reads why the child stayed away"), Kind.FLAG,
        ),
    ),
)  # fmt: skip
_QUESTIONS = Section(
    "questions", say("Questions about members"), say("What you ask about each member, in your own words."), "members",
    (
        Field(
            "questions", say("Question"), Kind.GROUP, most=MOST_QUESTIONS,
            hint=say(
                "Empty the words of a question to take it away; answers that were given are not shown any more. "
                "Where one of several answers is to be chosen, save: then there is room to write them."
            ),
            inner=(
                Field("id", say("Question"), Kind.ID),
                Field("label", say("Question"), Kind.TEXTS, required=True),
                Field(
                    "kind", say("Kind of answer"), Kind.CHOICE,
                    options=(
                        (QuestionKind.TEXT.value, say("A text")),
                        (QuestionKind.YES_NO.value, say("Yes or no")),
                        (CHOICE, say("One of several answers")),
                    ),
                ),
                Field("required", say("Must be answered"), Kind.FLAG),
                Field("choices", say("Answers, one on each line"), Kind.ANSWERS),
            ),
        ),
    ),
)  # fmt: skip
_CALENDAR = Section(
    "holidays", say("Holidays"), say("Days without classes."), "calendar",
    (
        Field(
            "holidays", say("Days without classes"), Kind.DAYS,
            hint=say("One on each line, such as 2026-12-25, or 2026-12-24/2027-01-03 from the first day to the last."),
        ),
    ),
)  # fmt: skip
_WORD = Section(
    "word", say("Reminders and quiet hours"),
    say("How long before a class families are reminded, and when nobody is to be disturbed."), "clock", WORD_FIELDS,
)  # fmt: skip
_REGION = Section(
    "rules/region", say("Languages and region"), say("Languages, country, time zone and currency."), "globe",
    (
        Field("languages", say("Languages"), Kind.LANGUAGES, required=True),
        Field(
            "country", say("Country"), required=True,
            hint=say("Two letters, such as CA. Telephone numbers, dates and amounts are written as people do there."),
        ),
        Field("zone", say("Time zone"), required=True, hint=say("Such as America/Toronto.")),
        Field(
            "currency", say("Currency"), required=True,
            hint=say("Three letters, such as CAD. What was invoiced stays in the currency that it was invoiced in."),
        ),
    ),
)  # fmt: skip
_SIGN_IN = Section(
    "rules/sign-in", say("Signing in"), say("Who gets a code, and how many."), "lock",
    (
        Field(
            "sign_in.registration", say("Who may register without you"), Kind.CHOICE,
            options=(
                (Registration.CLOSED.value, say("Nobody: you open accounts")),
                (Registration.MATCH.value, say("Whoever proves to be of a household on file")),
                (Registration.OPEN.value, say("Anybody")),
            ),
        ),
        Field("sign_in.require_email", say("Nobody signs in whose record has no email address"), Kind.FLAG),
        Field(
            "sign_in.text_countries", say("Countries that codes are texted to"), Kind.CODES,
            hint=say("Two letters each, such as CA, US. Empty: your own country."),
        ),
        Field("sign_in.codes_per_hour", say("Codes of the whole organisation within an hour"), Kind.NUMBER),
    ),
)  # fmt: skip
_PAYMENT = Section(
    "rules/payment", say("Invoices and payment"), say("How invoices are paid, and when."), "card",
    (
        Field("billing.legal_name", say("Name on papers"), hint=say("Where it differs from the portal's.")),
        Field("billing.due_days", say("Days from issue until an invoice is due"), Kind.NUMBER),
        Field("billing.quote_days", say("Days for which a quote may be approved"), Kind.NUMBER),
        Field("billing.online", say("Families pay online"), Kind.FLAG),
        Field(
            "billing.autopay", say("Charging the payment method on file"), Kind.CHOICE,
            options=(
                (AutopayMode.OFF.value, say("Never by itself")),
                (AutopayMode.OPT_IN.value, say("When the family switched it on")),
                (AutopayMode.OPT_OUT.value, say("Unless the family switched it off")),
                (AutopayMode.ALWAYS.value, say("Always")),
            ),
        ),
        *BRAKE_FIELDS,
        Field("billing.partial", say("Part of an invoice may be paid"), Kind.FLAG),
        Field("billing.partial_minimum", say("At least so much at once"), Kind.DECIMAL),
        Field("billing.overpayment", say("More than is due may be paid, and stays as credit"), Kind.FLAG),
        Field("billing.pay_links", say("A family may have somebody else pay an invoice"), Kind.FLAG),
        Field("billing.footer", say("Words at the foot of invoices"), Kind.LONG_TEXTS),
    ),
)  # fmt: skip
_DUNNING = Section(
    "rules/reminders", say("Reminders of what is overdue"),
    say("Steps that go out automatically. Without steps, nothing goes out but what you send."), "invoice",
    DUNNING_FIELDS,
)  # fmt: skip
_TAXES = Section(
    "rules/taxes", say("Taxes"), say("Rates, and your numbers at the tax office."), "invoice",
    (
        Field(
            "billing.taxes", say("Tax"), Kind.GROUP, most=MOST_TAXES,
            hint=say("Issued invoices stay as they are. Empty the name and the rate of a tax to take it away."),
            inner=(
                Field("name", say("Name, as it stands on papers"), required=True),
                Field("rate", say("Per cent"), Kind.DECIMAL, required=True),
                Field("included", say("Prices hold it already"), Kind.FLAG),
                Field("compound", say("Reckoned on the taxes before it, too"), Kind.FLAG),
                Field("registration", say("Your number for it")),
            ),
        ),
    ),
)  # fmt: skip
_NUMBERS = Section(
    "rules/numbers", say("Numbering"), say("How invoices, quotes and credit notes are numbered."), "ticket",
    tuple(
        Field(f"billing.numbers.{series}", words, hint=hint)
        for series, words, hint in (
            (
                "invoice", say("Invoices"),
                say("{n} is the number, {n:05} the number in five digits, {year} the year, in which it begins anew."),
            ),
            ("quote", say("Quotes"), None),
            ("credit_note", say("Credit notes"), None),
        )
    ),
)  # fmt: skip
_ENROLMENT = Section(
    "rules/enrolment", say("Absences, make-ups and leaving"),
    say("What families may do themselves, until when, and what they get back."), "clock",
    (
        Field(
            "enrolment.preset", say("Ready-made rules"), Kind.CHOICE,
            options=(
                ("", say("None")),
                (QUEBEC_COURSE, say("Courses in Québec")),
                (EU_WITHDRAWAL, say("Right of withdrawal in the European Union")),
            ),
            hint=say("What you say below holds instead of them. Have a lawyer read your rules before families enrol."),
        ),
        Field("enrolment.leave", say("Families cancel an enrolment themselves"), Kind.MAYBE),
        Field("enrolment.free_before_start", say("Leaving before the first lesson costs nothing"), Kind.MAYBE),
        Field(
            "enrolment.refund", say("Step of what is given back"), Kind.GROUP, most=MOST_STEPS,
            hint=say("Most hours first. Hours after the first lesson are told below zero."),
            inner=(
                Field("hours", say("At least so many hours before the first lesson"), Kind.NUMBER, required=True),
                Field("percent", say("Per cent of the lessons still to come"), Kind.DECIMAL, required=True),
            ),
        ),
        Field("enrolment.fee", say("The most that is kept as a fee"), Kind.DECIMAL),
        Field(
            "enrolment.fee_percent", say("Per cent of what is given back that the fee is at most"),
            Kind.DECIMAL,
        ),
        Field(
            "enrolment.withdrawal_days", say("Days after buying within which only lessons given are kept"),
            Kind.NUMBER,
        ),
        Field(
            "enrolment.payout_days", say("Days within which money is paid out; 0: it stays as credit"),
            Kind.NUMBER,
        ),
        Field("enrolment.transfer", say("Families change group themselves"), Kind.MAYBE),
        Field("enrolment.transfer_requests", say("Where they may not, they may ask"), Kind.MAYBE),
        Field(
            "enrolment.transfer_limit", say("How often a group may be changed"),
            Kind.NUMBER,
        ),
        Field(
            "enrolment.absence_notice_minutes", say("Minutes before a lesson until which an absence is in time"),
            Kind.NUMBER,
        ),
        Field("enrolment.makeups", say("An absence told in time may be made up"), Kind.MAYBE),
        Field("enrolment.makeup_on_cancel", say("A lesson that you cancel may be made up"), Kind.MAYBE),
        Field("enrolment.makeup_limit", say("Make-ups of one enrolment"), Kind.NUMBER),
        Field("enrolment.makeup_days", say("Days for which a make-up may be used"), Kind.NUMBER),
        Field(
            "enrolment.makeup_notice_minutes", say("Minutes before a make-up until which it may be given back"),
            Kind.NUMBER,
        ),
        Field("enrolment.makeup_programmes", say("Programmes in which lessons are made up"), Kind.WORDS),
        Field(
            "enrolment.offer_minutes", say("Minutes for which a place that came free is kept for the next on the list"),
            Kind.NUMBER,
        ),
    ),
)  # fmt: skip
_PRIVACY = Section(
    "rules/privacy", say("Privacy"), say("Who answers for families' data, and how long it is kept."), "check",
    (
        Field("privacy.officer", say("Person in charge of personal information")),
        Field("privacy.email", say("Email address of that person")),
        Field(
            "privacy.keep_books_years", say("Years for which books are kept"), Kind.NUMBER,
            hint=say("Where they are more than the law asks for; empty: as the law asks."),
        ),
        Field("privacy.keep_slips_years", say("Years for which tax slips are kept"), Kind.NUMBER),
        Field("privacy.keep_proof_years", say("Years for which agreements are kept"), Kind.NUMBER),
        Field(
            "mail_excerpt", say("Characters of a message that a mail about it shows"), Kind.NUMBER,
            hint=say("0: only that there is one."),
        ),
    ),
)  # fmt: skip

SECTIONS: tuple[Section, ...] = (
    _ABOUT, _LOOK, _PARTS, _NOTES, _MEMBERS, _QUESTIONS, _CALENDAR, _WORD, _ENROLMENT, _PAYMENT, _DUNNING, _TAXES,
    _NUMBERS, _REGION, _SIGN_IN, _PRIVACY,
)  # fmt: skip
OPERATORS = frozenset({"slug", "status"})
"""Keys of a settings file that no page asks for."""


def find(path: str) -> Section | None:
    """The page of settings at an address below `desk/settings/`."""
    return next((section for section in SECTIONS if section.path == path), None)
