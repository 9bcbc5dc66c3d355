"""A family that paid for what counts, and the desk that gives it slips."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from chalicelib import bootstrap
from chalicelib.billing import issuing, receiving
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice, Payment, PaymentStatus
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Address, Household, Person
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.shared.ids import dated_id
from chalicelib.slips import gathering, numbering, store, telling
from chalicelib.slips.domain import Content, Slip, SlipKind, SlipSettings, Standing
from chalicelib.slips.releasing import Desk
from chalicelib.slips.standing import Season
from chalicelib.slips.telling import Particulars, Teller
from tests.support.world import World

T = TypeVar("T")

SIN = "130692544"
ADDRESS = Address("4567, avenue du Parc", "Montréal", "QC", "H2V 4E8", "CA")
WORDS = ("Day camp",)


def settle_on(world: World, **changes: object) -> SlipSettings:
    """What staff set: lines that begin with "Day camp" count, unless told otherwise."""
    stored = store.get_settings(world.org)
    settings = replace(stored, words=WORDS, issuer="1144556677 RE 0001", signatory="Kate Murphy")
    settings = replace(settings, **changes)  # type: ignore[arg-type]
    transaction = Transaction()
    store.save_settings(transaction, world.org, settings)
    transaction.commit()
    return settings


@dataclass
class Giving:
    """One family in one organisation, in the tax year that was last."""

    world: World
    home: Household
    child: Person
    parents: list[str] = field(default_factory=list)

    @property
    def year(self) -> int:
        return self.world.today.year - 1

    @property
    def season(self) -> Season:
        return gathering.season_of(self.world.organisation, self.year)

    @property
    def summary(self) -> Summary:
        return get_summaries(self.world.org, (self.home.id,))[self.home.id]

    @property
    def desk(self) -> Desk:
        return Desk(self.world.organisation, self.season, self.home.id, "kate", "Kate Murphy", self.world.now)

    @property
    def teller(self) -> Teller:
        return Teller(self.world.org, self.summary, "marie", self.world.now)

    def bill(self, minor: int = 30000, words: str = "Day camp, July", member: str = "", **more: int) -> Invoice:
        """An issued invoice for the child; `more` are further lines by their words, with underscores for blanks."""
        lines = [LineRequest(words, Decimal(1), minor, member or self.child.id)]
        lines += [
            LineRequest(name.replace("_", " "), Decimal(1), amount, self.child.id) for name, amount in more.items()
        ]

        def work(books: Books) -> Invoice:
            return issuing.issue(books, issuing.draft(books, issuing.InvoiceRequest(lines)), send=False)

        return self._keep(work)

    def pay(self, minor: int = 30000, on: date | None = None, **changes: object) -> Payment:
        """Money that came in the middle of the tax year, over what is due first."""
        on = on or date(self.year, 7, 15)

        def work(books: Books) -> Payment:
            plain = Payment(dated_id(on), self.home.id, on, minor, "CAD", "cash", PaymentStatus.PENDING)
            return receiving.receive(books, replace(plain, **changes))  # type: ignore[arg-type]

        return self._keep(work)

    def _keep(self, work: Callable[[Books], T]) -> T:
        return keep(self.world.organisation, self.home.id, self.world.now, work)

    def name_parent(self, first_name: str = "Marie", number: str = SIN, address: Address = ADDRESS) -> str:
        """A parent who claims, with a number unless it is empty."""
        parent = telling.add_parent(self.teller, Particulars(first_name, "Tremblay", address))
        self.parents.append(parent)
        if number:
            numbering.give_number(bootstrap.sealer(), self.teller, parent, number)
        return parent

    def look(self) -> list[Standing]:
        return gathering.look(self.world.org, self.season, self.summary, store.get_file(self.world.org, self.home.id))

    def standing(self) -> Standing:
        (found,) = self.look()
        return found

    def slips(self) -> list[Slip]:
        return store.slips_of_year(self.world.org, self.home.id, self.year)


def giving(world: World, **settings: object) -> Giving:
    """A family with one child, born when slips are for children, in an organisation that gives them."""
    settle_on(world, **settings)
    home = world.household("Tremblay")
    child = world.member(home, "Léa", date(world.today.year - 8, 5, 31))
    return Giving(world, home, child)


def slips_in(world: World, home: Household, child: Person) -> dict[str, str]:
    """A parent who claims, and a released slip of the child: what routes can name."""
    year = world.today.year - 1
    teller = Teller(world.org, get_summaries(world.org, (home.id,))[home.id], "marie", world.now)
    for name in (f"Parent of {home.name}", "Luc"):
        telling.add_parent(teller, Particulars(name, home.name, ADDRESS))
    parent, _ = store.get_file(world.org, home.id).parents
    telling.claim(teller, {child.id: [parent.id]})
    content = Content(
        child.id, child.name, date(2015, 5, 31), parent.id, parent.name, ("1, rue A",), "1144556677", "Kate", 100, 100
    )
    slip = Slip(
        dated_id(date(year, 12, 31)),
        home.id,
        SlipKind.RL24,
        year,
        f"{year}-{home.name}",
        "CAD",
        content,
        world.now,
        "Kate",
    )
    write.put(store.slip_item(world.org, slip))
    return {"parent": parent.id, "slip": slip.id}
