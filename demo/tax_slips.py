"""What the files of an import do not tell of taxes: last summer's camps that were paid, slips that families have of
them, one of them corrected, and what is still missing from whom (X-12, NEW-9).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib import bootstrap
from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Address
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.times import day_begins, local_day
from chalicelib.slips import gathering, numbering, releasing, store, telling, work
from chalicelib.slips.domain import RULES, SlipSettings, is_too_old
from chalicelib.slips.telling import Particulars, Teller
from chalicelib.slips.work import Task

_CAMP = "Camp de jour"
_SETTINGS = SlipSettings(words=(_CAMP,), issuer="1144556677 RE 0001", signatory="Camille Roy")
_HOME = Address("4567, avenue du Parc", "Montréal", "QC", "H2V 4E8", "CA")
_NUMBER = "046454286"
"""A number that no tax office gives out."""
_STAFF = "Camille Roy"
_NEIGHBOURS = 2


def add(organisation: Organisation, user: str, household: str, now: datetime) -> None:
    """Gives the client's family its slips, and the desk families that still have to tell something.

    Doing it again changes nothing.
    """
    org = organisation.slug
    home = get_summaries(org, (household,)).get(household)
    if home is None or not organisation.uses(Module.SLIPS) or store.get_settings(org).is_complete:
        return
    summers = _Summers(organisation, user, now)
    children = summers.children(home)
    if not children:
        return
    summers.settle()
    for family in (home, *summers.neighbours(household)):
        summers.camp(family, summers.children(family), date(summers.year, 7, 3))
    summers.tell(home, children)
    summers.correct(home, children[0])
    work.begin(organisation, summers.year, Task.LOOK, user, _STAFF, now)


class _Summers:
    """The tax year that was last, in an organisation."""

    def __init__(self, organisation: Organisation, user: str, now: datetime) -> None:
        self._organisation = organisation
        self._user = user
        self._now = now
        self.year = local_day(now, organisation.zone).year - 1

    def settle(self) -> None:
        """Says what counts."""
        transaction = Transaction()
        store.save_settings(transaction, self._organisation.slug, _SETTINGS)
        transaction.commit()

    def children(self, home: Summary) -> Sequence[MemberRow]:
        """Members for whom there are slips."""
        rules = RULES[self._organisation.country]
        return [row for row in home.members if not is_too_old(row.birth_date, self.year, rules, _SETTINGS)]

    def neighbours(self, household: str) -> Iterator[Summary]:
        """Other families with children."""
        org = self._organisation.slug
        paid = [each for each in store.families_that_paid(org, self.year + 1).rows if each != household]
        found = get_summaries(org, tuple(paid[: _NEIGHBOURS * 4]))
        yield from [found[each] for each in paid if each in found and self.children(found[each])][:_NEIGHBOURS]

    def camp(self, home: Summary, children: Sequence[MemberRow], day: date) -> None:
        """A week at the camp for each of the children, paid a week before."""
        lines = [
            LineRequest(f"{_CAMP}, semaine du {day.day} juillet", Decimal(1), 21500, child.id, taxes=())
            for child in children
        ]
        at = day_begins(day - timedelta(days=7), self._organisation.zone)
        draft = desk.draft(self._organisation, home.household, InvoiceRequest(lines), f"camp {day}", at)
        desk.mark_paid(self._organisation, home.household, draft.id, Received(0, "card"), at)

    def tell(self, home: Summary, children: Sequence[MemberRow]) -> None:
        """The mother claims for all; for the youngest, the father claims half and has not told his number."""
        teller = Teller(self._organisation.slug, home, self._user, self._now)
        mother = telling.add_parent(teller, Particulars("Marie", home.name.rpartition(" ")[2], _HOME))
        numbering.give_number(bootstrap.sealer(), teller, mother, _NUMBER)
        father = telling.add_parent(teller, Particulars("Luc", "Bouchard", _HOME))
        shared = {children[-1].id: [mother, father]} if len(children) > 1 else {}
        telling.claim(teller, {**{child.id: [mother] for child in children}, **shared})

    def correct(self, home: Summary, child: MemberRow) -> None:
        """The slip that was released in February told too little: a week was paid that nobody had written down."""
        made = date(self.year + 1, 2, 10)
        seat = releasing.Desk(
            self._organisation, gathering.season_of(self._organisation, self.year), home.household, self._user, _STAFF,
            min(day_begins(made, self._organisation.zone), self._now),
        )  # fmt: skip
        releasing.release(seat)
        self.camp(home, [child], date(self.year, 7, 17))
        later = min(seat.now + timedelta(days=9), self._now)
        releasing.amend(seat._replace(now=later), child.id, "Une semaine de camp manquait")
