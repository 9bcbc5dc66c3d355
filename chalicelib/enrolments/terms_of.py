"""Which rules hold for a place: the organisation's, but for what its programme and its class say otherwise."""

from chalicelib.enrolments.places import Places
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, Programme
from chalicelib.schedule.terms import EnrolmentTerms


def terms_of(organisation: Organisation, programme: Programme | None, group: ClassGroup) -> EnrolmentTerms:
    """The rules of places that are bought in `group` today."""
    usual = EnrolmentTerms().with_(organisation.enrolment_terms)
    return usual.with_(programme.terms if programme else {}).with_(group.terms)


def terms_now(organisation: Organisation, group: ClassGroup) -> EnrolmentTerms:
    """The same, with the programme read. One strong read where the class belongs to one."""
    programme = store.get_programme(organisation.slug, group.programme) if group.programme else None
    return terms_of(organisation, programme, group)


def terms_held(places: Places, enrolment: Enrolment) -> EnrolmentTerms:
    """The rules of a place: those it was bought under (NEW-1), else those of today."""
    if enrolment.terms is not None:
        return enrolment.terms
    return terms_now(places.books.organisation, places.group(enrolment.class_group))
