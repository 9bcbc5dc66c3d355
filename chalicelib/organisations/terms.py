"""What an organisation decided about money: taxes, numbers, partial payments, what families may do themselves."""

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
