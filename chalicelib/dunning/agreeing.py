"""What the staff agree with a household about reminders: that they rest until a day, and that it bears no late fees."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from chalicelib.billing import store as billing
from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.dunning import domain, store
from chalicelib.dunning.domain import MOST_DAYS, Rules
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day


def pause(organisation: Organisation, household: str, invoice: str, until: date | None, now: datetime) -> None:
    """Has reminders of an invoice, or of all ("") of a household, rest until the end of a day; None: they go on.

    Raises NotFound for an invoice that is not the household's, Invalid (`until`), Conflict, Unavailable.
    """
    today = local_day(now, organisation.zone)
    if until and not today <= until <= today + timedelta(days=MOST_DAYS):
        raise Invalid({"until": say("Choose a day from today on, within a year")})
    label = ""
    if invoice:
        found = billing.get_invoice(organisation.slug, household, invoice)
        if found is None:
            raise NotFound
        label = found.number
    deed = "dunning_paused" if until else "dunning_resumed"
    _change(
        organisation.slug, household, lambda rules: domain.with_pause(rules, invoice, until, today), deed, label, now
    )


def set_fees(organisation: Organisation, household: str, now: datetime, *, charged: bool) -> None:
    """Whether late fees are charged to a household. Raises Conflict, Unavailable."""

    def changed(rules: Rules) -> Rules:
        return Rules(rules.paused_until, not charged, rules.invoices, rules.version)

    deed = "late_fees_on" if charged else "late_fees_off"
    _change(organisation.slug, household, changed, deed, "", now)


def _change(org: str, household: str, changed: Callable[[Rules], Rules], deed: str, label: str, now: datetime) -> None:
    """Writes what is agreed, and notes it; asked again when somebody else was quicker. The same changes nothing."""
    for _ in write.turns():
        before = store.get_rules(org, household)
        after = changed(before)
        if after == before:
            return
        transaction = Transaction()
        store.save_rules(transaction, org, household, after)
        about = {"label": label} if label else {}
        activity.note(transaction, org, household, Deed(deed, now, about=about))
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict
