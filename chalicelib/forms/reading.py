"""Reading what pages need to know what is due: the catalogues, and the programmes of the classes in the summary."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.forms.domain import Audience, Catalogue
from chalicelib.forms.store import Raw, catalogue_in, catalogue_key
from chalicelib.households.summary import Summary
from chalicelib.schedule import listing
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup
from chalicelib.shared.texts import Texts

_CLASSES = 2
"""Pages of classes to choose from."""


class Known(NamedTuple):
    """What was read together: class groups, forms, and further items as they came."""

    groups: Mapping[str, ClassGroup]
    catalogue: Catalogue
    found: Raw

    @property
    def programmes(self) -> dict[str, str]:
        """Programme of each class group, for `gate.due`."""
        return {group.id: group.programme for group in self.groups.values()}


def read_known(org: str, classes: Iterable[str], since: datetime, *beside: Key) -> Known:
    """The class groups with their meetings from `since` on, the forms, and what lies at `beside`. One round trip."""
    wanted = [keys.class_group(org, each) for each in dict.fromkeys(classes)]
    found = read.raw([*wanted, catalogue_key(org), *beside], consistent=False)
    return Known(schedule.class_groups_in(found, wanted, since=since), catalogue_in(found, org), found)


class Places(NamedTuple):
    """Titles by id of what an audience may name."""

    programmes: Mapping[str, Texts]
    class_groups: Mapping[str, Texts]


def offered_places(org: str, audience: Audience) -> Places:
    """Programmes and classes to choose from in an audience: of the classes, the fifty that end last, and those that it
    names already."""
    titles: dict[str, Texts] = {}
    after = ""
    for _ in range(_CLASSES):
        page = listing.list_classes(org, after)
        titles |= {each.class_group: each.title for each in page.rows}
        after = page.next
        if not after:
            break
    older = schedule.get_class_groups(org, audience.class_groups - titles.keys())
    titles |= {each.id: each.title for each in older.values()}
    return Places({each.id: each.title for each in schedule.list_programmes(org)}, titles)


def classes_ahead(summary: Summary, today: date) -> set[str]:
    """Class groups of the household's places that are not over."""
    return {row.class_group for row in summary.enrolments if row.ends_on >= today}
