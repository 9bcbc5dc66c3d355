"""What the files of an import do not tell: quotes, subscriptions, recurring invoices, credit and refunds of one family.

It is made by the same services that staff's commands use, as if it had been done on the days it tells of, so
that every page of money has something to show.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.billing.allocating import deposit_schedule
from chalicelib.billing.domain import Invoice, Refund
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest
from chalicelib.households.store import get_summaries
from chalicelib.memberships import service as memberships
from chalicelib.memberships.domain import Allowed, Plan, PlanKind
from chalicelib.memberships.service import SubscriptionRequest
from chalicelib.organisations.domain import Organisation
from chalicelib.quotes import service as quotes
from chalicelib.quotes.domain import Answer
from chalicelib.quotes.service import QuoteRequest
from chalicelib.recurring import service as recurring
from chalicelib.recurring.domain import Frequency
from chalicelib.recurring.service import RecurringRequest
from chalicelib.shared.times import local_day

_STUDIO, _STUDIO_PLUS, _MEMBER = "studio", "studio-plus", "ami"


def add(organisation: Organisation, household: str, now: datetime) -> None:
    """Gives a household that was brought in all kinds of money, unless it has them already.

    Where an earlier try was broken off it has some of them, and is left as it is.
    """
    summary = get_summaries(organisation.slug, (household,)).get(household)
    if summary is None or "subscription" in summary.holds:
        return
    family = _Family(organisation, household, [member.id for member in summary.members] or [""], now)
    family.live()


class _Family:
    """A household's last year of money, the earliest first."""

    def __init__(self, organisation: Organisation, household: str, members: list[str], now: datetime) -> None:
        self._organisation = organisation
        self._household = household
        self._first, self._last = members[0], members[-1]
        self._now = now

    def live(self) -> None:
        """Everything, in the order of its days."""
        self._plans()
        for days, happen in self._story():
            happen(self._ago(days))

    def _story(self) -> list[tuple[int, Callable[[datetime], object]]]:
        return [
            (200, self._join),
            (75, self._subscribe),
            (58, self._take_lessons),
            (48, lambda now: self._quote(now, "Location du studio B, 2 heures", 9000, 10)),
            (45, self._refund),
            (33, self._decline),
            (30, self._go_on_tour),
            (28, self._bill_again),
            (6, lambda now: self._quote(now, "Costume sur mesure", 14500, 30)),
            (2, lambda now: self._quote(now, "Stage d’été, deux semaines", 48000, 30)),
            (2, self._bill_again),
            (1, self._credit),
        ]

    def _plans(self) -> None:
        currency, may = self._organisation.currency, Allowed(True, (_STUDIO, _STUDIO_PLUS))
        for plan in (
            Plan(_STUDIO, _titles("Studio libre", "Open studio", "Свободная студия"), PlanKind.PLAN, 4500, currency,
                 Frequency.MONTHLY, allowed=may),
            Plan(_STUDIO_PLUS, _titles("Studio libre et piano", "Open studio and piano", "Студия с фортепиано"),
                 PlanKind.PLAN, 6500, currency, Frequency.MONTHLY, allowed=may),
            Plan(_MEMBER, _titles("Ami de l’école", "Friend of the school", "Друг школы"), PlanKind.MEMBERSHIP, 4000,
                 currency, Frequency.YEARLY, renews=False),
        ):  # fmt: skip
            memberships.save_plan(self._organisation.slug, plan)

    def _join(self, now: datetime) -> None:
        made = memberships.create(*self._here, SubscriptionRequest(_MEMBER, self._day(now)), now)
        for invoice in self._make_due(made.recurring, now):
            self._paid(invoice, now, "card")

    def _subscribe(self, now: datetime) -> None:
        """A subscription whose first invoice was paid; the later ones are still to pay."""
        made = memberships.create(*self._here, SubscriptionRequest(_STUDIO, self._day(now), self._first), now)
        for invoice in self._make_due(made.recurring, now):
            self._paid(invoice, now + timedelta(days=3), "transfer")
        self._studio = made.recurring

    def _take_lessons(self, now: datetime) -> None:
        line = LineRequest("Cours particuliers, quatre semaines", Decimal(4), 5500, self._last, taxes=())
        wanted = RecurringRequest(
            "Cours particuliers", [line], Frequency.FOUR_WEEKS, self._day(now), cycles=6,
        )  # fmt: skip
        made = recurring.create(*self._here, wanted, now)
        for invoice in self._make_due(made.id, now):
            self._paid(invoice, now + timedelta(days=9), "card")
        self._lessons = made.id

    def _bill_again(self, now: datetime) -> None:
        for each in (self._studio, self._lessons):
            self._make_due(each, now)

    def _quote(self, now: datetime, what: str, minor: int, days: int) -> str:
        wanted = QuoteRequest([LineRequest(what, Decimal(1), minor, self._first)], valid_days=days)
        draft = quotes.create(*self._here, wanted, now)
        return quotes.send(*self._here, draft.id, now).id

    def _decline(self, now: datetime) -> None:
        quote = self._quote(now, "Cours particulier hebdomadaire", 6000, 30)
        answer = Answer("", "Marie Tremblay", now, "", "Nous préférons un cours en groupe.")
        quotes.decline(*self._here, quote, answer)

    def _go_on_tour(self, now: datetime) -> None:
        """A deposit was asked for and has come; the rest is due later."""
        today, last = self._day(now), self._day(self._now) + timedelta(days=40)
        request = self._request("Tournée à Québec, trois jours", 39000)
        request = request._replace(schedule=deposit_schedule(39000, 13000, today + timedelta(days=10), last))
        invoice = self._issued(request, "tour", now)
        deposit = Received(13000, "cheque", today, "204", (invoice.id,), self._organisation.currency)
        desk.record(*self._here, deposit, now)

    def _refund(self, now: datetime) -> None:
        """A workshop that was paid, and given back in part when a day of it was called off."""
        invoice = self._issued(self._request("Atelier d’improvisation, deux jours", 12000), "workshop", now)
        payment, later = self._paid(invoice, now, "card"), now + timedelta(days=4)
        reason = "Une journée annulée"
        desk.credit(*self._here, invoice.id, 6000, reason, later)
        desk.refund(None, *self._here, payment, 6000, Refund("", self._day(later), 0, "", reason), later)

    def _credit(self, now: datetime) -> None:
        """Part of a paid invoice was taken back; what is left over waits to be used."""
        invoice = self._issued(self._request("Partitions et métronome", 5200), "scores", now)
        self._paid(invoice, now, "cash")
        desk.credit(*self._here, invoice.id, 2200, "Métronome rendu", now)
        desk.give_credit(*self._here, 1500, "Cours écourté par une panne", now)

    def _request(self, what: str, minor: int) -> InvoiceRequest:
        return InvoiceRequest([LineRequest(what, Decimal(1), minor, self._last, taxes=())])

    def _issued(self, request: InvoiceRequest, name: str, now: datetime) -> Invoice:
        draft = desk.draft(*self._here, request, name, now)
        return desk.issue(*self._here, draft.id, now, send=False)

    def _make_due(self, recurring_id: str, now: datetime) -> list[str]:
        return recurring.make_due(*self._here, recurring_id, now)

    def _paid(self, invoice: Invoice | str, now: datetime, method: str) -> str:
        """Id of the payment."""
        wanted = invoice if isinstance(invoice, str) else invoice.id
        _, payment = desk.mark_paid(*self._here, wanted, Received(0, method), now)
        return payment.id if payment else ""

    @property
    def _here(self) -> tuple[Organisation, str]:
        return self._organisation, self._household

    def _ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)

    def _day(self, moment: datetime) -> date:
        return local_day(moment, self._organisation.zone)


def _titles(fr: str, en: str, ru: str) -> dict[str, str]:
    return {"fr": fr, "en": en, "ru": ru}
