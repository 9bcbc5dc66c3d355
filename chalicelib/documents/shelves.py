"""Where the documents of a household's class groups lie: told by the summary alone, so that a page which reads them
together with other things loads nothing else of documents."""

from datetime import date, timedelta

from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.households.summary import EnrolmentRow, Summary
from chalicelib.schedule.domain import EnrolmentStatus

_AFTER_END = timedelta(days=90)
"""How long after the last day of a place its class's documents are still to be found."""


def classes_of(home: Summary, today: date) -> list[str]:
    """Class groups whose documents are for this household, each once."""
    return list(dict.fromkeys(row.class_group for row in home.enrolments if _counts(row, today)))


def shelf_keys(org: str, home: Summary, today: date) -> list[Key]:
    """Where the documents of the household's classes lie."""
    return [keys.class_documents(org, each) for each in classes_of(home, today)]


def _counts(row: EnrolmentRow, today: date) -> bool:
    """A place for one meeting only, such as a make-up, makes nobody one of the class."""
    status = EnrolmentStatus(row.status)
    is_of_class = status.holds_place or status is EnrolmentStatus.FROZEN
    return is_of_class and not row.meeting and today <= row.ends_on + _AFTER_END
