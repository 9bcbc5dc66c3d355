"""What an organisation decided about money: taxes, numbers, partial payments, what families may do themselves, and how
it reminds of what is overdue."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts


class Tax(NamedTuple):
    """A tax as the organisation charges it."""

    name: str
    """As it stands on papers, e.g. `TPS/GST`."""
    rate_ppm: int
    """Millionths: 9.975 % is 99750."""
    included: bool = False
    """Prices hold it already (VAT inclusive)."""
    compound: bool = False
    """Reckoned on the price and the taxes before it (stacked)."""
    registration: str = ""
    """The organisation's number for this tax, printed on papers."""


class AutopayMode(Enum):
    """Who decides whether invoices are charged to the payment method on file (X-2)."""

    ALWAYS = "always"
    OFF = "off"
    OPT_IN = "opt_in"
    """Off until the family switches it on."""
    OPT_OUT = "opt_out"
    """On until the family switches it off."""

    @property
    def is_choice(self) -> bool:
        """Whether the family may switch."""
        return self in (AutopayMode.OPT_IN, AutopayMode.OPT_OUT)

    @property
    def at_first(self) -> bool:
        """What holds as long as nobody chose."""
        return self in (AutopayMode.ALWAYS, AutopayMode.OPT_OUT)


SERIES = ("invoice", "quote", "credit_note")
"""Papers with gapless numbers."""

USUAL_NUMBERS: Mapping[str, str] = {
    "invoice": "{year}-{n:05}",
    "quote": "Q{year}-{n:05}",
    "credit_note": "C{year}-{n:05}",
}
"""How numbers are written; a pattern with the year begins anew each year."""


class DunningStep(NamedTuple):
    """One step of reminding of what is overdue (M-09), counted from the day on which it was due."""

    days: int
    """Days after the due day."""
    tone: int = 1
    """1 friendly, 2 firm, 3 the last."""
    fee_minor: int = 0
    """A late fee that is always the same; 0: none, or one in per cent."""
    fee_ppm: int = 0
    """A late fee in millionths of what is overdue; it is never reckoned on another late fee."""
    fee_cap_minor: int = 0
    """The most that a fee in per cent comes to; 0: no such end."""


TONES = (1, 2, 3)
"""How a reminder speaks: friendly, firm, for the last time."""


@frozen
class DunningTerms(Frozen):
    """How an organisation reminds of what is overdue. Without steps nothing is sent unasked."""

    steps: tuple[DunningStep, ...] = ()
    """Earliest first."""
    late_fees: bool = False
    """Whether fees of steps are charged at all: only where law and agreement allow them."""
    late_fee_note: Texts = field(default_factory=dict)
    """What allows them, in the words that stand on the invoice of a fee."""
    late_fee_taxed: bool = False
    """Whether the usual taxes are added; else a fee bears none."""


LONGEST_NOTICE = 30
"""Days before a charge from which on it may be told of."""


@frozen
class BrakeTerms(Frozen):
    """What families may rely on where invoices are charged to the method on file (NEW-15)."""

    notice_days: int = 3
    """Whole days between the notice of a charge and the charge; 0: no notice beyond the invoice itself."""
    moves: int = 0
    """How many instalments a family may move in a calendar year."""
    move_days: int = 14
    """How many days after its due day an instalment is charged at the latest."""


@frozen
class OwnTerms(Frozen):
    """What is agreed with one household alone, in the place of the organisation's usual rules (STM-2)."""

    due_days: int | None = None
    """Days from issue to due date; None: the organisation's."""
    exempt: bool = False
    """Whether it is charged no taxes, whatever a line says. Prices that hold a tax stay as they are."""


USUAL = OwnTerms()
"""As for everybody."""


@frozen
class BillingTerms(Frozen):
    """The rules of money of one organisation."""

    legal_name: str = ""
    """Name on papers, where it differs from the portal's."""
    taxes: tuple[Tax, ...] = ()
    """Charged on lines that name no taxes of their own."""
    numbers: Mapping[str, str] = field(default_factory=lambda: dict(USUAL_NUMBERS))
    """Pattern of each series."""
    due_days: int = 14
    """Days from issue to due date where nothing else is said."""
    quote_days: int = 30
    online: bool = False
    """Whether families pay online (INV-5)."""
    partial: bool = False
    """Whether part of an invoice may be paid (X-5)."""
    partial_minimum_minor: int = 0
    overpayment: bool = False
    """Whether more may be paid than is due, leaving a credit (X-5)."""
    autopay: AutopayMode = AutopayMode.OFF
    pay_links: bool = True
    """Whether a family may have somebody else pay an invoice (NEW-8)."""
    footer: Texts = field(default_factory=dict)
    """Words at the foot of invoices: how to pay, terms."""
    dunning: DunningTerms = field(default_factory=DunningTerms)
    brakes: BrakeTerms = field(default_factory=BrakeTerms)
    own: OwnTerms = USUAL
    """What holds for the household that is billed; never stored with the organisation."""

    @property
    def days_to_pay(self) -> int:
        """Days from issue to due date for the household that is billed."""
        return self.due_days if self.own.due_days is None else self.own.due_days

    @property
    def charged(self) -> tuple[Tax, ...]:
        """Taxes on lines that name none, for the household that is billed."""
        return () if self.own.exempt else self.taxes
