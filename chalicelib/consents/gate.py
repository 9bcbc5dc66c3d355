"""What a household has still to sign, and what a place or a booking waits for (NEW-13). Pure; as `forms.gate`.

`due` and `missing` take the organisation's catalogue, the household's summary and the day. Which programme a class
belongs to is not in the summary, so callers hand it in (`programmes`: by class group).
"""

from collections.abc import Mapping
from datetime import date

from chalicelib.consents.domain import Catalogue, Listed, State
from chalicelib.forms.domain import Asked
from chalicelib.forms.gate import HOUSEHOLD, Placed, concerned, fits_age, whom
from chalicelib.households.summary import GivenRow, MemberRow, Summary

KIND = "consent"
"""Kind of a consent's rows in the summary (`GivenRow.kind`)."""
_SAID_NO = (State.DECLINED.value, State.WITHDRAWN.value)


def due(catalogue: Catalogue, summary: Summary, today: date, programmes: Mapping[str, str]) -> list[Asked]:
    """What the household is asked to sign, mandatory first. Who said no to something optional is not asked again
    before its text changes."""
    asked = [
        asked_for(consent, member)
        for consent in catalogue.consents
        if consent.is_asked(today)
        for member in whom(consent.rules.audience, summary, today, programmes)
        if not _is_settled(consent, given(summary, consent.id, member), today)
    ]
    return sorted(asked, key=lambda each: not each.mandatory)


def missing(
    catalogue: Catalogue, summary: Summary, member: str, programme: str, class_group: str, today: date
) -> list[Asked]:
    """The mandatory consents that must be signed before this member takes a place in a class of a programme, or comes
    to what is booked (no programme, no class). Without a member it is the whole household that comes."""
    members = [row for row in summary.members if member in ("", row.id)]
    return [
        asked_for(consent, about)
        for consent in catalogue.consents
        if consent.rules.mandatory and consent.is_asked(today)
        for about in concerned(consent.rules.audience, members, Placed(class_group, programme), today)
        if not holds(consent, given(summary, consent.id, about), today)
    ]


def holds(consent: Listed, row: GivenRow | None, today: date) -> bool:
    """Whether what is given agrees to the consent's present text on a day."""
    return (
        row is not None
        and row.state == State.SIGNED.value
        and row.version == consent.version
        and (row.until is None or today <= row.until)
    )


def given(summary: Summary, consent: str, member: str) -> GivenRow | None:
    """What the summary knows of one consent about one member (empty: the household)."""
    wanted = (KIND, consent, member)
    return next((row for row in summary.given if (row.kind, row.id, row.member) == wanted), None)


def concerns(consent: Listed, member: MemberRow, today: date) -> bool:
    """Whether a member is of the age of those who are asked, whatever places he or she has or is about to take."""
    return fits_age(consent.rules.audience, member, today)


def path_of(consent: str, member: str) -> str:
    """The page on which a consent is signed, within the portal."""
    return f"consents/{consent}/for/{member or HOUSEHOLD}"


def asked_for(consent: Listed, member: str) -> Asked:
    """A consent as something that is asked about a member (empty: the household)."""
    path = path_of(consent.id, member)
    return Asked(KIND, consent.id, consent.version, member, consent.title, None, consent.rules.mandatory, path)


def _is_settled(consent: Listed, row: GivenRow | None, today: date) -> bool:
    if holds(consent, row, today):
        return True
    said_no = row is not None and row.version == consent.version and row.state in _SAID_NO
    return said_no and not consent.rules.mandatory
