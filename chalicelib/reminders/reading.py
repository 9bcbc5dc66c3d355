"""What the clock reads of homes to know what they are to be reminded of: many at once, in a handful of calls."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.consents import store as consents_store
from chalicelib.consents.domain import Catalogue as Consents
from chalicelib.data import read
from chalicelib.forms import store as forms_store
from chalicelib.forms.domain import Catalogue as Forms
from chalicelib.households import store as households
from chalicelib.households.summary import Summary
from chalicelib.notifications import preferences
from chalicelib.notifications.purposes import Preferences
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.organisations.word import Lead
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup, EnrolmentStatus
from chalicelib.shared.times import local_day


class Home(NamedTuple):
    """One household, as it is now."""

    organisation: Organisation
    summary: Summary
    groups: Mapping[str, ClassGroup]
    preferences: Preferences
    forms: Forms
    consents: Consents
    now: datetime

    @property
    def today(self) -> date:
        """The organisation's day."""
        return local_day(self.now, self.organisation.zone)

    @property
    def leads(self) -> tuple[Lead, Lead]:
        """How long before a class and before a booking it is reminded."""
        return self.preferences.leads(self.organisation.word)


def homes(organisation: Organisation, household_ids: Collection[str], now: datetime) -> dict[str, Home]:
    """Households that exist, by id. Four round trips for up to a hundred of them, and a hundred classes."""
    org = organisation.slug
    found = households.get_summaries(org, tuple(household_ids))
    groups = schedule.get_class_groups(org, _classes(found.values(), now, organisation.zone), consistent=True)
    chosen = preferences.get_many(org, found) if found else {}
    forms, consents = _asked(organisation) if found else (Forms(), Consents())
    return {
        household: Home(organisation, summary, groups, chosen[household], forms, consents, now)
        for household, summary in found.items()
    }


def _classes(summaries: Iterable[Summary], now: datetime, zone: str) -> set[str]:
    """Classes in which somebody has a place that is not over, or was not yesterday."""
    today = local_day(now, zone)
    return {
        row.class_group
        for summary in summaries
        for row in summary.enrolments
        if (today - row.ends_on).days <= 1 and EnrolmentStatus(row.status).has_seat
    }


def _asked(organisation: Organisation) -> tuple[Forms, Consents]:
    if not organisation.uses(Module.FORMS):
        return Forms(), Consents()
    org = organisation.slug
    found = read.raw([forms_store.catalogue_key(org), consents_store.catalogue_key(org)])
    return forms_store.catalogue_in(found, org), consents_store.catalogue_in(found, org)
